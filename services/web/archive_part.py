"""The archive as a part of the world: there, not there, or not to be read, and back again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from predictor.errors import F1Error
from services.archive.place import ARCHIVE_FILE, StorePlace

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["ArchivePart"]

_AGAIN_S = 5.0  # until one that could not be opened, or is a server's, is asked again


class ArchivePart:
    """Opens the archive when it is there, and lets it go when it is not. For one thread.

    Parameters
    ----------
    folder : Path
        The output folder.
    store : StorePlace, optional
        Where it is to be; None: in the output folder, if there is one.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self,
        folder: Path,
        store: StorePlace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        usual = StorePlace(path=folder / ARCHIVE_FILE)
        self._place = store or usual
        self._is_asked_for = self._place != usual
        self._clock = clock
        self._next_look = 0.0
        self._file: tuple[int, int] | None = None
        self.archive: Archive | None = None
        self.stamp: object = None
        self.trouble = ""

    def look(self) -> bool:
        """Open, ask or let go; return whether anything has changed."""
        now = self._clock()
        path = self._place.path
        if path is not None:
            found = _file_at(path)
            if found != self._file:  # another file, or none
                self._file = found
                had = self.archive is not None
                self.close()
                self._next_look = now
                if found is None:
                    return self._lack(self._missing()) or had
            if found is None:
                return self._lack(self._missing())
            if self.archive is not None:
                return self._ask()
        if now < self._next_look:
            return False
        self._next_look = now + _AGAIN_S
        return self._ask() if self.archive is not None else self._open()

    def close(self) -> None:
        """Let go of it."""
        archive, self.archive, self.stamp = self.archive, None, None
        if archive is not None:
            with contextlib.suppress(Exception):  # it is gone either way
                archive.close()

    def _missing(self) -> str:
        return f"there is no archive at {self._place.words}" if self._is_asked_for else ""

    def _open(self) -> bool:
        try:
            from services.archive.reader import open_archive  # noqa: PLC0415 - 0.2 s

            archive = open_archive(self._place)
            stamp = archive.stamp()
        except ImportError as error:
            return self._lack(f"the archive needs a package that is not installed: {error.name}")
        except F1Error as error:
            return self._lack(error.one_line())
        self.archive, self.stamp, self.trouble = archive, stamp, ""
        return True

    def _ask(self) -> bool:
        """Return whether anything was added to the open archive."""
        try:
            stamp = self.archive.stamp() if self.archive is not None else None
        except F1Error as error:
            self.close()
            return self._lack(error.one_line(), is_lost=True)
        if stamp == self.stamp:
            return False
        self.stamp = stamp
        return True

    def _lack(self, trouble: str, *, is_lost: bool = False) -> bool:
        was, self.trouble = self.trouble, trouble
        return is_lost or was != trouble


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
