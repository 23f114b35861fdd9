"""Questions to the archive that cost no page: one that is moved or damaged answers with nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from predictor.errors import F1Error
from predictor.published.event_types import Event
from predictor.published.json_text import read_json
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Horizon
from services.settings.logs import LOG
from services.web.derived.weekend import n_run
from services.web.world import World

if TYPE_CHECKING:
    from services.archive.reader import Archive
    from services.archive.rows import Frozen, ResultRow, RunRow, ScoreRow, TitleRow

__all__ = ["Kept", "asked", "document_before", "event_of"]

T = TypeVar("T")

_LOOKED_BACK = 30  # runs, for one that said something else
_ALL_RUNS = 10_000


def asked(world: World, question: Callable[[Archive], T], otherwise: T) -> T:
    """Return what the archive answers, or something else where there is none to ask."""
    if world.archive is None:
        return otherwise
    try:
        return question(world.archive)
    except F1Error as error:
        # The next look at the archive finds the same, and tells it on the page of health.
        LOG.warning("a page is made without the archive: %s", error.one_line())
        return otherwise


class Kept:
    """What the archive keeps of one season, asked for once for all its pages.

    Parameters
    ----------
    world : World
    year : int
    """

    def __init__(self, world: World, year: int) -> None:
        self._world = world
        self._year = year
        self._titles: dict[str, tuple[TitleRow, ...]] = {}

    @cached_property
    def frozen(self) -> Mapping[str, Frozen]:
        """Event id -> the forecasts that stood, by horizon."""
        nothing: dict[str, Frozen] = {}
        return asked(self._world, lambda archive: archive.frozen_season(self._year), nothing)

    @cached_property
    def scores(self) -> Mapping[tuple[str, Horizon], Sequence[ScoreRow]]:
        """Event id and horizon -> scores of its race."""
        nothing: tuple[ScoreRow, ...] = ()
        rows = asked(self._world, lambda archive: archive.scores(season=self._year), nothing)
        found: dict[tuple[str, Horizon], list[ScoreRow]] = {}
        for row in rows:
            found.setdefault((row.event_id, row.horizon), []).append(row)
        return found

    @cached_property
    def revisions(self) -> Mapping[str, tuple[int, str]]:
        """Event id -> number of the result's last revision, and when it was seen."""
        nothing: tuple[ResultRow, ...] = ()
        rows = asked(self._world, lambda archive: archive.results(self._year), nothing)
        return {row.event_id: (row.revision, row.seen_at) for row in rows}

    @cached_property
    def runs(self) -> Mapping[int, RunRow]:
        """Number of a run -> what is kept of it, in the order in which they were archived."""
        nothing: tuple[RunRow, ...] = ()
        rows = asked(
            self._world, lambda archive: archive.runs(season=self._year, limit=_ALL_RUNS), nothing
        )
        return {row.run_no: row for row in rows}

    @cached_property
    def sims(self) -> Mapping[int, int]:
        """Number of a run -> how many simulated seasons it rests on."""
        return {number: row.n_sims for number, row in self.runs.items()}

    def all_titles(self, kind: Literal["driver", "team"]) -> tuple[TitleRow, ...]:
        """Return title odds of every run."""
        nothing: tuple[TitleRow, ...] = ()
        return asked(self._world, lambda archive: archive.title_history(self._year, kind), nothing)

    def titles(self, kind: Literal["driver", "team"]) -> tuple[TitleRow, ...]:
        """Return title odds after each round."""
        nothing: tuple[TitleRow, ...] = ()
        if kind not in self._titles:
            self._titles[kind] = asked(
                self._world, lambda archive: archive.title_by_round(self._year, kind), nothing
            )
        return self._titles[kind]


def document_before(world: World, document: SeasonDocument) -> SeasonDocument | None:
    """Return the last document that said something else of its season; None where none is kept.

    Of backfilled runs only those that knew no more: they are looks back, not what stood before.
    """
    year, now = document.metadata.season, document.metadata.predictions_sha256
    newest: tuple[RunRow, ...] = asked(
        world,
        lambda archive: archive.runs(season=year, newest_first=True, limit=_LOOKED_BACK),
        (),
    )
    known = n_run(document)
    for row in newest:
        if row.predictions_sha256 == now or row.is_backfill or row.known_round > known:
            continue
        data = asked(world, lambda archive, row=row: archive.document(row.document_sha256), None)  # type: ignore[misc]
        if data is not None:
            return read_json(data, SeasonDocument)
    return None


def event_of(document: SeasonDocument, event_id: str) -> Event | None:
    """Return an event of a document by its id."""
    found = (one for one in document.predictions.values() if one.metadata.event_id == event_id)
    return next(found, None)
