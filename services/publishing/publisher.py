"""Put the season document where readers find it: checked, whole, or not at all.

A reader sees the old document or the new one, never a part of either. The rename in
`services.disk.atomic_write` is the one commit point of a run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Raw

from predictor.published.season_types import SeasonDocument
from services.disk.atomic_write import probe
from services.disk.regular_file import read_regular
from services.disk.targets import not_writable, replace_target

__all__ = [
    "VOLATILE",
    "DocumentFile",
    "check_writable",
    "publish",
    "read_document",
    "stable_digest",
]

# Fields of `metadata` that differ between two runs on the same data.
VOLATILE = ("generated_at", "training_time", "training_history", "run")


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A season document as it stands on disk."""

    document: SeasonDocument
    payload: bytes

    @property
    def digest(self) -> str:
        """The stable digest of what is on disk, fields that nobody knows among it."""
        return stable_digest(self.payload)


def check_writable(folder: Path) -> None:
    """Make sure that a file can be created in a folder, before any work is done.

    Raises
    ------
    OutputNotWritable
        If the folder cannot be made, or nothing can be written into it.
    """
    try:
        probe(folder)
    except OSError as error:
        raise not_writable(folder, error, "--output") from error


def publish(payload: bytes, path: Path) -> str:
    """Replace the document at a path with a new one, in one step.

    Parameters
    ----------
    payload : bytes
        Of a document that was checked, see `predictor.published.json_text.write_json`.
    path : Path

    Returns
    -------
    str
        The digest of the file, ``"sha256:..."``.

    Raises
    ------
    OutputNotWritable
        If the disk refuses; the old document is still in place then.
    """
    line = payload + b"\n"
    replace_target(path, line, "--output", durable=True)
    return "sha256:" + hashlib.sha256(line).hexdigest()


def read_document(path: Path) -> DocumentFile | None:
    """Return the published document, or None if there is none that can be read.

    Fields of later versions are passed over, and those that earlier versions lacked have their
    defaults.
    """
    try:
        payload = read_regular(path)
        return DocumentFile(msgspec.json.decode(payload, type=SeasonDocument), payload)
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return None


def stable_digest(payload: bytes) -> str:
    """Return the digest of a document, as it is written, outside its volatile fields.

    Two runs on the same data, configuration and code have the same one.
    """
    parts = msgspec.json.decode(payload, type=dict[str, Raw])
    metadata = msgspec.json.decode(parts["metadata"], type=dict[str, Raw])
    kept = {name: value for name, value in metadata.items() if name not in VOLATILE}
    stable = msgspec.json.encode({**parts, "metadata": kept})
    return "sha256:" + hashlib.sha256(stable).hexdigest()
