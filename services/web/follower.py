"""Looks whether the world has changed, and makes its pages anew, beside the event loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from services.errors import ArchiveUnusable
from services.settings.logs import LOG
from services.web.counters import Counters
from services.web.snapshot import Snapshot, make_snapshot
from services.web.world import World
from services.web.world_reader import WorldReader

__all__ = ["LOOK_S", "Follower"]

LOOK_S = 0.25


class Follower:
    """A thread of its own, so that no reader waits while pages are made.

    Parameters
    ----------
    reader : WorldReader
    on_snapshot : callable
        Called from the thread with every new snapshot, the first among them.
    counters : Counters
    look_s : float, s
        Between two looks.
    make : callable
        Makes a snapshot of a world and the snapshot before.
    """

    def __init__(
        self,
        reader: WorldReader,
        on_snapshot: Callable[[Snapshot], None],
        counters: Counters,
        *,
        look_s: float = LOOK_S,
        make: Callable[[World, Snapshot | None], Snapshot] = make_snapshot,
    ) -> None:
        self._reader = reader
        self._on_snapshot = on_snapshot
        self._counters = counters
        self._look_s = look_s
        self._make = make
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._snapshot: Snapshot | None = None
        self._world: World | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being made is made."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Look once; an unchanged world is not made again."""
        self._counters.looks += 1
        world = self._reader.look()
        if world is self._world:
            return
        self._world = world
        started = time.thread_time()
        made = self._make(world, self._snapshot)
        if world.archive is not None:
            made = self._without_archive(world, made)
        self._counters.snapshots += 1
        self._counters.snapshot_s = time.thread_time() - started
        self._snapshot = made
        self._on_snapshot(made)

    def _without_archive(self, world: World, made: Snapshot) -> Snapshot:
        """Make pages again as if there were no archive, if that is what some fail by."""
        for failure in made.failures:
            if isinstance(failure.error, ArchiveUnusable):
                trouble = failure.error.one_line()
                bare = replace(world, archive=None, archive_stamp=None, archive_trouble=trouble)
                return self._make(bare, self._snapshot)
        return made

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception:  # noqa: BLE001 - the loop edge: pages stay as they were
                LOG.error("unforeseen error while pages were made", exc_info=True)
            self._stop.wait(self._look_s)
        self._reader.close()
