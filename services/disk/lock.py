"""One instance at a time per output folder, for as long as it lives."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.disk.own_kinds import LOCK
from services.disk.regular_file import open_own
from services.disk.targets import check_own
from services.errors import AlreadyRunning, OutputNotWritable

if sys.platform == "win32":
    import msvcrt

    # A byte far behind the text is locked: Windows would not let others read a locked one.
    _FAR = 1 << 30

    def _try_lock(descriptor: int, *, shared: bool = False) -> None:  # noqa: ARG001 - see below
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool = False) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


__all__ = ["Hold", "hold_folder", "holder_of"]

# What the systems say of a lock that somebody has; anything else is no lock at all.
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that is held, by this process."""

    path: Path
    descriptor: int
    pid: int

    def is_held(self) -> bool:
        """Whether the lock file is still the one that is locked: folders get deleted."""
        try:
            there = self.path.stat()
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self.descriptor))


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[Hold]:
    """Hold an output folder until the block ends or the process dies.

    The lock belongs to the open file, so a killed process leaves none behind; the file
    itself stays, because removing it would let two instances hold two files of one name.

    Raises
    ------
    SomebodysFile
        If something else lies where the lock should be: a link, or somebody's file.
    AlreadyRunning
        Naming the process that holds it.
    OutputNotWritable
        If the folder's file system knows no locks, or the lock file cannot be opened.
    """
    path = folder / ".lock"
    check_own(path, LOCK)
    try:
        descriptor = open_own(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _cannot_lock(path, error) from error
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                raise _cannot_lock(path, error) from error
            raise AlreadyRunning(
                "another instance is at work in this output folder",
                where=str(folder),
                got=f"held by process {_holder(descriptor)}",
                do="wait for it to end, stop it, or choose an --output in another folder",
            ) from error
        # The lock is held whether or not a full disk takes the name of its holder.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield Hold(path, descriptor, os.getpid())
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Take the lock; it is tried for a moment, because `holder_of` holds it for one."""
    for pause_s in (0.01, 0.04, 0.1):
        try:
            _try_lock(descriptor)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            time.sleep(pause_s)
        else:
            return
    _try_lock(descriptor)


def holder_of(folder: Path) -> int | None:
    """Give the process that holds an output folder; None if nobody does."""
    try:
        # Only for reading: whoever may see the document may ask.
        descriptor = open_own(folder / ".lock", os.O_RDONLY)
    except OSError:
        return None
    try:
        _try_lock(descriptor, shared=True)
    except OSError as error:
        holder = _holder(descriptor) if error.errno in _HELD else ""
        return int(holder) if holder.isdecimal() else None
    finally:
        os.close(descriptor)
    return None


def _cannot_lock(path: Path, error: OSError) -> OutputNotWritable:
    return OutputNotWritable(
        "the output folder cannot be held for one run at a time",
        where=str(path),
        got=error.strerror or str(error),
        do="mend the permissions of that file, or choose an --output on a local disk",
    )


def _holder(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
