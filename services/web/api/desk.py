"""Answers that are computed when they are asked for: one at a time, off the event loop, once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from services.errors import ArchiveUnusable
from services.web.api.answered import answered
from services.web.api.problem_kinds import ARCHIVE_UNUSABLE, BUSY, problem
from services.web.api.route import ApiRoute, Asked
from services.web.api.view import View
from services.web.resource import Resource
from services.web.world import World

if TYPE_CHECKING:
    from services.archive.reader import Archive
    from services.web.snapshot import Snapshot

__all__ = ["KEPT_BYTES", "WAITING", "Desk"]

KEPT_BYTES = 16 * 2**20  # of answers, until the world changes
WAITING = 32  # questions at most; what one costs is bounded by the number of rows


class Desk:
    """A thread that computes, with an archive of its own, and what it has computed.

    For the event loop alone. One thread, since an archive bears one at a time, and since the
    follower, which has another, needs the second processor.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="api")
        self._number = 0  # of the snapshot that answers are of
        self._kept: OrderedDict[Hashable, Resource] = OrderedDict()
        self._n_bytes = 0
        self._under_way: dict[Hashable, asyncio.Future[Resource]] = {}
        self._view: View | None = None  # the thread's
        self._archive: Archive | None = None  # the thread's
        self._archive_of: Archive | None = None  # whose place that is

    async def answer(self, route: ApiRoute, asked: Asked, snapshot: Snapshot) -> Resource:
        """Return an answer, computed unless it is kept.

        Raises
        ------
        Problem
            If there is none, or if too many wait.
        """
        if snapshot.number != self._number:
            self._number = snapshot.number
            self._kept.clear()
            self._n_bytes = 0
        key = (route.name, asked)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        waiting = (snapshot.number, *key)
        if waiting not in self._under_way:
            if len(self._under_way) >= WAITING:
                raise problem(BUSY, f"{WAITING} answers are being computed", do="ask again soon")
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._thread, self._compute, route, asked, snapshot.world)
            self._under_way[waiting] = future
            future.add_done_callback(lambda done: self._take(waiting, done))
        # Whoever goes away does not take the answer from the others.
        return await asyncio.shield(self._under_way[waiting])

    def close(self) -> None:
        """End the thread, and let go of the archive."""
        self._thread.submit(self._let_go)
        self._thread.shutdown()

    def _take(self, waiting: tuple[int, str, Asked], done: asyncio.Future[Resource]) -> None:
        del self._under_way[waiting]
        number, *key = waiting
        if done.cancelled() or done.exception() is not None or number != self._number:
            return
        made = done.result()
        self._kept[tuple(key)] = made
        self._n_bytes += _size(made)
        while self._n_bytes > KEPT_BYTES:
            self._n_bytes -= _size(self._kept.popitem(last=False)[1])

    def _compute(self, route: ApiRoute, asked: Asked, world: World) -> Resource:
        if self._view is None or self._view.world is not world:
            self._view = View(world, self._own_archive)
        try:
            return answered(route, asked, self._view)
        except ArchiveUnusable as error:
            raise problem(ARCHIVE_UNUSABLE, error.one_line(), do=error.do) from error

    def _own_archive(self) -> Archive:
        """Return the archive of the world, open for this thread."""
        of = self._view.world.archive if self._view is not None else None
        if self._archive is None or self._archive_of is not of:
            from services.archive.reader import open_archive  # noqa: PLC0415 - 0.2 s

            self._let_go()
            self._archive = open_archive(of.place)  # type: ignore[union-attr]
            self._archive_of = of
        return self._archive

    def _let_go(self) -> None:
        if self._archive is not None:
            self._archive.close()
        self._archive = self._archive_of = None


def _size(resource: Resource) -> int:
    return len(resource.body) + len(resource.gzip)
