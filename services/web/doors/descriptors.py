"""How many readers there is room for: the system lends a process so many open files."""

from __future__ import annotations

import sys
from dataclasses import dataclass

__all__ = ["Room", "room"]

_RESERVE = 200  # files, sockets of the process itself, and pages beside the streams
_UNKNOWN = 512  # where the system does not say, as Windows
_MOST = 4096  # connections


@dataclass(frozen=True, slots=True)
class Room:
    """Connections, and of these event streams, at most."""

    connections: int
    streams: int


def room(streams: int) -> Room:
    """Return how many connections this process can hold, once it has raised its limit.

    Parameters
    ----------
    streams : int
        Event streams wished for.
    """
    files = _open_files(streams + 2 * _RESERVE)
    connections = max(min(files - _RESERVE // 2, _MOST), 16)
    return Room(connections, max(min(streams, files - _RESERVE), 8))


def _open_files(wished: int) -> int:
    """Return how many files this process may have open; raised to so many where that is allowed."""
    if sys.platform == "win32":
        return _UNKNOWN
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST
    if soft < wished:
        soft = wished if hard == resource.RLIM_INFINITY else min(wished, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft
