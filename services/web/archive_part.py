"""The archive as a part of the world: there, not there, or not to be read, and back again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import F1Error
from services.settings.logs import LOG

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["ArchivePart"]

_FILE = "archive.sqlite"
_AGAIN_S = 5.0  # until one that could not be opened, or is a server's, is asked again


class ArchivePart:
    """Opens the archive when it is there, and lets it go when it is not.

    Parameters
    ----------
    folder : Path
        The output folder.
    store : str
        Address of a database or a file; empty: the file in the output folder, if there is one.
    clock : callable
        Monotonic, s.
    """

    def __init__(
        self, folder: Path, store: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._is_asked_for = bool(store)
        self._is_server = "://" in store and not store.startswith("sqlite")
        self._url: str | Path = store or folder / _FILE
        self._file = None if self._is_server else _file_of(self._url)
        self._clock = clock
        self._next_look = 0.0
        self._file_stamp: object = None
        self._stamp: object = None
        self.archive: Archive | None = None
        self.trouble = ""

    def look(self) -> bool:
        """Open, ask or let go; return whether anything has changed."""
        now = self._clock()
        if self._file is not None:
            found = _inode(self._file)
            if found != self._file_stamp:  # another file, or none
                self._file_stamp = found
                self.close()
                self._next_look = now
            if found is None:
                return self._lack(self._missing())
        if self.archive is not None and not self._is_server:
            return self._ask()
        if now < self._next_look:
            return False
        self._next_look = now + _AGAIN_S
        return self._ask() if self.archive is not None else self._open()

    def close(self) -> None:
        """Let go of it."""
        archive, self.archive, self._stamp = self.archive, None, None
        if archive is not None:
            try:
                archive.__exit__(None, None, None)
            except Exception:  # noqa: BLE001 - it is gone either way
                LOG.debug("the archive did not close", exc_info=True)

    def _missing(self) -> str:
        return f"there is no archive at {self._url}" if self._is_asked_for else ""

    def _open(self) -> bool:
        try:
            from services.archive.reader import open_archive  # noqa: PLC0415 - 0.2 s

            archive: Any = open_archive(self._url)
            archive = archive.__enter__()
            stamp = archive.stamp()
        except ImportError as error:
            return self._lack(f"the archive needs a package that is not installed: {error.name}")
        except F1Error as error:
            return self._lack(error.one_line())
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of it
            return self._lack(f"the archive cannot be read: {type(error).__name__}: {error}")
        self.archive, self._stamp, self.trouble = archive, stamp, ""
        return True

    def _ask(self) -> bool:
        """Return whether anything was added to the open archive."""
        try:
            stamp = None if self.archive is None else self.archive.stamp()
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of it
            words = error.one_line() if isinstance(error, F1Error) else str(error)
            self.close()
            return self._lack(f"the archive cannot be read: {words}")
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        return True

    def _lack(self, trouble: str) -> bool:
        had, self.archive = self.archive, None
        was, self.trouble = self.trouble, trouble
        return had is not None or was != trouble


def _file_of(url: str | Path) -> Path:
    """Return the file of an SQLite archive."""
    return url if isinstance(url, Path) else Path(url.removeprefix("sqlite:///"))


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
