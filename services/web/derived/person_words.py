"""What is said of a driver or a team: how good, how sure, and where next."""

from __future__ import annotations

from collections.abc import Sequence

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.people import Driver, RaceOf, Stint, TeamOf, stints
from services.web.derived.strength import Strength, half_of
from services.web.derived.title_words import champion, standings
from services.web.derived.weekend import has_run, n_run

__all__ = [
    "best_finish",
    "driver_headline",
    "driver_lead",
    "half_words",
    "is_over",
    "place_in_title",
    "ranges_sentence",
    "scored",
    "stints_sentence",
    "strongest_sentence",
    "team_headline",
    "team_lead",
]

_NAMED_FROM = 0.05  # of the title: below, points of a race say more
_MOST_NAMED = 3


def is_over(document: SeasonDocument) -> bool:
    """Return whether a season has begun and no race of it is forecast any more."""
    ahead = [e for e in document.predictions.values() if e.predictions and not has_run(e)]
    return n_run(document) > 0 and not ahead


def half_words(places: Sequence[float], part: float = 0.5) -> str:
    """Return between which places a part of races ends: "2nd to 5th"."""
    low, high = half_of(places, part)
    return (
        figures.ordinal(low)
        if low == high
        else f"{figures.ordinal(low)} to {figures.ordinal(high)}"
    )


def scored(points: float) -> str:
    """Return points with their noun: "1 point", "25.5 points"."""
    return f"{figures.points(points)} {'point' if points == 1 else 'points'}"


def place_in_title(document: SeasonDocument, key: str, *, of_team: bool = False) -> int | None:
    """Return the place in a championship as it stands; None before a race, or without a row."""
    if n_run(document) == 0:
        return None
    table = standings(document, "team" if of_team else "driver")
    return next((row.position for row in table if row.key == key), None)


def best_finish(races: Sequence[RaceOf]) -> int | None:
    """Return the best place at a flag; None for one who saw none."""
    return min((race.place for race in races if race.place is not None), default=None)


def driver_headline(document: SeasonDocument, driver: Driver, strength: Strength | None) -> str:
    """Return how good a driver is and where next, from what is forecast of him."""
    name = figures.surname(driver.name)
    if strength is None:
        return _driver_past(document, driver, name)
    won = champion(document, "driver")
    p_title = driver.title.p_title if driver.title else 0.0
    if won is not None and won.key == driver.key:
        first = f"{name} is champion"
    elif won is None and p_title >= _NAMED_FROM:
        first = f"{name} has {figures.per_cent(p_title)} for the title"
    else:
        first = f"{name}: {_about(strength.points)} a race to come"
    race = next(race for race in driver.races if race.is_ahead)
    where = figures.area(race.event_id, race.title)
    places = race.forecast.p_position if race.forecast else ()
    return f"{first}. {where}: half of his races end {half_words(places)}"


def _driver_past(document: SeasonDocument, driver: Driver, name: str) -> str:
    """Return what one did who is in no race to come."""
    year = document.metadata.season
    started = [race for race in driver.races if race.row is not None]
    points = driver.title.points.current if driver.title else 0.0
    if not is_over(document):
        if not started:
            return f"{name} is in no race that is forecast yet"
        races = figures.count(len(started), "race")
        return f"{name} is in no race to come: {races} in {year}, {scored(points)}"
    won = champion(document, "driver")
    if won is not None and won.key == driver.key:
        wins = figures.count(sum(race.place == 1 for race in started), "win")
        return f"{name} is champion of {year}: {scored(points)}, {wins}"
    place = place_in_title(document, driver.key)
    if points and place:
        return f"{name} came {figures.ordinal_word(place)} in {year}, with {scored(points)}"
    return _without_points(name, started, year)


def _without_points(name: str, started: Sequence[RaceOf], year: int) -> str:
    if not started:
        return f"{name} started no race in {year}"
    best = best_finish(started)
    ended = "did not finish" if best is None else f"came {figures.ordinal_word(best)}"
    if len(started) == 1:
        return f"{name} raced once in {year} and {ended}"
    at_best = f"{ended} a race" if best is None else f"{ended} at best"
    return f"{name} scored no point in {year} and {at_best}"


def driver_lead(driver: Driver) -> str:
    """Return the next race, and how sure we are of it; empty for one who is in none."""
    race = next((race for race in driver.races if race.is_ahead), None)
    if race is None or race.forecast is None:
        return ""
    row = race.forecast
    low, high = row.interval_90
    return (
        f"{_next(race)}: {figures.per_cent(row.p_win)} to win, {figures.per_cent(row.p_podium)} "
        f"for the podium. How sure? Of the simulated races, 9 in 10 end {figures.ordinal(low)} to "
        f"{figures.ordinal(high)}; to retire counts as one of the last places."
    )


