"""Open nothing but regular files: no pipe that waits, no device, no endless stream.

What a path is, is asked before it is opened: opening a pipe waits for its other end, and
opening some devices does something. What a user names may be reached by a link; what the
product itself writes may not.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

__all__ = ["A_LINK", "check_regular", "open_own", "open_regular", "read_regular", "what_is"]

_MAX_BYTES = 256 * 2**20  # no file of the product's own comes near
# Not every platform has these.
_SAFE = (
    getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
A_LINK = "a link"
_KINDS = (
    (stat.S_ISLNK, A_LINK),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def what_is(status: os.stat_result) -> str:
    """Name what lies at a path, as ``a named pipe``; empty for a regular file."""
    if stat.S_ISREG(status.st_mode):
        return ""
    return next((name for is_it, name in _KINDS if is_it(status.st_mode)), "no regular file")


def check_regular(path: Path) -> None:
    """Make sure that a path, or what a link there leads to, is a regular file.

    Raises
    ------
    OSError
        If it is none, or is not there.
    """
    _refuse_others(path.stat(), path)


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; links are followed.

    Raises
    ------
    OSError
        If it is none, or cannot be opened.
    """
    check_regular(path)

    def opened(name: str, flags: int) -> int:
        return _checked(os.open(name, flags | _SAFE), path)

    return open(path, "rb", opener=opened)


def read_regular(path: Path, max_bytes: int = _MAX_BYTES) -> bytes:
    """Give the bytes of a regular file; links are followed.

    Raises
    ------
    OSError
        If it is none, cannot be read, or is larger: some files of the system never end.
    """
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size <= max_bytes:
            data = file.read(max_bytes + 1)
            if len(data) <= max_bytes:
                return data
    raise OSError(errno.EFBIG, f"is larger than {max_bytes:,} bytes", str(path))


def open_own(path: Path, flags: int, mode: int = 0o666) -> int:
    """Open a file of the product's own, and no link to another; give its descriptor.

    Parameters
    ----------
    path : Path
    flags : int
        As of `os.open`.
    mode : int
        Of a file that is made.

    Raises
    ------
    OSError
        If something else lies there, or it cannot be opened.
    """
    try:
        _refuse_others(os.lstat(path), path)
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    return _checked(os.open(path, flags | _SAFE | _NO_LINK, mode), path)


def _checked(descriptor: int, path: Path) -> int:
    """Give the descriptor back if it is one of a regular file: the path may have changed."""
    try:
        _refuse_others(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_others(status: os.stat_result, path: Path) -> None:
    found = what_is(status)
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if found:
        raise OSError(errno.EINVAL, f"is {found}, not a regular file", str(path))
