"""Count what a run reads of the disk, as Python itself reports it; see `sys.addaudithook`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

__all__ = ["counting_reads"]

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_counted: list[tuple[str, Counter[tuple[str, bool]]]] = []  # the folder, and what is read in it


@contextlib.contextmanager
def counting_reads(folder: Path) -> Iterator[Counter[str]]:
    """Count listings of folders and reads of files below a folder, by path relative to it.

    The counter is filled at the end of the block.
    """
    if not _hear.installed:
        sys.addaudithook(_hear)  # there is no taking it away again
        _hear.installed = True
    heard: Counter[tuple[str, bool]] = Counter()
    found: Counter[str] = Counter()
    _counted.append((f"{folder}{os.sep}", heard))
    try:
        yield found
    finally:
        _counted.pop()
        for (name, _), n in heard.items():
            found[name] = max(found[name], n)


def _hear(event: str, args: tuple) -> None:
    if not _counted or event not in {"open", "os.scandir", "os.listdir"}:
        return
    if event == "open" and (args[2] or 0) & _WRITES:
        return
    folder, heard = _counted[-1]
    if isinstance(args[0], str | os.PathLike):
        name = os.fspath(args[0])
        if name.startswith(folder):
            # A file that `open` has opened by a function of its own is reported by both.
            by_open = event == "open" and args[1] is not None
            heard[name[len(folder) :], by_open] += 1


_hear.installed = False
