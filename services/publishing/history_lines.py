"""The lines of the run record, read from its end: a million runs take no more memory than ten."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from predictor.published.run_types import RunEntry
from services.disk.regular_file import open_regular

__all__ = [
    "blocks_from_end",
    "end_of_lines",
    "runs_from_last",
    "sound_entries",
]

_FIRST_BYTES = 2**17  # some hundred entries: mostly enough, and what every publication holds
_BLOCK_BYTES = 2**20  # some 800 entries; what is read of the file at a time further up


def runs_from_last(path: Path) -> Iterator[RunEntry]:
    """Give every sound entry of the file, the last one first; nothing is mended.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with open_regular(path) as file:
        for lines, _more in blocks_from_end(file, end_of_lines(file)):
            yield from reversed(sound_entries(lines))


def end_of_lines(file: BinaryIO) -> int:
    """Give the offset behind the last whole line."""
    end = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(end - _FIRST_BYTES, 0)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def blocks_from_end(file: BinaryIO, end: int) -> Iterator[tuple[list[bytes], bool]]:
    """Give the whole lines of a file in blocks, the last first, and whether there are more."""
    rest = b""  # the end of a line that begins further up
    size = _FIRST_BYTES
    while end > 0:
        start = max(end - size, 0)
        file.seek(start)
        data = file.read(end - start)
        end = start
        if start == 0:
            yield (data + rest).splitlines(), False
            return
        first = data.find(b"\n") + 1
        # No entry is as long as a block: a block without a line end is one damaged line. The
        # first block always has one, that of the last whole line.
        yield (data[first:] + rest).splitlines(), True
        rest = data[:first]
        size = _BLOCK_BYTES


def sound_entries(lines: Iterable[bytes]) -> list[RunEntry]:
    """Give the entries that can be read and gone by, in the order of their lines."""
    read = (_read_line(line) for line in lines)
    return [entry for entry in read if entry is not None]


def _read_line(line: bytes) -> RunEntry | None:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None


_DECODER = msgspec.json.Decoder(RunEntry)
