"""The program as a part of the world: whether what runs is still what lies on the disk.

A server that goes on with old code beside new templates would show a mixture of the two.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from services.daemon.upgrade import trouble_with_code_on_disk
from services.disk.program import ROOT
from services.settings.environment import product_code
from services.settings.logs import LOG
from services.settings.product_code import read_product_code

__all__ = ["CodePart", "code_on_disk", "loaded_code"]

_EVERY_S = 2.0
_PROCESSES = ("services.cli.commands.serve", "services.web.serve")
_SHOWN = "services/web"  # with templates, styles and scripts, which are no modules
_PACKAGES = ("predictor", "services")
_GOES_ON = "this server goes on with the one before"


class CodePart:
    """Compares the program that this process has loaded with the one on the disk. For one thread.

    Parameters
    ----------
    can_start_anew : bool
        Whether the server may be replaced by itself: by whom it is asked would not notice.
    clock : callable
        Monotonic, s.

    Attributes
    ----------
    is_due : bool
        Whether there is another program, whole, that can be started in this one's place.
    trouble : str
        What a reader of the page of health should know.
    """

    def __init__(
        self,
        *,
        can_start_anew: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._can_start_anew = can_start_anew
        self._clock = clock
        self._loaded = loaded_code()
        self._seen_stamp = _stamp()
        self._next_look = clock() + _EVERY_S
        self._seen = self._loaded
        self.is_due = False
        self.trouble = ""

    def look(self) -> bool:
        """Look, not too often; return whether the trouble is another than before."""
        now = self._clock()
        if now < self._next_look or self.is_due:
            return False
        self._next_look = now + _EVERY_S
        stamp = _stamp()
        is_still = stamp == self._seen_stamp
        self._seen_stamp = stamp
        if is_still and self._seen == self._loaded:
            return False
        return self._judge()

    def _judge(self) -> bool:
        """Find out what changed files come to; perhaps they are still being copied."""
        code = code_on_disk()
        if code == self._loaded:
            self._seen = code
            return self._tell("")
        if not code or code != self._seen:
            self._seen = code or self._seen
            return False
        if not self._can_start_anew:
            return self._tell(f"the code on disk has changed; {_GOES_ON} until it is started anew")
        if self.trouble:
            return False  # tried already
        why = trouble_with_code_on_disk(_PROCESSES)
        if why:
            return self._tell(f"{why}; {_GOES_ON}")
        LOG.warning("the program on the disk has changed: starting anew")
        self.is_due = True
        return False

    def _tell(self, trouble: str) -> bool:
        was, self.trouble = self.trouble, trouble
        return was != trouble


def loaded_code() -> str:
    """Return the digest of what a server is: its code as loaded, and what pages are filled with."""
    return f"{product_code().digest(_PROCESSES)} {_digest_of_shown()}"


def code_on_disk() -> str:
    """Return the same as it is on the disk; empty while it is being replaced."""
    try:
        return f"{read_product_code().digest(_PROCESSES)} {_digest_of_shown()}"
    except (OSError, KeyError):
        return ""


def _digest_of_shown() -> str:
    digest = hashlib.sha256()
    for path in sorted(_files(ROOT / _SHOWN)):
        if path.suffix != ".py":
            digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(at, name) for name in names)


def _stamp() -> object:
    """Return what changes with the program's files; nothing is read."""
    found = []
    for package in _PACKAGES:
        for path in _files(ROOT / package):
            try:
                status = path.stat()
            except OSError:  # just gone
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size))
    return hash(tuple(sorted(found)))
