"""Sentences of a title: who is ahead, who is champion, and whether that is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec import UNSET

from predictor.errors import UsageError
from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.season.standings import Standing
from predictor.season.title_arithmetic import RoundAhead, is_settled, round_ahead
from predictor.vocabulary import EventStatus
from services.web.derived import figures, level
from services.web.derived.weekend import has_run, sprint_has_run

__all__ = [
    "CARS",
    "Kind",
    "TitleContender",
    "champion",
    "contenders",
    "drivers",
    "round_of",
    "rounds_ahead",
    "standings",
    "table_of",
    "teams",
    "title_clause",
    "title_heading",
]

Kind = Literal["driver", "team"]

_NAMED_FROM = 0.05
_MOST_NAMED = 3
_LITTLE = 0.12  # of chance, up to which a lead is little
_ALMOST = 0.99
# How many cars score for one contender.
CARS: dict[Kind, int] = {"driver": 1, "team": 2}


@dataclass(frozen=True, slots=True)
class TitleContender:
    """A driver or a team, and the chance of the title.

    Attributes
    ----------
    key : str
        driver_id or team_id.
    name : str
        Surname of a driver, name of a team.
    p_title, points : float
    """

    key: str
    name: str
    p_title: float
    points: float


def drivers(document: SeasonDocument) -> list[TitleContender]:
    """Return the drivers by their chance of the title, then by points."""
    rows = document.championship.drivers
    called = figures.surnames([row.name for row in rows])
    return _in_order(
        TitleContender(row.driver_id, called[row.name], row.p_title, row.points.current)
        for row in rows
    )


def teams(document: SeasonDocument) -> list[TitleContender]:
    """Return the teams by their chance of the title, then by points."""
    return _in_order(
        TitleContender(row.team_id, row.team, row.p_title, row.points.current)
        for row in document.championship.constructors
    )


def contenders(document: SeasonDocument, kind: Kind) -> list[TitleContender]:
    """Return the drivers or the teams by their chance of the title, then by points."""
    return drivers(document) if kind == "driver" else teams(document)


def _in_order(rows: Iterable[TitleContender]) -> list[TitleContender]:
    return sorted(rows, key=lambda one: (-one.p_title, -one.points))


def champion(document: SeasonDocument, kind: Kind) -> TitleContender | None:
    """Return whom nobody can catch any more by the arithmetic of points; None while it is open.

    A chance of 1 in the simulation settles nothing.
    """
    table = standings(document, kind)
    if not table or not any(map(has_run, document.predictions.values())):
        return None
    try:
        settled = is_settled(table, rounds_ahead(document, kind))
    except UsageError:  # a season whose points are not known
        settled = False
    found = contenders(document, kind)
    return next((one for one in found if settled and one.key == table[0].key), None)


def standings(document: SeasonDocument, kind: Kind) -> list[Standing]:
    """Return a championship as it stands, with places in races for the countback."""
    points = (
        {row.driver_id: row.points.current for row in document.championship.drivers}
        if kind == "driver"
        else {row.team_id: row.points.current for row in document.championship.constructors}
    )
    return table_of(points, document.predictions.values(), kind)


def table_of(points: Mapping[str, float], events: Iterable[Event], kind: Kind) -> list[Standing]:
    """Return contenders by points, those of equal points by their places in the races of events."""
    places: dict[str, list[int]] = {}
    for event in events:
        if event.result is UNSET:
            continue
        teams_of = {row.driver_id: row.team_id for row in event.predictions}
        for row in event.result.order:
            key = row.driver_id if kind == "driver" else teams_of.get(row.driver_id)
            if row.position is not None and key is not None:
                counted = places.setdefault(key, [])
                counted.extend([0] * (row.position - len(counted)))
                counted[row.position - 1] += 1
    keys = sorted(points)
    keys.sort(key=lambda one: (points[one], places.get(one, [])), reverse=True)
    return [
        Standing(place, key, points[key], tuple(places.get(key, ())))
        for place, key in enumerate(keys, start=1)
    ]


def rounds_ahead(document: SeasonDocument, kind: Kind) -> list[RoundAhead]:
    """Return the most that one contender may score in each round to come.

    Raises
    ------
    UsageError
        For a season whose points are not known.
    """
    return [
        round_of(document.metadata.season, event, kind, is_sprint_run=sprint_has_run(event))
        for event in document.predictions.values()
        if event.metadata.status is not EventStatus.CANCELLED and not has_run(event)
    ]


def round_of(season: int, event: Event, kind: Kind, *, is_sprint_run: bool) -> RoundAhead:
    """Return the most that a round pays to one driver or team whose race is to come."""
    metadata = event.metadata
    return round_ahead(
        season,
        metadata.event_id,
        metadata.round,
        cars=CARS[kind],
        race=True,
        sprint=metadata.sprint is not None and not is_sprint_run,
    )


def title_clause(order: Sequence[TitleContender], n_sims: int, won: TitleContender | None) -> str:
    """Return who is ahead for a title, as a sentence without its full stop.

    Parameters
    ----------
    order : sequence of TitleContender
        By chance.
    n_sims : int
        Simulated seasons.
    won : TitleContender, optional
        Who has it already.
    """
    if won is not None:
        return f"{won.name} is champion"
    if not order:
        return "No title odds yet"
    n_level = level.leaders([one.p_title for one in order], n_sims)
    if n_level > 1:
        named = figures.series([one.name for one in order[:n_level]])
        who = named if n_level <= _MOST_NAMED else figures.spelt(n_level)
        return f"For the title, {who} are level"
    first, second = order[0], order[1:2]
    if first.p_title > _ALMOST or not second:
        return f"The title is almost surely {figures.possessive(first.name)}"
    if first.p_title - second[0].p_title <= _LITTLE:
        return f"For the title, {first.name} leads by a little"
    return f"For the title, {first.name} leads {second[0].name}"


def title_heading(order: Sequence[TitleContender], won: TitleContender | None) -> str:
    """Return the chances of those who have any to speak of: "Norris 51 %, Piastri 41 %"."""
    if won is not None:
        return f"Settled: {won.name}, with {figures.points(won.points)} points"
    named = [one for one in order if one.p_title >= _NAMED_FROM][:_MOST_NAMED]
    if not named:
        return "Wide open: nobody has a chance of 5 in 100"
    # A line never ends between a name and its number.
    return ", ".join(
        f"{one.name}\N{NO-BREAK SPACE}{figures.per_cent(one.p_title)}" for one in named
    )
