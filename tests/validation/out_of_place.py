"""What becomes of cars that do not start where they belong? Expected against had.

    PYTHONPATH=. python tests/validation/out_of_place.py [--seasons 2014:2021] [--sims 2000]
        [--horizons c] [--save FILE] [--against FILE]

Prints at (c) wins and podiums of strong cars from the tenth slot or worse, from the fourteenth
or worse, and of the whole field by slot. A car is strong whose driver was given .12 to win or
more, on average over the last five starts that he made from the first six slots, all of
them among his last eight. ``--save`` keeps the forecasts, ``--against`` adds paired differences
of the scores to forecasts kept, and takes its strong cars from them. Chosen on 2014-2021.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.online import outlook
from predictor.evaluate.scores import score_race
from predictor.features.weekend import weekend_of
from predictor.vocabulary import Horizon
from services.cli.season_list import parse_seasons
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import published, walk

Floats = NDArray[np.float64]
SHOWN = ("winner_log_loss", "podium_log_loss", "rps")
SLOTS = {"1-4": (1, 4), "5-9": (5, 9), "10-11": (10, 11), "12+": (12, 99)}
STRONG, STARTS, FRONT, LATELY = 0.12, 5, 6, 8


@dataclass(frozen=True)
class Race:
    """A race as it was forecast at some horizon and as it ended."""

    season: int
    drivers: tuple[str, ...]
    grid: Floats
    from_pits: NDArray[np.bool_]
    ranking: tuple[int, ...]
    p: Floats


class Start(NamedTuple):
    """One car of a race, by their indices."""

    race: int
    car: int


def forecasts(
    seasons: tuple[int, ...], horizons: list[Horizon], sims: int
) -> dict[Horizon, list[Race]]:
    """Return every race of the seasons, forecast with the belief that was held before it."""
    model, found = read_model(), {horizon: [] for horizon in horizons}
    for event, weekend, outcome, state in walk():
        if event.season not in seasons:
            continue
        for horizon in horizons:
            known = weekend_of(event, horizon)
            ahead = outlook(state, known, 1.0, model.filter)
            p = published(known, ahead, event, model, sims)
            found[horizon].append(
                Race(
                    event.season,
                    weekend.driver_ids,
                    weekend.grid,
                    weekend.pit_lane_start,
                    outcome.ranking,
                    p,
                )
            )
    return found


def strong_out_of_place(races: list[Race], slot: int) -> Iterator[Start]:
    """Give the strong cars that start from a slot or behind it, or from the pit lane."""
    starts: dict[str, list[tuple[bool, float]]] = {}
    for number, race in enumerate(races):
        for car in race.ranking:
            before = starts.setdefault(race.drivers[car], [])
            p_win = [p for in_front, p in before[-LATELY:] if in_front][-STARTS:]
            is_behind = bool(race.grid[car] >= slot or race.from_pits[car])
            if len(p_win) == STARTS and np.mean(p_win) >= STRONG and is_behind:
                yield Start(number, car)
            in_front = race.grid[car] <= FRONT and not race.from_pits[car]
            before.append((bool(in_front), float(race.p[car, 0])))


def line_of(races: list[Race], starts: list[Start]) -> str:
    """Say how often some cars were to win and to be on the podium, and how often they were."""
    p = [np.cumsum(races[race].p[car])[[0, 2]] for race, car in starts]
    place = np.array([races[race].ranking.index(car) + 1 for race, car in starts])
    win, podium = np.array(p).reshape(-1, 2).T
    cells = [f"n {len(starts):4}"]
    for name, chance, had in (("wins", win, place == 1), ("podiums", podium, place <= 3)):
        error = np.sqrt(np.sum(chance * (1.0 - chance)))
        loss = -np.mean(np.log(np.clip(np.where(had, chance, 1.0 - chance), 1e-4, 1.0)))
        cells.append(
            f"{name} {chance.sum():6.2f} +- {error:5.2f}, had {had.sum():3}, loss {loss:.3f}"
        )
    median = [np.argmax(np.cumsum(races[race].p[car]) >= 0.5) + 1 for race, car in starts]
    cells.append(f"median place {np.median(median):.0f}, was {np.median(place):.0f}")
    return "  ".join(cells)


def paired(name: str, races: list[Race], before: list[Race], only: set[int]) -> str:
    """Give the mean differences of the scores to forecasts kept, with standard errors."""
    pairs = [
        [score_race(one.p[list(one.ranking)]) for one in (races[k], before[k])]
        for k in sorted(only)
    ]
    cells = []
    for metric in SHOWN:
        gap = np.array([now[metric] - then[metric] for now, then in pairs])
        cells.append(f"{metric} {gap.mean():+.4f} +- {gap.std(ddof=1) / len(gap) ** 0.5:.4f}")
    return f"  {name:22} {len(pairs):3} races  " + "  ".join(cells)


def show_places(races: list[Race], ruler: list[Race]) -> None:
    """Print what was expected of strong cars out of place, of pole and of groups of slots."""
    every = [Start(n, car) for n, race in enumerate(races) for car in race.ranking]
    groups = {f"strong from {slot}+": list(strong_out_of_place(ruler, slot)) for slot in (10, 14)}
    groups["pole"] = [one for one in every if races[one.race].grid[one.car] == 1]
    for name, (first, last) in SLOTS.items():
        groups[f"slots {name}"] = [
            one for one in every if first <= races[one.race].grid[one.car] <= last
        ]
    groups["pit lane"] = [one for one in every if races[one.race].from_pits[one.car]]
    for name, starts in groups.items():
        if starts:
            print(f"  {name:16} {line_of(races, starts)}")


def main(arguments: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seasons", default="2014:2021")
    parser.add_argument("--sims", type=int, default=2000)
    parser.add_argument("--horizons", default="c")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--against", type=Path)
    options = parser.parse_args(arguments)
    horizons = [Horizon(letter) for letter in options.horizons]
    found = forecasts(parse_seasons(options.seasons), horizons, options.sims)
    if options.save:
        options.save.write_bytes(pickle.dumps(found))
    kept = pickle.loads(options.against.read_bytes()) if options.against else {}  # noqa: S301
    for horizon, races in found.items():
        before = kept.get(horizon)
        print(f"({horizon.value}) {options.seasons}, {len(races)} races")
        if horizon is Horizon.AFTER_QUALIFYING:
            show_places(races, before or races)
        if before is None:
            continue
        print(paired("all", races, before, set(range(len(races)))))
        for year in sorted({race.season for race in races}):
            of_year = {k for k, race in enumerate(races) if race.season == year}
            print(paired(str(year), races, before, of_year))
        for slot in (10, 14):
            with_one = {start.race for start in strong_out_of_place(before, slot)}
            print(paired(f"a strong car from {slot}+", races, before, with_one))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
