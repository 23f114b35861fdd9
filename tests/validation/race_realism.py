"""Are the races that the product simulates like real ones? Pooled, then circuit by circuit.

    PYTHONPATH=. python tests/validation/race_realism.py [../shared/data] [--sims 60] [--jobs 2]
        [--seasons 2018:2025] [--circuits monaco,monza] [--goal 0.90] [--pooled]

Every dry race is simulated as it is forecast after qualifying, with the belief held before it,
in the scenario that came: with a safety car (or red flag), or without. Both become lap charts,
and `race_figures` counts the same things on both. A cell is a figure's mean or median over a
set of races; beside it stand the ranges in which nine and eight of ten simulated sets of as many
races lie. Exit status 1 below the goal. Run by ``make validate``; some minutes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from predictor.bayes.online import Outlook, outlook
from predictor.circuit_fit.race_laps import RaceLaps, is_dry
from predictor.features.race_facts import RaceFacts, race_facts
from predictor.features.weekend import Weekend, with_horizon
from predictor.forecast.assemble import RaceSetup, event_inputs
from predictor.forecast.scenarios import scenario_probabilities
from predictor.vocabulary import Horizon, Scenario
from services.calibration.circuit_races import read_races
from services.cli.season_list import parse_seasons
from services.settings.model_constants import read_model
from tests.validation.lap_charts import LapChart, real_chart, simulated_charts
from tests.validation.race_cells import Cells, Measured, cells_of, scenario_of, why
from tests.validation.race_figures import FIGURES, measure
from tests.validation.simulator_skill import walk

Floats = npt.NDArray[np.float64]

LEAST_RACES, WELL_KNOWN = 3, 5
GOAL = 0.90
DRY_SCENARIOS = (Scenario.DRY, Scenario.SAFETY_CAR)
RECENT = 2022


class Known(NamedTuple):
    """What a race's forecast is made of."""

    outlook: Outlook
    weekend: Weekend
    facts: RaceFacts
    scenario: Scenario
    setup: RaceSetup
    p_safety_car: float  # of a dry race
    n_sims: int


def forecasts(charts: Mapping[int, LapChart], n_sims: int) -> Iterator[tuple[int, Known]]:
    """Walk the seasons, and give for each of these races what its forecast is made of."""
    model = read_model()
    for event, weekend, _outcome, state in walk():
        race = 100 * event.season + event.round
        if race not in charts:
            continue
        known = with_horizon(weekend, Horizon.AFTER_QUALIFYING)
        ahead = outlook(state, known, 1.0, model.filter)
        circuit = model.circuit(event.circuit_id).race
        no_weights = np.zeros(len(known.driver_ids))
        setup = RaceSetup(1, no_weights, model.filter, model.race, circuit, model.crews)
        scenario = scenario_of(charts[race])
        chances = model.chances(event.circuit_id, event.season)
        p = scenario_probabilities(DRY_SCENARIOS, chances)[Scenario.SAFETY_CAR]
        yield race, Known(ahead, known, race_facts(event), scenario, setup, p, n_sims)


def simulated_figures(of: tuple[int, Known]) -> tuple[int, Floats]:
    """Simulate a race, and return its number and figures, float64[N, figures]."""
    race, (ahead, weekend, facts, scenario, setup, p_safety_car, n_sims) = of
    inputs = event_inputs(ahead, weekend, facts, scenario, setup, sims=range(n_sims))
    figures = np.stack([measure(chart) for chart in simulated_charts(inputs)])
    # The scenario is the one that came: how often it does is a matter of its odds.
    comes = np.random.default_rng(race).random(n_sims) < p_safety_car
    figures[:, list(FIGURES).index("SC")] = comes
    return race, figures


def measured(races: Sequence[RaceLaps], n_sims: int, jobs: int) -> list[Measured]:
    """Measure every race that the walk knows, on so many processes."""
    charts = {race.race: real_chart(race) for race in races}
    with multiprocessing.Pool(jobs) as pool:
        found = dict(pool.imap_unordered(simulated_figures, forecasts(charts, n_sims)))
    return [
        Measured(race, charts[race.race], measure(charts[race.race]), found[race.race])
        for race in races
        if race.race in found
    ]


