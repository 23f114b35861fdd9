"""Files of the product's own that carry their checksum: what is damaged is as good as absent."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from services.disk.atomic_write import replace_file
from services.disk.regular_file import read_regular

__all__ = ["UNDECODABLE", "read_sealed", "unseal", "write_sealed"]

# What decoding raises for content of another version, or of nobody who knows the format: text
# that is none and lists in lists in lists are no errors of msgspec's own.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_N_BYTES = hashlib.sha256().digest_size


def write_sealed(path: Path, payload: bytes, *, durable: bool = False) -> None:
    """Replace a file by a payload and its checksum.

    Raises
    ------
    OSError
        If the disk refuses; the old file is in place then.
    """
    replace_file(path, hashlib.sha256(payload).digest() + payload, durable=durable)


def read_sealed(path: Path) -> bytes | None:
    """Give the payload of a sealed file, or None if it is missing, unreadable or damaged."""
    try:
        return unseal(read_regular(path))
    except OSError:
        return None


def unseal(data: bytes) -> bytes | None:
    """Give the payload of a sealed file's content, or None if it is damaged."""
    seal, payload = data[:_N_BYTES], data[_N_BYTES:]
    return payload if hashlib.sha256(payload).digest() == seal else None