def team_headline(document: SeasonDocument, team: TeamOf, strength: Strength | None) -> str:
    """Return how good a team is and where next."""
    title = team.title
    points = title.points.current if title else 0.0
    if strength is None:
        place = place_in_title(document, team.key, of_team=True)
        year = document.metadata.season
        won = champion(document, "team")
        if won is not None and won.key == team.key:
            return f"{team.name} are champions of {year}, with {scored(points)}"
        if place is None or not points:
            return f"{team.name} scored no point in {year}"
        return f"{team.name} came {figures.ordinal_word(place)} in {year}, with {scored(points)}"
    won = champion(document, "team")
    p_title = title.p_title if title else 0.0
    if won is not None and won.key == team.key:
        first = f"{team.name} are champions"
    elif won is None and p_title >= _NAMED_FROM:
        first = f"{team.name} have {figures.per_cent(p_title)} for the teams’ title"
    else:
        first = f"{team.name}: {_about(strength.points)} a race to come"
    cars = next(cars for cars in team.races if any(race.is_ahead for race in cars))
    where = figures.area(cars[0].event_id, cars[0].title)
    p_win = sum(race.forecast.p_win for race in cars if race.forecast)
    if p_win >= _NAMED_FROM:
        return f"{first}. {where}: {figures.per_cent(p_win)} that one of its cars wins"
    expected = sum(race.forecast.expected_points for race in cars if race.forecast)
    return f"{first}. {where}: {_points(expected)} expected"


def team_lead(team: TeamOf) -> str:
    """Return what is expected of the cars in the next race; empty without one."""
    cars = next((cars for cars in team.races if any(race.is_ahead for race in cars)), ())
    rows = [race.forecast for race in cars if race.forecast is not None]
    if not rows:
        return ""
    called = figures.surnames([row.name for row in rows])
    each = [
        f"{called[row.name]} {half_words(row.p_position)}"
        for row in sorted(rows, key=lambda row: row.expected_position)
    ]
    return f"{_next(cars[0])}. Half of the simulated races end {figures.series(each)}."


def stints_sentence(races: Sequence[RaceOf]) -> str:
    """Return for whom a driver drove when; empty for one who was with one team."""
    found = stints(races)
    if len(found) < 2:
        return ""
    return f"Entered by {figures.series([_stint(one) for one in found])}."


def _stint(one: Stint) -> str:
    rounds = f"round {one.first}" if one.first == one.last else f"rounds {one.first} to {one.last}"
    return f"{one.team} ({rounds})"


def ranges_sentence(races: Sequence[RaceOf]) -> str:
    """Return how many finishes fell into their range of 9 in 10, as a title."""
    judged = [race for race in races if race.place is not None and race.forecast is not None]
    n = len(judged)
    if n == 0:
        is_run = any(race.row is not None for race in races)
        return (
            "Race by race: no finish to compare"
            if is_run
            else "Race by race: what each could bring"
        )
    inside = sum(_is_inside(race) for race in judged)
    if n == 1:
        return f"Race by race: the one finish fell {'inside' if inside else 'outside'} our range"
    if inside == n:
        return f"Race by race: all {n} finishes fell inside our range"
    return f"Race by race: {inside} of {n} finishes fell inside our range"


def _is_inside(race: RaceOf) -> bool:
    if race.forecast is None or race.place is None:
        return False
    low, high = race.forecast.interval_90
    return low <= race.place <= high


def strongest_sentence(
    names: Sequence[str], strengths: Sequence[Strength], found: Sequence[tuple[int, int]]
) -> str:
    """Return who is the strongest from here on, or who are level there.

    Parameters
    ----------
    names : sequence of str
        The strongest first.
    strengths : sequence of Strength
    found : sequence of (int, int)
        Places that each may claim, as `ranks` gives them.
    """
    if not names:
        return "No forecast yet"
    n_level = found[0][1]
    said = _points(strengths[0].points)
    if n_level > _MOST_NAMED:
        return f"{figures.spelt(n_level).capitalize()} are level from here on, at {said} a race"
    if n_level > 1:
        return f"{figures.series(names[:n_level])} are level from here on, at {said} a race"
    if len(names) == 1:
        return f"{names[0]}: {said} a race from here on"
    behind = _points(strengths[1].points).partition(" ")[0]
    return f"Strongest from here on: {names[0]} with {said} a race, then {names[1]} with {behind}"


def _next(race: RaceOf) -> str:
    date = race.event.metadata.date
    return f"Next is the {race.title}{f', on {figures.day_text(date)}' if date else ''}"


def _points(value: float) -> str:
    """Return expected points: a decimal below ten, where whole ones would all be alike."""
    if round(value, 1) == 0:
        return "no points"
    said = figures.places(value) if round(value, 1) < 10 else figures.number(value)
    return f"{said} {'point' if said in ('1', '1.0') else 'points'}"


def _about(value: float) -> str:
    said = _points(value)
    return said if said == "no points" else f"about {said}"
