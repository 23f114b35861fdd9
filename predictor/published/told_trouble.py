"""What is wrong with a told race whose parts are each as described, and do not fit each other."""

from __future__ import annotations

from collections.abc import Iterator

from predictor.published.told_happenings import Finish
from predictor.published.told_types import GapBands, LeaderOdds, Race, ToldRace

__all__ = ["MOST_LAPS", "told_trouble"]

MOST_LAPS = 500  # the longest race of a championship had 110


def told_trouble(told: ToldRace) -> str:
    """Return the first thing that does not fit; empty: all does.

    Parameters
    ----------
    told : ToldRace
        Of the types that are described, so that every value by itself is in its bounds.
    """
    return next(_troubles(told), "")


def _troubles(told: ToldRace) -> Iterator[str]:
    race = told.race
    if race.n_laps > MOST_LAPS:
        yield f"{race.n_laps} laps"
        return
    yield from _of_result(race)
    yield from _of_laps(race)
    if told.gap_bands is not None:
        yield from _of_bands(told.gap_bands, race.n_laps)
    if told.leader_odds:
        yield from _of_odds(told.leader_odds, race)


def _of_result(race: Race) -> Iterator[str]:
    codes = [one.driver for one in race.result]
    if "" in codes or len(set(codes)) < len(codes):
        yield "two cars of the result have one code, or one has none"
    if any(one.position != place for place, one in enumerate(race.result, start=1)):
        yield "the result is not in the order of places"
    for one in race.result:
        if any(not 1 <= stop.lap <= race.n_laps for stop in one.stops):
            yield f"{one.driver} stops on a lap that the race does not have"
        if any(not s.first_lap <= s.last_lap <= race.n_laps for s in one.stints):
            yield f"a stint of {one.driver} has laps that the race does not have"
        if one.status == "retired" and one.retired_on_lap is None:
            yield f"{one.driver} retires on no lap"


def _of_laps(race: Race) -> Iterator[str]:
    codes = {one.driver for one in race.result}
    if len(race.laps) > race.n_laps:
        yield f"{len(race.laps)} laps of {race.n_laps}"
    for number, lap in enumerate(race.laps, start=1):
        if lap.lap != number:
            yield f"lap {number} is called {lap.lap}"
        seen = [car.driver for car in lap.cars]
        if len(set(seen)) < len(seen) or not codes.issuperset(seen):
            yield f"lap {number} has a car twice, or one that the result does not have"
        if any(car.position != place for place, car in enumerate(lap.cars, start=1)):
            yield f"lap {number} is not in the order of places"
    if any(one.lap > race.n_laps for one in race.happenings):
        yield "something happens on a lap that the race does not have"
    for one in race.happenings:
        if isinstance(one, Finish) and _is_by_nothing(one):
            yield "the winner is ahead by no time and no lap"


def _is_by_nothing(end: Finish) -> bool:
    return end.second is not None and not end.laps_down and end.margin_s is None


def _of_bands(bands: GapBands, n_laps: int) -> Iterator[str]:
    for one in bands.drivers:
        if len(one.gap_s) > n_laps or any(len(row) != len(bands.quantiles) for row in one.gap_s):
            yield f"the gaps of {one.driver} in many races are of other laps or quantiles"


def _of_odds(odds: LeaderOdds, race: Race) -> Iterator[str]:
    for one in odds.laps:
        if one.lap > race.n_laps or len(one.p_win) != len(odds.drivers):
            yield f"the chances after lap {one.lap} are of other drivers or laps"
