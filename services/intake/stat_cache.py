"""What a file held when it was last read, for as long as its status says it is the same.

With thousands of session files most of a scan is reading again what has not changed. A
file counts as unchanged only if size, mtime, ctime, inode and device all are, and only
if it was old enough when it was read: a later change within the same tick of the clock
could not be told from the one before (git calls such index entries racy).
A cache that is missing or damaged is an empty one.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from services.disk.sealed_file import UNDECODABLE, read_sealed, write_sealed

__all__ = ["Seen", "StatCache"]

_RACY_NS = 2_000_000_000  # the coarsest clock of a file system in use: FAT's 2 s
_KEPT_FOLDERS = 8  # a run scans two; more are remains of other settings


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One file as it was read: its status, and what its bytes came to."""

    size: int  # bytes
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int
    digest: str  # "sha256:..."
    is_document: bool  # a season document, the product's own

    def matches(self, status: os.stat_result) -> bool:
        """Whether a file's status is still the one it was read under."""
        return (
            self.size == status.st_size
            and self.ctime_ns == status.st_ctime_ns
            and self.mtime_ns == status.st_mtime_ns
            and self.inode == status.st_ino
            and self.device == status.st_dev
        )

    def is_settled(self, now_ns: int) -> bool:
        """Whether the status can stand for the content, if it was read no earlier than ``now_ns``.

        Parameters
        ----------
        now_ns : int
            Wall clock, as times of files are. One that is ahead of the file system's by more
            than 2 s could hide an edit of the same size in the same tick as the one read.
        """
        return (
            self.inode != 0  # a file system without inodes cannot tell a replaced file
            and os.name != "nt"  # there, ctime is when the file was created
            and max(self.mtime_ns, self.ctime_ns) < now_ns - _RACY_NS
        )


Entries = dict[str, Seen]  # by name relative to the folder


class StatCache:
    """What was read below some folders, remembered between scans and between runs.

    Parameters
    ----------
    path : Path
        The file it is kept in; read at once, written by `save`.
    now_ns : Callable[[], int]
        Wall clock, as times of files are.
    """

    def __init__(self, path: Path, now_ns: Callable[[], int] = time.time_ns) -> None:
        self.path = path
        self.now_ns = now_ns
        self._folders = _read(path)
        self._is_new = False  # something has been kept since it was read or saved

    def forget(self) -> None:
        """Have every file read again: what changed without a trace in its status shows then."""
        self._folders.clear()

    def entries(self, folder: str) -> Mapping[str, Seen]:
        """Give what is known of the files below a folder."""
        return self._folders.get(folder, {})

    def keep(self, folder: str, entries: Entries) -> None:
        """Replace what is known of a folder by a new scan's findings."""
        self._is_new = True
        self._folders.pop(folder, None)
        if entries:
            self._folders[folder] = entries  # at the end: the order is that of use
        for unused in list(self._folders)[:-_KEPT_FOLDERS]:
            del self._folders[unused]

    def save(self) -> None:
        """Replace the file in one step; a disk that refuses costs only time in the next run."""
        if not self._is_new:
            return
        self._is_new = False
        with contextlib.suppress(OSError):
            write_sealed(self.path, msgspec.msgpack.encode(self._folders))


def _read(path: Path) -> dict[str, Entries]:
    payload = read_sealed(path)
    try:
        return msgspec.msgpack.decode(payload, type=dict[str, Entries]) if payload else {}
    except UNDECODABLE:  # of another version
        return {}
