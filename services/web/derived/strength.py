"""How good drivers and teams are: what races to come hold for them, and who is level with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from predictor.published.title_types import PointsRange
from services.web.derived import level
from services.web.derived.people import Driver, RaceOf, TeamOf

__all__ = ["Strength", "driver_strength", "half_of", "places_of", "ranks", "team_strength"]


@dataclass(frozen=True, slots=True)
class Strength:
    """What a race to come holds, over all of them.

    Attributes
    ----------
    n_races : int
        To come in which a car is entered.
    points : float
        Expected of a race with its sprint, by all cars together.
    noise : float
        Standard error of that, from the number of simulated seasons.
    places : tuple of float
        Chance of finishing 1st, 2nd, ... in a race that is drawn among them, of any of the cars.
    mean_place : float
    """

    n_races: int
    points: float
    noise: float
    places: tuple[float, ...]
    mean_place: float


def driver_strength(driver: Driver, n_sims: int) -> Strength | None:
    """Return what is expected of a driver; None for one who is in no race to come.

    Parameters
    ----------
    driver : Driver
    n_sims : int
        Simulated seasons.
    """
    ahead = [race for race in driver.races if race.is_ahead]
    points = driver.title.points if driver.title else None
    return _strength(ahead, points, len(ahead), n_sims)


def team_strength(team: TeamOf, n_sims: int) -> Strength | None:
    """Return the same of a team: points of its cars together, places of any of them."""
    ahead = [race for cars in team.races for race in cars if race.is_ahead]
    n_races = sum(any(race.is_ahead for race in cars) for cars in team.races)
    points = team.title.points if team.title else None
    return _strength(ahead, points, n_races, n_sims)


def _strength(
    ahead: Sequence[RaceOf], points: PointsRange | None, n_races: int, n_sims: int
) -> Strength | None:
    if not ahead or points is None:
        return None
    places = places_of(ahead)
    spread = level.spread_of(points.p05, points.p95)
    return Strength(
        n_races=n_races,
        points=(points.mean - points.current) / n_races,
        noise=level.error_of_mean(spread, n_sims) / n_races,
        places=places,
        mean_place=sum(place * p for place, p in enumerate(places, start=1)),
    )


def places_of(races: Sequence[RaceOf]) -> tuple[float, ...]:
    """Return the chance of each place in one of several races, each as likely to be meant."""
    rows = [race.forecast.p_position for race in races if race.forecast is not None]
    longest = max(map(len, rows), default=0)
    return tuple(
        sum(row[place] for row in rows if place < len(row)) / len(rows) for place in range(longest)
    )


def half_of(places: Sequence[float], part: float = 0.5) -> tuple[int, int]:
    """Return the places between which a part of the races ends, as much cut off at either end.

    Parameters
    ----------
    places : sequence of float
        Chance of 1st, 2nd, ...
    part : float
        0.5: from the place at 25 % to that at 75 %.
    """
    cut = (1.0 - part) / 2.0
    return _place_at(places, cut), _place_at(places, 1.0 - cut)


def _place_at(places: Sequence[float], share: float) -> int:
    total = 0.0
    for place, p in enumerate(places, start=1):
        total += p
        if total >= share - 1e-9:
            return place
    return len(places)


def ranks(strengths: Sequence[Strength]) -> list[tuple[int, int]]:
    """Return the first and the last place that each may claim, the strongest first.

    Who is level with the first of a group, by the simulation's own noise, shares its places.

    Parameters
    ----------
    strengths : sequence of Strength
        By expected points, the most first.
    """
    found: list[tuple[int, int]] = []
    while len(found) < len(strengths):
        begin = len(found)
        first = strengths[begin]
        end = begin + 1
        while end < len(strengths) and _is_level(first, strengths[end]):
            end += 1
        found += [(begin + 1, end)] * (end - begin)
    return found


def _is_level(first: Strength, second: Strength) -> bool:
    return level.is_within(first.points - second.points, first.noise, second.noise)
