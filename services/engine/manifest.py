"""What the last run of a document saw: its inputs, the parts of every key, and its answer.

A run whose key is that of the last one is over at once, see `services.engine.run_key`; so the file
carries a checksum, and one that is missing or damaged is an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from predictor.graph.plan import KeyParts
from services.disk.sealed_file import UNDECODABLE, read_sealed, write_sealed
from services.settings.logs import LOG

__all__ = ["Manifest", "read_manifest", "write_manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One run in digests."""

    inputs: dict[str, str] = field(default_factory=dict)  # file -> digest
    nodes: dict[str, KeyParts] = field(default_factory=dict)  # node id -> parts
    season: int = 0
    run_key: str = ""  # see `services.engine.run_key`
    n_histories: int = 0  # folders of earlier seasons that were looked at
    result: str = ""  # stable digest of the document
    train_data: str = ""  # the folders it was made from, whole paths
    history: str = ""  # empty where none was named


def read_manifest(path: Path) -> Manifest:
    """Read the last run's manifest; empty where there is none."""
    payload = read_sealed(path)
    try:
        return msgspec.msgpack.decode(payload, type=Manifest) if payload else Manifest()
    except UNDECODABLE:  # of another version
        return Manifest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step; a disk that refuses costs only time."""
    try:
        write_sealed(path, msgspec.msgpack.encode(manifest))
    except OSError as error:
        LOG.warning("what this run saw is not kept, so the next one takes longer: %s", error)
