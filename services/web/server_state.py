"""What all requests share: the answers of now, the streams, the counters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import dataclass, field

import msgspec

from services.settings.logs import LOG
from services.web.api.desk import Desk
from services.web.counters import Counters
from services.web.derived.news import changed_events, latest_run, news
from services.web.live import Hub, Message
from services.web.resource import Resource
from services.web.settings import ServeSettings
from services.web.snapshot import Snapshot
from services.web.what_if.desk import WhatIfDesk
from services.web.world import World

__all__ = ["ServerState"]


@dataclass(slots=True)
class ServerState:
    """What all requests share. For the event loop alone, but for `take_soon`.

    Attributes
    ----------
    snapshot : Snapshot, optional
        The answers of now; None until the first ones are made.
    desk : Desk
        Computes what is no ready answer.
    what_if : WhatIfDesk
        Answers questions about opinions.
    page : callable, optional
        Has a page of the newest snapshot made that is not made yet; None: all are.
    """

    settings: ServeSettings
    hub: Hub
    counters: Counters = field(default_factory=Counters)
    snapshot: Snapshot | None = None
    connections: Collection[object] = ()
    desk: Desk = field(default_factory=Desk)
    what_if: WhatIfDesk = field(init=False)
    page: Callable[[str], Future[Resource | None]] | None = None
    _pages: dict[str, asyncio.Future[Resource | None]] = field(default_factory=dict)
    _told: World | None = None  # of the last snapshot, which the loop may not have taken yet

    def __post_init__(self) -> None:
        """Open the desk of what-ifs."""
        self.what_if = WhatIfDesk(self.settings.folder, self.settings.limits)

    def log(self, client: tuple[str, int] | None, method: str, path: str, status: int) -> None:
        """Tell of one request: neither query nor headers, for secrets travel there."""
        LOG.info("%s %s %s %d", client[0] if client else "-", method, path, status)

    async def answer(self, path: str) -> Resource | None:
        """Return the answer at a path, with its query, that is made or can be; None: there is none.

        Parameters
        ----------
        path : str
            As in `services.web.snapshot.Snapshot.paths`.
        """
        if self.snapshot is None:
            return None
        found = self.snapshot.resources.get(path)
        if found is not None or self.page is None or path not in self.snapshot.paths:
            return found
        waiting = self._pages.get(path)
        if waiting is None:
            waiting = self._pages[path] = asyncio.wrap_future(self.page(path))
            waiting.add_done_callback(lambda _: self._pages.pop(path))
        # Whoever goes away does not take the page from the others.
        return await asyncio.shield(waiting)

    def take_soon(self, loop: asyncio.AbstractEventLoop, snapshot: Snapshot) -> None:
        """Have the loop take a snapshot; for the thread that made it."""
        before, self._told = self._told, snapshot.world
        messages = [] if before is None else _messages(before, snapshot.world)
        loop.call_soon_threadsafe(self.take, snapshot, messages)

    def take(self, snapshot: Snapshot, messages: list[Message]) -> None:
        """Answer with a snapshot from now on, and tell what is new in it."""
        if self.snapshot is None:
            documents = snapshot.world.documents.values()
            self.hub.begin(max((latest_run(one) for one in documents), default=0))
        self.snapshot = snapshot
        self.hub.publish(messages)


def _messages(before: World, after: World) -> list[Message]:
    """Return an event for every season whose document is another than before."""
    found = []
    for year, document in after.documents.items():
        old = before.documents.get(year)
        if document is old:
            continue
        told = {
            "run_id": document.metadata.run.run_id,
            "season": year,
            "changed": changed_events(old, document),
            "url": f"/v1/seasons/{year}",
        }
        plain, hidden = (
            msgspec.json.encode(told | {"text": news(old, document, hide=hide)})
            for hide in (False, True)
        )
        found.append(Message(latest_run(document), plain, hidden))
    return sorted(found, key=lambda message: message.number)
