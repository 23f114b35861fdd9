"""What handlers look at: a world, its documents by season, and the archive if there is one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec
from msgspec import UnsetType

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from services.web.api.answers.shared import MadeFrom
from services.web.api.problem_kinds import (
    ARCHIVE_UNUSABLE,
    NO_ARCHIVE,
    NOTHING_PUBLISHED,
    UNKNOWN_ID,
    problem,
)
from services.web.world import World

if TYPE_CHECKING:
    from services.archive.reader import Archive
    from services.archive.rows import RunRow

__all__ = ["OneEvent", "View", "made_from"]

T = TypeVar("T")

_MOST_RUNS = 10_000  # of one season


class OneEvent(NamedTuple):
    """An event and where it stands."""

    name: str
    event: Event
    document: SeasonDocument


class View:
    """A world as handlers ask it. For one thread.

    Parameters
    ----------
    world : World
    open_archive : callable, optional
        Gives the archive of this thread; the world's own unless given.
    """

    def __init__(self, world: World, open_archive: Callable[[], Archive] | None = None) -> None:
        self.world = world
        self._open_archive = open_archive
        self._remembered: dict[Hashable, Any] = {}

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key, made once for this world."""
        if key not in self._remembered:
            self._remembered[key] = make()
        found: T = self._remembered[key]
        return found

    def season(self, asked: int | UnsetType) -> int:
        """Return the season that is asked for, or the one of the front page.

        Raises
        ------
        Problem
            If none is published.
        """
        if not isinstance(asked, UnsetType):
            return asked
        if self.world.default_season is None:
            raise problem(
                NOTHING_PUBLISHED,
                "no season document is published here yet",
                do="wait for the first run, or name a season that is archived",
            )
        return self.world.default_season

    def document(self, season: int) -> SeasonDocument:
        """Return a season's document.

        Raises
        ------
        Problem
            If there is none.
        """
        found = self.world.documents.get(season)
        if found is not None:
            return found
        return self.remember(("document", season), lambda: self._decoded(season))

    def raw(self, season: int) -> bytes:
        """Return the same, byte for byte as it was published.

        That of a season which is only archived is its last one.
        """
        found = self.world.raw.get(season)
        if found is not None:
            return found
        if self.world.archive is None and self.world.archive_trouble:
            self.archive()  # what it holds cannot be told
        run = self.last_run(season)
        archived = self.archive().document(run.document_sha256) if run is not None else None
        if archived is None:
            raise _unknown_season(season)
        return archived

    def archived_seasons(self) -> tuple[int, ...]:
        """Return the seasons that the archive holds runs of; none without an archive."""
        if self.world.archive is None:
            return ()
        return self.remember("seasons", self.archive().seasons)

    def last_run(self, season: int) -> RunRow | None:
        """Return the archived run of a season that knew most; None where there is none."""
        if season not in self.archived_seasons():
            return None
        runs = self.archive().runs(season=season, limit=_MOST_RUNS)
        return max(runs, key=_knowledge, default=None)

    def events(self) -> Mapping[str, OneEvent]:
        """Return the events of all published seasons by event id, each in calendar order."""
        return self.remember("events", self._events)

    def event(self, event_id: str) -> OneEvent:
        """Return an event.

        Raises
        ------
        Problem
            If there is none of that id.
        """
        found = self.events().get(event_id) or self._archived_event(event_id)
        if found is None:
            raise problem(
                UNKNOWN_ID,
                f"there is no event {event_id[:80]!r}",
                do="GET /v1/events lists those of a season, GET /v1/seasons the seasons",
            )
        return found

    def archive(self) -> Archive:
        """Return the archive.

        Raises
        ------
        Problem
            404 if none is kept, 503 if it cannot be used.
        """
        if self.world.archive is not None:
            return self._open_archive() if self._open_archive else self.world.archive
        if self.world.archive_trouble:
            raise problem(ARCHIVE_UNUSABLE, self.world.archive_trouble, do="see /v1/health")
        raise problem(
            NO_ARCHIVE,
            "no archive of forecasts is kept here",
            do="`python -m services store sync` makes one from the documents kept",
        )

    def _decoded(self, season: int) -> SeasonDocument:
        return msgspec.json.decode(self.raw(season), type=SeasonDocument)

    def _archived_event(self, event_id: str) -> OneEvent | None:
        """Look through the seasons that are only archived."""
        if self.world.archive is None and self.world.archive_trouble:
            self.archive()  # what it holds cannot be told
        for season in reversed(self.archived_seasons()):
            if season not in self.world.documents:
                document = self.document(season)
                for name, event in document.predictions.items():
                    if event.metadata.event_id == event_id:
                        return OneEvent(name, event, document)
        return None

    def _events(self) -> dict[str, OneEvent]:
        return {
            event.metadata.event_id: OneEvent(name, event, document)
            for document in self.world.documents.values()
            for name, event in document.predictions.items()
        }


def made_from(document: SeasonDocument) -> MadeFrom:
    """Return what an answer says of the document it is made from."""
    metadata = document.metadata
    return MadeFrom(
        season=metadata.season,
        run_id=metadata.run.run_id,
        generated_at=metadata.generated_at,
        as_of=metadata.as_of,
    )


def _knowledge(run: RunRow) -> tuple[int, bool, str, int]:
    return run.known_round, not run.is_backfill, run.as_of or "", run.run_no


def _unknown_season(season: int) -> Exception:
    return problem(
        UNKNOWN_ID,
        f"there is no document of season {season}",
        do="GET /v1/seasons lists those that there are",
    )
