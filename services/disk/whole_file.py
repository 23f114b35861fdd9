"""Read one file whole and unchanged, or say why not.

A file is taken only if its size and times are the same before and after the read, so
the bytes are what it held at one instant. Two things no reader can see: that its writer
is not done yet (the daemon waits until a folder is quiet, and parsers reject halves), and
a write that began within the very tick of the file system's clock in which the read began
too. With Linux 6.13 the usual file systems have no such ticks, elsewhere they last
milliseconds, and the next scan that reads the file again finds it changed.
A writer that has mapped the file may change it without moving its times at once.
"""

from __future__ import annotations

import os
import stat

from predictor.errors import DropError
from services.disk.regular_file import A_LINK, what_is

__all__ = ["check_size", "read_whole"]

# Not every platform has these: no link at the last step, no waiting for a pipe's writer.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)

_TRIES = 3


def read_whole(path: str, max_bytes: int) -> tuple[bytes, os.stat_result]:
    """Give the bytes of a regular file, and the status under which they were read.

    Parameters
    ----------
    path : str
    max_bytes : int
        A larger file is rejected before it is read.

    Raises
    ------
    DropError
        If it is a link or no regular file, cannot be read, is too large, or changed meanwhile.
        One that was replaced meanwhile, as by a rename, is read again.
    """
    for _ in range(_TRIES):
        data, before, after = _read_once(path, max_bytes)
        if (
            before.st_mtime_ns == after.st_mtime_ns
            and before.st_ctime_ns == after.st_ctime_ns
            and len(data) == before.st_size == after.st_size
        ):
            return data, after
        # A rename over a file moves the ctime of the one that loses its name.
        if not _is_replaced(path, after):
            break
    raise DropError("changed while it was being read", do="it is read again in the next run")


def _read_once(path: str, max_bytes: int) -> tuple[bytes, os.stat_result, os.stat_result]:
    """Give a file's bytes, and its status before and after they were read."""
    try:
        path.encode()
        # Asked first: opening some devices does something.
        if what_is(os.lstat(path)) not in ("", A_LINK):
            raise DropError("is not a regular file")
        descriptor = os.open(path, _OPEN_FLAGS)
    except UnicodeEncodeError as error:
        raise DropError("has a name that is not UTF-8", do="rename it") from error
    except OSError as error:
        raise DropError(f"cannot be opened: {error.strerror}") from error
    # Plain descriptors: file objects took a fifth of the time of a scan.
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise DropError("is not a regular file")
        check_size(before.st_size, max_bytes)
        data = _read_up_to(descriptor, before.st_size)
        after = os.fstat(descriptor)
    except OSError as error:
        raise DropError(f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)
    return data, before, after


def _is_replaced(path: str, read: os.stat_result) -> bool:
    """Whether another file has the name of the one that was read."""
    try:
        return not os.path.samestat(os.stat(path, follow_symlinks=False), read)  # noqa: PTH116 - see above
    except OSError:
        return False


def check_size(n_bytes: int, max_bytes: int) -> None:
    """Make sure that a file is not larger than what may be read.

    Raises
    ------
    DropError
        If it is.
    """
    if n_bytes > max_bytes:
        raise DropError(
            "is too large",
            got=f"{n_bytes:,} bytes",
            expected=f"at most {max_bytes:,} bytes",
            do="raise the limits under [scan] of the settings if it is meant",
        )


def _read_up_to(descriptor: int, n_bytes: int) -> bytes:
    """Read until so many bytes are there, or the file ends; never more, however fast it grows."""
    data = os.read(descriptor, n_bytes)
    while len(data) < n_bytes:  # the system may give less at once, above 2 GiB it does
        more = os.read(descriptor, n_bytes - len(data))
        if not more:
            break
        data += more
    return data
