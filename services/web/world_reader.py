"""The world as it is now: the same value for as long as nothing in it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from predictor.published.season_types import SeasonDocument
from services.archive.place import StorePlace
from services.settings.limits import WhatIfLimits
from services.web.archive_part import ArchivePart
from services.web.code_part import CodePart
from services.web.parts import Daemon, Documents, Models, Told, utc_now
from services.web.world import Demo, World

__all__ = ["WorldReader", "read_world"]

_MOST_SIMULATIONS = WhatIfLimits().max_simulations


class WorldReader:
    """Follows an output folder, whatever comes, goes or is damaged in it. For one thread.

    Parameters
    ----------
    folder : Path
        The output folder; it need not be there yet.
    store : StorePlace, optional
        Where the archive is to be; None: in the output folder, if there is one.
    public_url : str
        Where readers find this server.
    clock : callable
        The time in UTC.
    demo : callable, optional
        What is replayed now, if this is no season of now.
    code : CodePart, optional
        Whether the program is still what lies on the disk.
    most_simulations : int
        That may be asked for in a what-if.
    """

    def __init__(
        self,
        folder: Path,
        store: StorePlace | None = None,
        *,
        public_url: str = "",
        clock: Callable[[], datetime] = utc_now,
        demo: Callable[[], Demo | None] = lambda: None,
        code: CodePart | None = None,
        most_simulations: int = _MOST_SIMULATIONS,
    ) -> None:
        self._folder = folder
        self._public_url = public_url.rstrip("/")
        self._clock = clock
        self._demo = demo
        self._code = code
        self._most_simulations = most_simulations
        self._documents = Documents(folder)
        self._daemon = Daemon(folder)
        self._told = Told(folder)
        self._models = Models(folder)
        self._archive = ArchivePart(folder, store)
        self._next_start: datetime | None = None
        self._world: World | None = None

    def look(self) -> World:
        """Return the world; the very value of the last look if nothing has changed.

        A new one holds the parts that have not changed as they were, the same objects.
        """
        now = self._clock()
        has_begun = self._next_start is not None and now >= self._next_start
        changed = [
            self._documents.look(),
            self._daemon.look(now),
            self._told.look(),
            self._models.look(),
            self._archive.look(),
            has_begun,
            self._code is not None and self._code.look(),
        ]
        demo = self._demo()  # after the documents: what comes next is told no later than they are
        changed.append(self._world is not None and demo != self._world.demo)
        if self._world is None or any(changed):
            self._world = self._read(now, demo)
        return self._world

    def close(self) -> None:
        """Let go of the archive."""
        self._archive.close()

    def _read(self, now: datetime, demo: Demo | None) -> World:
        documents = self._documents.documents
        self._next_start = next_start(documents.values(), now)
        return World(
            output=self._folder,
            documents=documents,
            raw=self._documents.raw,
            default_season=max(documents, default=None),
            archive=self._archive.archive,
            archive_stamp=self._archive.stamp,
            archive_trouble=self._archive.trouble,
            status=self._daemon.status,
            daemon=self._daemon.state,
            models=self._models.listing,
            told=self._told.races,
            troubles=(
                *self._documents.troubles,
                *self._told.troubles,
                *self._models.troubles,
                *((self._code.trouble,) if self._code is not None and self._code.trouble else ()),
            ),
            now=now,
            public_url=self._public_url,
            demo=demo,
            most_simulations=self._most_simulations,
        )


def read_world(folder: Path, store: StorePlace | None = None, *, public_url: str = "") -> World:
    """Read the world once."""
    return WorldReader(folder, store, public_url=public_url).look()


def next_start(documents: Iterable[SeasonDocument], now: datetime) -> datetime | None:
    """Return when the next session begins: pages say then that it has begun."""
    starts = [
        datetime.fromisoformat(session.starts_at)
        for document in documents
        for event in document.predictions.values()
        for session in event.metadata.sessions.values()
    ]
    return min((one for one in starts if one > now), default=None)
