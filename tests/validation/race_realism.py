"""Are the races that the product simulates like real ones? Pooled, then circuit by circuit.

    PYTHONPATH=. python tests/validation/race_realism.py [../shared/data] [--sims 60] [--jobs 2]
        [--seasons 2018:2025] [--until 2021] [--circuits monaco,monza] [--goal 0.90] [--pooled]
        [--real-pace] [--fit-seasons 2018:2021]

Every dry race is simulated as it is forecast after qualifying, with the belief held before it,
in the scenario that came: with a safety car (or red flag), or without; with ``--real-pace`` from
its cars' median laps instead, which judges the race model alone. Both become lap charts, and
`race_figures` counts the same things on both. The circuits' constants are those of ``config/``,
or fitted anew on other seasons. A cell is a figure's mean or median over a
set of races; beside it stand the ranges in which nine and eight of ten simulated sets of as many
races lie. Exit status 1 below the goal. Run by ``make validate``; some minutes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from predictor.circuit_fit.race_laps import RaceLaps, is_dry
from predictor.forecast.options import ModelConfig
from predictor.vocabulary import Scenario
from services.calibration.circuit_races import read_races
from services.calibration.fit_circuits import fit_to_folder
from services.cli.season_list import parse_seasons
from services.settings.model_constants import read_model
from tests.validation.lap_charts import LapChart, real_chart, simulated_charts
from tests.validation.race_cells import Cells, Measured, cells_of, why
from tests.validation.race_figures import FIGURES, measure
from tests.validation.race_goals import goals
from tests.validation.race_sources import ToSimulate, forecast_inputs, real_pace_inputs

Floats = npt.NDArray[np.float64]
Source = Callable[[Sequence[RaceLaps], Sequence[LapChart], ModelConfig, int], Iterable[ToSimulate]]

LEAST_RACES, WELL_KNOWN = 3, 5
GOAL = 0.90
RECENT = 2022


def simulated_figures(of: ToSimulate) -> tuple[int, Floats]:
    """Simulate a race, and return its number and figures, float64[N, figures]."""
    figures = np.stack([measure(chart) for chart in simulated_charts(of.inputs)])
    # The scenario is the one that came: how often it does is a matter of its odds.
    comes = np.random.default_rng(of.race).random(len(figures)) < of.p_safety_car
    figures[:, list(FIGURES).index("SC")] = comes
    return of.race, figures


def measured(
    races: Sequence[RaceLaps], source: Source, model: ModelConfig, n_sims: int, jobs: int
) -> list[Measured]:
    """Measure every race that the source has inputs of, on so many processes."""
    charts = [real_chart(race) for race in races]
    with multiprocessing.Pool(jobs) as pool:
        found = dict(pool.imap_unordered(simulated_figures, source(races, charts, model, n_sims)))
    return [
        Measured(race, chart, measure(chart), found[race.race])
        for race, chart in zip(races, charts, strict=True)
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
            if name == "SC" and len(wanted) == 1:
                continue  # what the races were chosen by
            print(f"{name:12s}" + "".join(f"{_cell(cells, figure):>55s}" for cells in tables))


def _cell(cells: Cells, figure: int) -> str:
    if not cells.told[figure]:
        return "-"
    low, less, more, high = cells.ranges[:, figure]
    mark = " " if cells.inside[figure] else "*"
    text = f"{cells.real[figure]:8.3f}{mark} {cells.mean[figure]:8.3f} "
    return text + f"({low:7.3f}-{high:7.3f}; {less:7.3f}-{more:7.3f})"


def print_goals(races: Sequence[Measured]) -> None:
    """Print what is asked of the races, met or not."""
    found = goals(races, by_circuit(races))
    print(
        f"\ngoals: real, simulated (limits); {sum(goal.met for goal in found)} of {len(found)} met"
    )
    for goal in found:
        mark = "     " if goal.met else " miss"
        limits = f"({goal.low:.3f}-{goal.high:.3f})"
        print(f"  {goal.text:28s}{goal.real:9.3f} {goal.simulated:9.3f} {limits}{mark}")


def by_circuit(races: Sequence[Measured]) -> dict[str, list[Measured]]:
    """Group races by circuit, in order of their names."""
    found: dict[str, list[Measured]] = {}
    for one in sorted(races, key=lambda one: one.race.circuit_id):
        found.setdefault(one.race.circuit_id, []).append(one)
    return found


def print_circuits(races: Sequence[Measured]) -> float:
    """Print every circuit's cells and the misses; return the share of cells inside."""
    enough = {name: of for name, of in by_circuit(races).items() if len(of) >= LEAST_RACES}
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


def fitted_model(laps: Path, data: Path, flags: Path, years: Sequence[int]) -> ModelConfig:
    """Fit the circuits anew, and return the model with their constants."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder)
        fit_to_folder(laps, data, flags, years, to, n_sims=100, advance=lambda _part: None)
        return read_model(to)


def main(arguments: list[str]) -> int:
    """Print real figures beside simulated ranges; fail below the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=60, help="simulations of a race")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--seasons", default="2018:2025")
    parser.add_argument("--until", type=int, help="last season, to choose constants by")
    parser.add_argument("--circuits", help="only these, by comma")
    parser.add_argument("--real-pace", action="store_true", help="judge the race model alone")
    parser.add_argument("--fit-seasons", help="fit the circuits on these, and not on all")
    parser.add_argument("--pooled", action="store_true", help="not circuit by circuit")
    parser.add_argument("--goal", type=float, default=GOAL)
    options = parser.parse_args(arguments)
    laps, data = options.data / "laps.parquet", options.data / "seasons"
    if not laps.exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    began = time.monotonic()
    years = [y for y in parse_seasons(options.seasons) if y <= (options.until or y)]
    flags = options.data / "neutralisations"
    wanted = wanted_races(read_races(laps, data, flags, years), options.circuits)
    model = read_model()
    if options.fit_seasons:
        model = fitted_model(laps, data, flags, parse_seasons(options.fit_seasons))
    inputs = real_pace_inputs if options.real_pace else forecast_inputs
    races = measured(wanted, inputs, model, options.sims, options.jobs)
    print(f"{len(races)} dry races, {options.sims} simulations of each")
    print_pooled(races)
    print_goals(races)
    share = float("nan") if options.pooled else print_circuits(races)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if share < options.goal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
