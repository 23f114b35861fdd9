"""The last runs of a season, each beside the one before: what came with it, and what it moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predictor.published.json_text import read_json
from predictor.published.run_types import RunEntry
from predictor.published.season_types import Metadata, SeasonDocument
from services.web.api.answers.runs import Move
from services.web.api.handlers.diff import moves
from services.web.derived import figures
from services.web.derived.came import Came, came
from services.web.derived.news import news
from services.web.derived.weekend import upcoming
from services.web.derived.weights import Split, split_by_weights
from services.web.pages.archived import asked
from services.web.world import World

if TYPE_CHECKING:
    from services.archive.rows import RunRow

__all__ = ["N_RUNS", "Chain", "Compared", "Step"]

N_RUNS = 20  # whose pages are kept
_NAMED = 2
_LEAST = 0.005  # a change that no figure shows
_LOOKED_BACK = 400  # backfilled runs among them are passed over


@dataclass(frozen=True, slots=True)
class Compared:
    """One run beside the one before it.

    Attributes
    ----------
    came : tuple of Came
        What differs in what they rest on.
    moved : tuple of Move
        Chances that moved beyond the noise, the largest change first.
    n_compared : int
        Of how many.
    noise : float
        The most that a change among all may be without being one, as a chance.
    said, said_hidden : str
        What the stream said of it; the second tells no result.
    next_event : (str, str), optional
        Name and id of the race that was next, by the later run.
    splits : tuple of Split
        What the user's weights did in that race, and what all else did.
    titles : Mapping[str, float]
        driver_id -> chance of the title by the later run.
    metadata : Metadata
        Of the later run.
    entry : RunEntry, optional
        What the record says of it.
    """

    came: tuple[Came, ...]
    moved: tuple[Move, ...]
    n_compared: int
    noise: float
    said: str
    said_hidden: str
    next_event: tuple[str, str] | None
    splits: tuple[Split, ...]
    titles: Mapping[str, float]
    metadata: Metadata
    entry: RunEntry | None


@dataclass(frozen=True, slots=True)
class Step:
    """A run with its comparison; without one before it there is nothing to compare."""

    run: RunRow
    before: RunRow | None
    after: RunRow | None
    compared: Compared | None


class Chain:
    """The last runs of a season that were published, the latest first.

    Two documents are compared when a page asks for it.

    Parameters
    ----------
    world : World
    year : int
    known : dict of (str, str) to Compared
        Digests of two documents -> their comparison, which never changes. What is compared is
        added, and what is of no run here is dropped.
    n_runs : int
        That have pages.
    """

    def __init__(
        self,
        world: World,
        year: int,
        known: dict[tuple[str, str], Compared],
        n_runs: int = N_RUNS,
    ) -> None:
        self.n_runs = n_runs
        nothing: tuple[RunRow, ...] = ()
        rows = asked(
            world,
            lambda archive: archive.runs(season=year, limit=_LOOKED_BACK, newest_first=True),
            nothing,
        )
        self.has_looks_back = any(row.is_backfill for row in rows)
        self._runs = [row for row in rows if not row.is_backfill][: n_runs + 1]
        self._document = _reader(world)
        self._known = known
        keys = {self._key(place) for place in range(len(self.run_ids))}
        for key in [one for one in known if one not in keys]:
            del known[key]

    @property
    def run_ids(self) -> tuple[str, ...]:
        """Of the runs that have pages."""
        return tuple(run.run_id for run in self._runs[: self.n_runs])

    def steps(self) -> tuple[Step, ...]:
        """Return all of them."""
        return tuple(self.step(place) for place in range(len(self.run_ids)))

    def step(self, place: int) -> Step:
        """Return the run at a place from the latest, 0-based."""
        key = self._key(place)
        compared = self._known.get(key) or _compared(self._document, *key)
        if compared is not None:
            self._known[key] = compared
        before = self._runs[place + 1] if place + 1 < len(self._runs) else None
        after = self._runs[place - 1] if place else None
        return Step(self._runs[place], before, after, compared)

    def _key(self, place: int) -> tuple[str, str]:
        is_first = place + 1 >= len(self._runs)
        before = "" if is_first else self._runs[place + 1].document_sha256
        return before, self._runs[place].document_sha256


def _reader(world: World) -> Callable[[str], SeasonDocument | None]:
    """Return what gives a document by its digest; each is read once, and the last two are kept."""
    last: dict[str, SeasonDocument] = {}

    def read(digest: str) -> SeasonDocument | None:
        if digest in last:
            return last[digest]
        data = asked(world, lambda archive: archive.document(digest), None)
        if data is None:
            return None
        while len(last) > 1:
            last.pop(next(iter(last)))
        last[digest] = read_json(data, SeasonDocument)
        return last[digest]

    return read


def _compared(
    document: Callable[[str], SeasonDocument | None], before: str, now: str
) -> Compared | None:
    """Return the comparison of two documents; None where one is not there any more."""
    after = document(now)
    if after is None:
        return None
    then = document(before) if before else None
    if before and then is None:
        return None
    found = moves(then, after) if then is not None else []
    coming = upcoming(after)
    return Compared(
        came=came(then, after) if then is not None else (),
        moved=tuple(one for one in found if one.is_beyond_noise),
        n_compared=len(found),
        noise=max((one.noise for one in found), default=0.0),
        said=_with_titles(news(then, after, hide=False), found),
        said_hidden=news(then, after, hide=True),
        next_event=None if coming is None else (coming[0], coming[1].metadata.event_id),
        splits=split_by_weights(then, after),
        titles={row.driver_id: row.p_title for row in after.championship.drivers},
        metadata=after.metadata,
        entry=_own_entry(after),
    )


def _with_titles(said: str, found: list[Move]) -> str:
    """Add whom a run moved in the title where it moved nobody in the next race."""
    titles = [one for one in found if one.what == "driver_title" and one.is_beyond_noise]
    titles = [one for one in titles if abs(one.change) >= _LEAST]
    if not titles or ": " in said:
        return said
    called = figures.surnames([one.name for one in titles])
    moved = ", ".join(
        f"{called[one.name]} {figures.signed_points(one.change)}" for one in titles[:_NAMED]
    )
    return f"{said}. For the title: {moved}"


def _own_entry(document: SeasonDocument) -> RunEntry | None:
    own = document.metadata.run.run_id
    entries = reversed(document.metadata.training_history)
    return next((one for one in entries if one.run_id == own), None)