def print_pooled(races: Sequence[Measured]) -> None:
    """Print all dry races, those without and those with a safety car, all seasons and late ones."""
    kinds = {"all dry": tuple(Scenario), "no safety car": (Scenario.DRY,)}
    kinds["safety car or red flag"] = (Scenario.SAFETY_CAR,)
    for title, wanted in kinds.items():
        of = [one for one in races if one.scenario in wanted]
        recent = [one for one in of if one.race.season >= RECENT]
        blocks = [block for block in ([of, recent] if len(recent) < len(of) else [of]) if block]
        print(f"\n{title}: real, simulated (5-95 %; 10-90 %), * outside the first")
        tables = [cells_of(block) for block in blocks]
        head = [f"{b[0].race.season}-{b[-1].race.season}, {len(b)} races" for b in blocks]
        print(f"{'':12s}" + "".join(f"{text:>55s}" for text in head))
        for figure, name in enumerate(FIGURES):
            print(f"{name:12s}" + "".join(f"{_cell(cells, figure):>55s}" for cells in tables))


def _cell(cells: Cells, figure: int) -> str:
    if not cells.told[figure]:
        return "-"
    low, less, more, high = cells.ranges[:, figure]
    mark = " " if cells.inside[figure] else "*"
    text = f"{cells.real[figure]:8.3f}{mark} {cells.mean[figure]:8.3f} "
    return text + f"({low:7.3f}-{high:7.3f}; {less:7.3f}-{more:7.3f})"


def print_circuits(races: Sequence[Measured]) -> float:
    """Print every circuit's cells and the misses; return the share of cells inside."""
    by_circuit: dict[str, list[Measured]] = {}
    for one in races:
        by_circuit.setdefault(one.race.circuit_id, []).append(one)
    enough = {name: of for name, of in sorted(by_circuit.items()) if len(of) >= LEAST_RACES}
    table = {name: cells_of(of) for name, of in enough.items()}
    if not table:
        return float("nan")
    misses = []
    print(f"\nby circuit, + of {WELL_KNOWN} races or more")
    for figure, (name, about) in enumerate(FIGURES.items()):
        print(f"\n{name}: {about.text}; {'median' if about.median else 'mean'}")
        for circuit, cells in table.items():
            n = f"{cells.n_races}{'+' if cells.n_races >= WELL_KNOWN else ' '}"
            print(f"  {circuit:18s}{n:>4s} {_cell(cells, figure)}")
            if cells.told[figure] and not cells.inside[figure]:
                misses.append(f"{name:11s} {circuit:18s} {why(enough[circuit], figure, cells)}")
    told = np.stack([cells.told for cells in table.values()])
    inside = np.stack([cells.inside for cells in table.values()]) & told
    own = np.stack([cells.own for cells in table.values()])
    print("\ninside, by figure")
    for figure, name in enumerate(FIGURES):
        n = told[:, figure].sum()
        print(f"  {name:12s}{inside[:, figure].sum():4d} of {n:3d}")
    print("\n".join(["\nmisses", *misses]))
    share, perfect = inside.sum() / told.sum(), own[told].mean()
    print(f"\ninside: {share:.3f} of {told.sum()} cells; a perfect model {perfect:.3f}")
    return float(share)


def wanted_races(races: Iterable[RaceLaps], circuits: str | None) -> list[RaceLaps]:
    """Return the dry races, those of some circuits alone if they are named."""
    names = set(circuits.split(",")) if circuits else None
    return [r for r in races if is_dry(r) and (names is None or r.circuit_id in names)]


def main(arguments: list[str]) -> int:
    """Print real figures beside simulated ranges; fail below the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=60, help="simulations of a race")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--seasons", default="2018:2025")
    parser.add_argument("--until", type=int, help="last season, to choose constants by")
    parser.add_argument("--circuits", help="only these, by comma")
    parser.add_argument("--pooled", action="store_true", help="not circuit by circuit")
    parser.add_argument("--goal", type=float, default=GOAL)
    options = parser.parse_args(arguments)
    laps, data = options.data / "laps.parquet", options.data / "seasons"
    if not laps.exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    began = time.monotonic()
    years = [y for y in parse_seasons(options.seasons) if y <= (options.until or y)]
    read = read_races(laps, data, options.data / "neutralisations", years)
    races = measured(wanted_races(read, options.circuits), options.sims, options.jobs)
    print(f"{len(races)} dry races, {options.sims} simulations of each")
    print_pooled(races)
    share = float("nan") if options.pooled else print_circuits(races)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if share < options.goal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
