"""Stage results on disk, named by their key: checksummed, atomic, bounded in size.

The folder may be deleted at any time, and a failure to write it never stops a run:
it is only slower next time. An entry is ``header + payload``; the header carries the
payload's digest under a checksum of its own, so the digest can be trusted without
reading the payload.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import threading
from pathlib import Path
from typing import BinaryIO

from services.disk.atomic_write import replace_file
from services.disk.regular_file import open_regular

__all__ = ["Store"]

_MAGIC = b"F1ST0001"
_HEADER = struct.Struct("<8s32sQ")  # magic, SHA-256 of the payload, its length
_HEADER_BYTES = _HEADER.size + 32  # and SHA-256 of key + header


class Store:
    """Content-addressed results below one folder.

    Parameters
    ----------
    folder : Path
        Created when first written.
    max_bytes : int
        `prune` keeps the most recently used entries up to this size.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._used: set[str] = set()
        self._damaged: set[str] = set()
        self._not_stored: list[str] = []  # the system's words
        self._lock = threading.Lock()

    @property
    def notes(self) -> tuple[str, ...]:
        """What went wrong with the store in this run, in words for a log: one line a kind."""
        with self._lock:
            damaged, failures = len(self._damaged), tuple(self._not_stored)
        notes = []
        if damaged:
            notes.append(f"stored results that were damaged and have been removed: {damaged}")
        if failures:
            notes.append(
                f"stage results that could not be stored: {len(failures)}; the first: {failures[0]}"
            )
        return tuple(notes)

    def digest(self, key: str) -> str | None:
        """Give the digest of a stored result, or None if there is no sound entry."""
        try:
            with open_regular(self._path(key)) as file:
                payload_digest, length = _read_header(key, file)
                n_bytes = os.fstat(file.fileno()).st_size
        except OSError:
            return None
        if length < 0 or n_bytes != _HEADER_BYTES + length:
            self._drop(key)
            return None
        self._used.add(key)
        return "sha256:" + payload_digest.hex()

    def get(self, key: str) -> bytes | None:
        """Give a stored payload, or None if it is missing or damaged (then removed)."""
        try:
            with open_regular(self._path(key)) as file:
                payload_digest, length = _read_header(key, file)
                payload = file.read(max(length, 0) + 1)
        except OSError:
            return None
        if len(payload) != length or hashlib.sha256(payload).digest() != payload_digest:
            self._drop(key)
            return None
        self._used.add(key)
        return payload

    def put(self, key: str, payload: bytes) -> None:
        """Store a payload; a reader sees the whole entry or none."""
        header = _HEADER.pack(_MAGIC, hashlib.sha256(payload).digest(), len(payload))
        try:
            # Not durable: after a power cut the checksum finds a torn entry, which is recomputed.
            replace_file(self._path(key), header + _seal(key, header) + payload)
        except OSError as error:
            with self._lock:
                self._not_stored.append(str(error))
            return
        self._used.add(key)

    def prune(self) -> int:
        """Remove the least recently used entries above the size limit; give their number.

        Entries of this run count as used now. Temporary files are not entries; who holds
        the folder sweeps them away.
        """
        self._touch_used()
        entries = []
        with contextlib.suppress(OSError):  # what cannot be listed now is removed another time
            for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f]*"):
                with contextlib.suppress(OSError):
                    status = path.stat()
                    entries.append((status.st_mtime_ns, status.st_size, path))
        excess = sum(size for _, size, _ in entries) - self.max_bytes
        removed = 0
        for _, size, path in sorted(entries, key=lambda entry: (entry[0], entry[2].name)):
            if excess <= 0:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                excess -= size
                removed += 1
        return removed

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def _drop(self, key: str) -> None:
        with self._lock:
            self._damaged.add(key)
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def _touch_used(self) -> None:
        for key in self._used:
            with contextlib.suppress(OSError):
                os.utime(self._path(key))


def _read_header(key: str, file: BinaryIO) -> tuple[bytes, int]:
    """Give the payload's digest and length; a length of -1 says that the header is damaged."""
    data = file.read(_HEADER_BYTES)
    header, seal = data[: _HEADER.size], data[_HEADER.size :]
    if len(data) != _HEADER_BYTES or seal != _seal(key, header):
        return b"", -1
    magic, payload_digest, length = _HEADER.unpack(header)
    return (payload_digest, length) if magic == _MAGIC else (b"", -1)


def _seal(key: str, header: bytes) -> bytes:
    return hashlib.sha256(key.encode() + header).digest()
