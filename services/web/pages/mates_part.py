"""Team-mates on a driver's page: who was ahead, and what the next race is expected to bring."""

from __future__ import annotations

from typing import Any

from services.web.derived import figures, level
from services.web.derived.mates import Duel, duel_sentence, duels
from services.web.derived.people import Driver, RaceOf
from services.web.drawing.bars import bar
from services.web.drawing.people import car_cell
from services.web.pages.people_shown import PeopleShown

__all__ = ["mates_section"]

_EVEN = 0.5


def mates_section(shown: PeopleShown, driver: Driver) -> dict[str, Any] | None:
    """Return a driver beside each of his team-mates; None for one who had none."""
    found = duels(driver, shown.people.drivers)
    if not found:
        return None
    name = figures.surname(driver.name)
    return {
        "title": duel_sentence(name, found),
        "name": name,
        "rows": [_row(shown, one) for one in found],
        "next": _next(driver, found),
    }


def _row(shown: PeopleShown, one: Duel) -> dict[str, Any]:
    n = one.both_finished
    return {
        "who": car_cell(shown.season.cars.of(one.mate.key)),
        "races": str(one.n_together),
        "bar": bar(one.ahead / n, rule=_EVEN, tone="fact") if n else "",
        "ahead": f"{one.ahead} of {n}" if n else figures.NOTHING,
        "grid": f"{one.ahead_on_grid} of {one.both_on_grid}"
        if one.both_on_grid
        else figures.NOTHING,
        "points": f"{figures.points(one.points)} : {figures.points(one.mate_points)}",
    }


def _next(driver: Driver, found: list[Duel]) -> str:
    """Return who is expected to be in front in the next race of both, beyond noise."""
    mine = next((race for race in driver.races if race.is_ahead), None)
    if mine is None or mine.forecast is None:
        return ""
    other = next((race for duel in found if (race := _same(mine, duel.mate)) is not None), None)
    if other is None or other.forecast is None:
        return ""
    names = figures.surnames([mine.forecast.name, other.forecast.name])
    rows = sorted((mine.forecast, other.forecast), key=lambda row: row.expected_position)
    first, second = (names[row.name] for row in rows)
    n_sims = level.sims_of(mine.event)
    errors = [level.error_of_place(row.p_position, n_sims) for row in rows]
    where = figures.area(mine.event_id, mine.title)
    places = [figures.places(row.expected_position) for row in rows]
    apart = rows[1].expected_position - rows[0].expected_position
    if level.is_within(apart, *errors):
        return f"In {where}, {first} and {second} are level: expected place {' and '.join(places)}."
    return f"In {where}, {first} is expected in front: place {places[0]} and {places[1]}."


def _same(mine: RaceOf, mate: Driver) -> RaceOf | None:
    """Return a team-mate's race of the same event in the same team's car."""
    team = mine.forecast.team_id if mine.forecast else None
    return next(
        (
            race
            for race in mate.races
            if race.event_id == mine.event_id
            and race.forecast is not None
            and race.forecast.team_id == team
        ),
        None,
    )
