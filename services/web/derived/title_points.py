"""A championship in points: how it went, what is possible on paper, since when it is settled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import UNSET

from predictor.errors import UsageError
from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.season.standings import Standing
from predictor.season.title_arithmetic import (
    RoundAhead,
    can_still_win,
    is_settled,
    settled_at_the_earliest,
)
from predictor.vocabulary import EventStatus
from services.web.derived import figures
from services.web.derived.title_words import Kind, round_of, rounds_ahead, standings, table_of
from services.web.derived.weekend import has_run, sprint_has_run

__all__ = ["OnPaper", "on_paper", "points_by_round", "what_is_left"]

_NOTHING = 1e-6  # of a point


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What the arithmetic of points says of a title; chances are another matter.

    Attributes
    ----------
    table : tuple of Standing
        As it stands, the leader first.
    ahead : tuple of RoundAhead
        The rounds to come, with the most that one contender may score in each.
    can_win : frozenset of str
        Keys of those who may still be champion.
    earliest : RoundAhead, optional
        After which it may be settled at the earliest; None once it is, or where nothing is left.
    settled : int, optional
        Round after which it was settled; None while it is open, or where that cannot be told.
    is_settled : bool
    """

    table: tuple[Standing, ...]
    ahead: tuple[RoundAhead, ...]
    can_win: frozenset[str]
    earliest: RoundAhead | None
    settled: int | None
    is_settled: bool

    @property
    def left(self) -> float:
        """Points that one contender may still score."""
        return sum(one.points for one in self.ahead)


def on_paper(document: SeasonDocument, kind: Kind) -> OnPaper | None:
    """Return the arithmetic of a title; None where the season's points are not known."""
    table = standings(document, kind)
    if not table:
        return None
    try:
        ahead = rounds_ahead(document, kind)
        is_over = any(map(has_run, document.predictions.values())) and is_settled(table, ahead)
        settled = _settled_after(document, kind, table[0].key) if is_over else None
    except UsageError:
        return None
    return OnPaper(
        table=tuple(table),
        ahead=tuple(ahead),
        can_win=frozenset(one.key for one in table if can_still_win(one, table, ahead)),
        earliest=None if is_over else settled_at_the_earliest(table, ahead),
        settled=settled,
        is_settled=is_over,
    )


def what_is_left(ahead: Sequence[RoundAhead]) -> str:
    """Return what the rounds to come pay, as "12 races at 25, 4 sprints at 8"."""
    races = Counter(one.race for one in ahead if one.race)
    sprints = Counter(one.sprint for one in ahead if one.sprint)
    said = [f"{figures.count(n, 'race')} at {figures.points(pays)}" for pays, n in races.items()]
    said += [
        f"{figures.count(n, 'sprint')} at {figures.points(pays)}" for pays, n in sprints.items()
    ]
    return ", ".join(said)


def points_by_round(document: SeasonDocument, kind: Kind) -> Mapping[str, tuple[float, ...]]:
    """Return the points of every contender after each race that is run, from 0 before the first.

    Sprints of a weekend whose race is to come are not in it. Empty where results and standings
    differ, by a ruling or a result that is not there: what was scored when cannot be told.
    """
    run = [one for one in document.predictions.values() if has_run(one)]
    sums: dict[str, float] = {}
    tables: list[dict[str, float]] = [{}]
    for event in run:
        _add(sums, event, kind)
        tables.append(dict(sums))
    for event in document.predictions.values():
        if not has_run(event):
            _add(sums, event, kind)
    now = {one.key: one.points for one in standings(document, kind)}
    if any(abs(sums.get(key, 0.0) - points) > _NOTHING for key, points in now.items()):
        return {}
    return {key: tuple(table.get(key, 0.0) for table in tables) for key in now}


def _add(sums: dict[str, float], event: Event, kind: Kind) -> None:
    """Add what an event has paid so far."""
    teams = {row.driver_id: row.team_id for row in event.predictions}
    results = [] if event.result is UNSET else [event.result]
    if event.sprint is not UNSET and event.sprint.result is not UNSET:
        results.append(event.sprint.result)
    for row in (row for result in results for row in result.order):
        key = row.driver_id if kind == "driver" else teams.get(row.driver_id)
        if key is not None:
            sums[key] = sums.get(key, 0.0) + row.points


def _settled_after(document: SeasonDocument, kind: Kind, champion: str) -> int | None:
    """Return the first round after which nobody could catch the champion any more."""
    history = points_by_round(document, kind)
    if not history:
        return None
    season = document.metadata.season
    events = [
        one
        for one in document.predictions.values()
        if one.metadata.status is not EventStatus.CANCELLED
    ]
    run = [one for one in events if has_run(one)]
    still = [one for one in events if not has_run(one)]
    for n_run in range(1, len(run) + 1):
        points = {key: scored[n_run] for key, scored in history.items()}
        table = table_of(points, run[:n_run], kind)
        ahead = [round_of(season, one, kind, is_sprint_run=False) for one in (*run[n_run:], *still)]
        if table[0].key == champion and is_settled(table, ahead):
            return run[n_run - 1].metadata.round
    # By the sprint of a weekend whose race is to come.
    return next((one.metadata.round for one in still if sprint_has_run(one)), None)
