"""Where trained models lie, and which names may stand in their files.

    models/model_registry.json           which version serves; see `services.registry.registry_file`
    models/model_registry.json.bak       the same, one step behind at most
    models/<name>/<version>/             one version, never changed once it is there
    models/checkpoints/, backups/        of trainings that run; of everything above

A name read from a file becomes a path only after `checked_name`, `checked_version` or
`checked_file` has taken it: no separators, no dots but one, nothing hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from services.disk.program import CONFIG
from services.errors import ModelUnusable

__all__ = [
    "SHIPPED",
    "backups_folder",
    "checked_file",
    "checked_name",
    "checked_version",
    "checkpoints_folder",
    "in_order",
    "short",
    "version_folder",
]

SHIPPED = CONFIG / "models"  # what comes with the product; read only

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_VERSION = re.compile(r"(0|[1-9][0-9]{0,4})\.(0|[1-9][0-9]{0,4})")
_FILE = re.compile(r"[a-z][a-z0-9_]{0,40}\.(json|md|safetensors|txt)")


def checked_name(text: str) -> str:
    """Give a model's name back.

    Raises
    ------
    ModelUnusable
        If it is none, as ``../x``.
    """
    return _checked(_NAME, text, "a model's name", "such as race_outcome")


def checked_version(text: str) -> str:
    """Give a version back.

    Raises
    ------
    ModelUnusable
        If it is none.
    """
    return _checked(_VERSION, text, "a version", "such as 1.2")


def checked_file(text: str) -> str:
    """Give the name of a version's file back.

    Raises
    ------
    ModelUnusable
        If it is none.
    """
    return _checked(_FILE, text, "the name of a model's file", "such as weights.safetensors")


def version_folder(models: Path, name: str, version: str) -> Path:
    """Give the folder of one version.

    Raises
    ------
    ModelUnusable
        If name or version is none.
    """
    return models / checked_name(name) / checked_version(version)


def checkpoints_folder(models: Path) -> Path:
    """Give the folder of trainings that have not ended."""
    return models / "checkpoints"


def backups_folder(models: Path) -> Path:
    """Give the folder of backups."""
    return models / "backups"


def in_order(versions: Iterable[str]) -> list[str]:
    """Sort versions, 1.9 before 1.10."""
    return sorted(versions, key=lambda text: tuple(map(int, text.split("."))))


def short(digest: str) -> str:
    """Give a digest as people are shown it."""
    return digest[: len("sha256:") + 12]


def _checked(pattern: re.Pattern[str], text: str, what: str, example: str) -> str:
    if pattern.fullmatch(text):
        return text
    raise ModelUnusable(f"{text[:60]!r} is not {what}", expected=example)
