"""Wake the daemon when files change; decide nothing.

What changed is found out by `services.intake.survey`, which runs every second anyway. So an
event that is lost costs a second and nothing else: a full queue of the kernel, its limit of
watches and file systems that tell of no changes need no handling here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from services.disk.program import how_to_install
from services.intake.listing import is_passed_over, is_session_name, tops
from services.intake.survey import Root, folder_identity

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

__all__ = ["WatchState", "Watcher"]

_STOP_S = 1.5  # a watcher that hangs longer is left behind; its threads end with the process


@dataclass(frozen=True, slots=True)
class WatchState:
    """Whether events hasten the next survey, and why not if they do not."""

    mode: Literal["events", "polling"]
    reason: str = ""


class Watcher:
    """Watch some folders for as long as it lasts; `check` says for how long that was.

    Parameters
    ----------
    roots : Iterable[Root]
    wake : Callable[[], None]
        Called from another thread, at most once between two checks. Must not block.
    """

    def __init__(self, roots: Iterable[Root], wake: Callable[[], None]) -> None:
        self._roots = tuple(roots)
        self._wake = wake
        self._observer: Any = None
        self._listener: _Listener | None = None
        self._threads: frozenset[threading.Thread] = frozenset()
        self._watched: dict[str, tuple[int, int] | None] = {}
        self._reason = "not started"

    def start(self) -> None:
        """Watch every folder that is there. What fails is told by `check`, not raised."""
        self._watched = self._identities()
        present = [top for top, identity in self._watched.items() if identity is not None]
        try:
            from watchdog.observers import Observer  # noqa: PLC0415 - optional
        except ImportError:
            self._reason = f"watchdog is not installed; {how_to_install('watch')}"
            return
        threads = frozenset(threading.enumerate())
        try:
            self._observer = Observer()
            self._observe(present)
        except OSError as error:  # too many watchers or watches in use, or a folder just gone
            self._close()
            self._reason = f"watching cannot start: {error.strerror or error}"
            return
        self._threads = frozenset(
            thread
            for thread in frozenset(threading.enumerate()) - threads
            if type(thread).__module__.startswith("watchdog.")
        )

    def check(self) -> WatchState:
        """See whether the watch still holds, and watch anew if it does not.

        To be called before each survey, not after it: an event between a survey and the
        check after it would wake nobody.
        """
        if self._listener is not None:
            self._listener.is_woken = False
        # Watches stay with the folder that was, wherever it is now; of one made again under the
        # same inode only the end of the thread that watched it tells.
        is_dead = self._observer is not None and not all(one.is_alive() for one in self._threads)
        if is_dead or self._identities() != self._watched:
            self._close()
            self.start()
        if self._observer is None:
            return WatchState("polling", self._reason)
        missing = [top for top, identity in self._watched.items() if identity is None]
        if missing:
            return WatchState("polling", f"{missing[0]} is not there")
        return WatchState("events")

    def stop(self) -> None:
        """End the watch, within 2 s even if its threads hang."""
        self._close()
        self._reason = "stopped"

    def _identities(self) -> dict[str, tuple[int, int] | None]:
        return {
            top: folder_identity(top)
            for root in self._roots
            for top in tops(os.path.realpath(root.folder), root.only)
        }

    def _observe(self, folders: list[str]) -> None:
        from watchdog import events  # noqa: PLC0415 - see start

        # Opening and closing without a write are left out in the kernel: every scan does it.
        kinds: list[type[events.FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileModifiedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.FileClosedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        self._listener = _Listener(self._roots, self._wake)
        for folder in folders:
            self._observer.schedule(self._listener, folder, recursive=True, event_filter=kinds)
        self._observer.start()

    def _close(self) -> None:
        observer, self._observer = self._observer, None
        if self._listener is not None:
            self._listener.is_closed = True
        if observer is None:
            return
        # `stop` waits for its threads without a limit, so it is waited for with one.
        stopper = threading.Thread(target=observer.stop, name="watcher-stop", daemon=True)
        stopper.start()
        stopper.join(_STOP_S)


class _Listener:
    """Receive events in the watcher's thread; pass on the first that can matter."""

    def __init__(self, roots: Iterable[Root], wake: Callable[[], None]) -> None:
        self.is_woken = False
        self.is_closed = False
        self._wake = wake
        # Per root: one may leave out another, which counts all the same.
        self._places = [
            (
                tops(os.path.realpath(root.folder), root.only),
                [os.path.realpath(path) for path in root.skip],
            )
            for root in roots
        ]

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take an event; the name is the watchdog library's."""
        if self.is_woken or self.is_closed:
            return
        paths = [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]
        if any(
            _matters(path, folders, left_out, is_folder=event.is_directory)
            for path in paths
            for folders, left_out in self._places
        ):
            self.is_woken = True
            self._wake()


def _matters(path: str, folders: list[str], left_out: list[str], *, is_folder: bool) -> bool:
    """Whether a scan would look at a path: own output and files being written cause no work."""
    if any(path == one or path.startswith(one + os.sep) for one in left_out):
        return False
    for folder in folders:
        if path == folder:
            return True
        if path.startswith(folder + os.sep):
            parts = Path(path[len(folder) + 1 :]).parts
            passed_over = any(is_passed_over(part) for part in parts)
            return not passed_over and (is_folder or is_session_name(parts[-1]))
    return False
