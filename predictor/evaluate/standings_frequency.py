"""Reference model of the title: how often each place in the standings has led to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from predictor.season.standings import Standing, standings
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus

__all__ = [
    "CHAMPIONSHIPS",
    "PARTS",
    "ChampionAt",
    "champion_places",
    "part_of",
    "place_odds",
    "tables_after",
]

Floats = NDArray[np.float64]

CHAMPIONSHIPS = ("drivers", "constructors")
PARTS = ("first third", "second third", "last third")


@dataclass(frozen=True, slots=True)
class ChampionAt:
    """Where the champion-to-be stood after one round of a past season."""

    season: int
    part: str  # of PARTS
    place: int  # 0-based in the standings; after the last place if not in them yet


def part_of(n_done: int, n_rounds: int) -> str:
    """Give the third of the season that ``n_done`` of ``n_rounds`` rounds have come to."""
    return PARTS[min(3 * n_done // n_rounds, 2)]


def tables_after(season: SeasonState, n_done: int) -> dict[str, tuple[Standing, ...]]:
    """Give both championships' standings after the first ``n_done`` completed events."""
    done = [one for one in season.events if one.status is EventStatus.COMPLETED][:n_done]
    table = standings(replace(season, events=tuple(done)))
    return {"drivers": table.drivers, "constructors": table.constructors}


def champion_places(season: SeasonState) -> dict[str, tuple[ChampionAt, ...]]:
    """Give where both champions stood after every round but the last.

    Empty for a season that has not been run to its end.
    """
    held = [one for one in season.events if one.status is not EventStatus.CANCELLED]
    n_rounds = len(held)
    if not season.has_calendar or any(one.status is not EventStatus.COMPLETED for one in held):
        return dict.fromkeys(CHAMPIONSHIPS, ())
    champions = {name: table[0].key for name, table in tables_after(season, n_rounds).items()}
    found: dict[str, list[ChampionAt]] = {name: [] for name in CHAMPIONSHIPS}
    for n_done in range(1, n_rounds):
        for name, table in tables_after(season, n_done).items():
            keys = [row.key for row in table]
            place = keys.index(champions[name]) if champions[name] in keys else len(keys)
            part = part_of(n_done, n_rounds)
            found[name].append(ChampionAt(season.season, part, place))
    return {name: tuple(places) for name, places in found.items()}


def place_odds(past: Sequence[ChampionAt], part: str, n_contenders: int) -> Floats:
    """Give title odds by place in the standings, float64[n_contenders].

    Every past season counts once, its rounds of the same third of the season sharing
    that weight; one season of no opinion is added.

    Parameters
    ----------
    past : sequence of ChampionAt
        Of earlier seasons.
    part : str
    n_contenders : int
    """
    odds = np.full(n_contenders, 1.0 / n_contenders)
    alike = [one for one in past if one.part == part]
    for season in sorted({one.season for one in alike}):
        places = [one.place for one in alike if one.season == season]
        for place in places:
            odds[min(place, n_contenders - 1)] += 1.0 / len(places)
    normalised: Floats = odds / odds.sum()
    return normalised
