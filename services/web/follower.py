"""Looks whether the world has changed, and makes its pages anew, beside the event loop."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from services.errors import ArchiveUnusable
from services.settings.logs import LOG
from services.web.counters import Counters
from services.web.resource import Resource
from services.web.snapshot import Snapshot, begin_snapshot
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
        Called from the thread with every new snapshot, the first among them. Its pages are made
        then, those first that are waited for.
    counters : Counters
    look_s : float, s
        Between two looks.
    make : callable
        Begins a snapshot of a world, given the snapshot before.
    """

    def __init__(
        self,
        reader: WorldReader,
        on_snapshot: Callable[[Snapshot], None],
        counters: Counters,
        *,
        look_s: float = LOOK_S,
        make: Callable[[World, Snapshot | None], Snapshot] = begin_snapshot,
    ) -> None:
        self._reader = reader
        self._on_snapshot = on_snapshot
        self._counters = counters
        self._look_s = look_s
        self._make = make
        self._is_stopped = False
        self._wake = threading.Event()
        self._wanted: deque[tuple[str, Future[Resource | None]]] = deque()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._snapshot: Snapshot | None = None
        self._world: World | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is being made is made."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join()

    def page(self, path: str) -> Future[Resource | None]:
        """Have a page made next; for any thread. None: the newest snapshot has no such page."""
        future: Future[Resource | None] = Future()
        self._wanted.append((path, future))
        self._wake.set()
        return future

    def look(self) -> None:
        """Look once; an unchanged world is not made again."""
        self._counters.looks += 1
        world = self._reader.look()
        if world is self._world:
            return
        self._world = world
        started = time.thread_time()
        made = self._make(world, self._snapshot)
        self._counters.snapshots += 1
        self._counters.snapshot_s = time.thread_time() - started
        self._take(self._bare(made) or made)

    def work(self, until: float) -> None:
        """Make what is wanted, then what is left, until a time of the monotonic clock."""
        while not self._is_stopped:
            self._wake.clear()
            self._make_wanted()
            started = time.thread_time()
            has_made = self._snapshot is not None and self._snapshot.make_next()
            if has_made:
                self._counters.snapshot_s += time.thread_time() - started
                self._without_archive()
            rest = until - time.monotonic()
            if rest <= 0:
                return
            if not has_made:
                self._wake.wait(rest)

    def _make_wanted(self) -> None:
        while self._wanted:
            path, future = self._wanted.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                found = None if self._snapshot is None else self._snapshot.make(path)
                if self._without_archive() and self._snapshot is not None:
                    found = self._snapshot.make(path)
                future.set_result(found)
            except Exception as error:  # noqa: BLE001 - who waits is told
                future.set_exception(error)

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._on_snapshot(snapshot)

    def _without_archive(self) -> bool:
        """Take another snapshot if pages of this one fail by the archive; return whether."""
        bare = None if self._snapshot is None else self._bare(self._snapshot)
        if bare is None:
            return False
        self._take(bare)
        return True

    def _bare(self, snapshot: Snapshot) -> Snapshot | None:
        """Begin pages as if there were no archive, if that is what some of a snapshot fail by."""
        world = snapshot.world
        if world.archive is None:
            return None
        for failure in snapshot.failures:
            if isinstance(failure.error, ArchiveUnusable):
                trouble = failure.error.one_line()
                bare = replace(world, archive=None, archive_stamp=None, archive_trouble=trouble)
                return self._make(bare, self._snapshot)
        return None

    def _run(self) -> None:
        while not self._is_stopped:
            until = time.monotonic() + self._look_s
            try:
                self.look()
                self.work(until)
            except Exception:  # noqa: BLE001 - the loop edge: pages stay as they were
                LOG.error("unforeseen error while pages were made", exc_info=True)
                self._wake.wait(max(0.0, until - time.monotonic()))
        for _, future in self._wanted:
            future.cancel()
        self._reader.close()
