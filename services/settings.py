"""Limits of the house, read once from ``config/settings.toml`` and checked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from predictor.errors import UsageError
from services.environment import ROOT

__all__ = ["HistoryLimits", "LogLimits", "ScanLimits", "Settings", "StoreLimits", "read_settings"]

Positive = Annotated[int, msgspec.Meta(gt=0)]


class ScanLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the scan reads at most."""

    max_file_bytes: Positive = 32 * 2**20
    max_total_bytes: Positive = 512 * 2**20


class StoreLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large the folder of stage results may grow."""

    max_bytes: Positive = 512 * 2**20


class HistoryLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many runs the document lists."""

    in_document: Positive = 50


class LogLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the log is rotated, and how many old files stay."""

    max_bytes: Positive = 2**20
    kept: Positive = 3


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything in ``config/settings.toml``; a missing line means the default."""

    scan: ScanLimits = ScanLimits()
    store: StoreLimits = StoreLimits()
    history: HistoryLimits = HistoryLimits()
    log: LogLimits = LogLimits()


def read_settings(path: Path = ROOT / "config" / "settings.toml") -> Settings:
    """Read and check the settings file.

    Raises
    ------
    UsageError
        If it cannot be read, or a name or value in it is not known.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Settings)
    except (OSError, ValueError) as error:  # TOML and validation errors are ValueErrors
        raise UsageError(
            "settings cannot be used",
            where=str(path),
            got=str(error),
            do="mend the file; every line in it may be left out",
        ) from error
