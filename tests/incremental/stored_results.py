"""Damage to what the cache holds."""

from __future__ import annotations

from pathlib import Path

__all__ = ["spoil"]


def spoil(path: Path, other: Path, what: int, at: int) -> None:
    """Flip a byte, cut the end off, remove, or put another entry in its place.

    Parameters
    ----------
    other : Path
        The entry to change places with.
    what : int
        Which of the four.
    at : int
        Where, in per cent of the length.
    """
    data = path.read_bytes()
    if what == 0:  # from the end: what is tried first hits the payload
        place = len(data) - 1 - (len(data) * at) // 100
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
    elif what == 1:
        path.write_bytes(data[: (len(data) * at) // 100])
    elif what == 2:
        path.unlink()
    else:
        theirs = other.read_bytes()
        other.write_bytes(data)
        path.write_bytes(theirs)
