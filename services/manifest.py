"""What the last run of a document saw: its inputs and the parts of every key.

Only the words of ``--explain`` and of the history depend on it, so a manifest that is
missing or damaged is an empty one.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from predictor.plan import KeyParts

__all__ = ["Manifest", "read_manifest", "write_manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One run in digests."""

    inputs: dict[str, str] = field(default_factory=dict)  # file -> digest
    nodes: dict[str, KeyParts] = field(default_factory=dict)  # node id -> parts


def read_manifest(path: Path) -> Manifest:
    """Read the last run's manifest; empty where there is none."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return Manifest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; a disk that refuses costs only explanations."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.msgpack.encode(manifest))
        temporary.replace(path)
