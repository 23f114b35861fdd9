"""Do simulated races at each circuit look like the real ones there? One table, cell by cell.

    PYTHONPATH=. python tests/validation/circuit_realism.py [../shared/data] [--sims 400]
        [--seasons 2018:2025] [--fit-seasons 2018:2021]

Every dry race is simulated from its real grid and its cars' median green-flag laps with its
circuit's constants, so the race model is judged, not a forecast. A cell is a figure averaged
over a circuit's races; beside it stands the range in which nine of ten simulated sets of
as many races fall. The constants are those of ``config/``; with ``--fit-seasons`` they are
fitted anew on these seasons, so that ``--seasons`` may be others. Run by ``make validate``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from predictor.circuit_fit.race_control import season_rates, spells
from predictor.circuit_fit.race_laps import RED, RaceLaps, is_dry, lap_flags
from predictor.circuit_fit.simulated_moments import (
    first_lap_of,
    places_moved,
    race_inputs_of,
)
from predictor.forecast.circuits import pit_boxes
from predictor.forecast.options import ModelConfig
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.simulate import simulate
from services.calibration.circuit_races import read_races
from services.calibration.fit_circuits import fit_to_folder
from services.cli.season_list import parse_seasons
from services.settings.model_constants import read_model

LEAST_RACES = 3
INSIDE = (0.05, 0.95)
GOAL = 0.80
LAPPED_S = 120.0  # stands for the gap of a lapped car
FIGURES = {
    "retired": "retirements per car",
    "neutral": "share of laps under a safety car, VSC or red flag",
    "stops": "stops per finisher, those under a red flag included",
    "moved": "places between grid and flag, finishers",
    "lap 1": "places moved on lap 1, standard deviation",
    "margin": "winner's margin, s, at most 30",
    "spread": "gap of the tenth car, s, a lap for 120",
}


def real_figures(race: RaceLaps) -> np.ndarray:
    """Measure a real race; NaN where it does not tell."""
    started, retired = race.started, race.retired
    status = np.array(race.status)
    finished = (status == "finished") & np.isfinite(race.position) & np.isfinite(race.grid)
    slow_laps = sum(1 if spell.kind == RED else spell.laps for spell in spells(race))
    full = race.ran.sum(axis=1) >= race.n_laps - 2
    gap = np.where(race.gap_laps > 0, LAPPED_S, race.gap_s)
    by_place = {int(p): g for p, g in zip(race.position, gap, strict=True) if np.isfinite(p)}
    return np.array(
        [
            retired.sum() / started.sum(),
            slow_laps / race.n_laps,
            race.pit_in[full, :-1].sum(axis=1).mean() if full.any() else np.nan,
            np.abs(race.grid - race.position)[finished].mean(),
            places_moved(race),
            min(by_place.get(2, np.nan), 30.0),
            min(by_place.get(10, np.nan), LAPPED_S),
        ]
    )


def simulated_figures(given: RaceInputs) -> np.ndarray:
    """Measure simulated races, float64[N, figures]."""
    o = simulate(given)
    running = ~o.retired
    gap = np.where(o.laps_completed < given.n_laps, LAPPED_S, o.gap_s)
    gap = np.sort(np.where(running, np.minimum(gap, LAPPED_S), np.inf), axis=1)
    moved = np.where(running, np.abs(given.grid.astype(float) - o.position), np.nan)
    stops = np.where(running, o.n_stops.astype(float), np.nan)
    lap1 = simulate(first_lap_of(given))
    on_lap1 = np.where(lap1.retired, np.nan, lap1.position.astype(float) - given.grid)
    return np.stack(
        [
            o.retired.mean(axis=1),
            o.neutralised_laps / given.n_laps,
            np.nanmean(stops, axis=1),
            np.nanmean(moved, axis=1),
            np.nanstd(on_lap1, axis=1),
            np.minimum(gap[:, 1], 30.0),
            np.minimum(gap[:, 9], LAPPED_S),
        ],
        axis=1,
    )


def inputs_with(model: ModelConfig, races: Sequence[RaceLaps], sims: int) -> Callable:
    """Give what makes a past race's inputs from the constants of its circuit."""
    rates = season_rates(races)

    def inputs(race: RaceLaps) -> RaceInputs | None:
        circuit = model.circuit(race.circuit_id).race
        accident, failure = rates[race.season]
        boxes = pit_boxes(race.teams, model.crews)
        given = race_inputs_of(
            race,
            sims,
            circuit=circuit.parameters,
            strategies=circuit.strategies,
            p_failure=min(1.0, failure * circuit.failure),
            p_accident=min(1.0, accident * circuit.accident),
        )
        if given is None:
            return None
        return replace(given, team=boxes.team, crew=boxes.crew, crews=boxes.crews)

    return inputs


def compare(
    races: Sequence[RaceLaps], inputs: Callable
) -> dict[str, tuple[int, np.ndarray, np.ndarray]]:
    """Give circuit -> races, real figures, and the simulated ranges [2, figures]."""
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for race in races:
        given = inputs(race)
        if given is not None:
            pair = (real_figures(race), simulated_figures(given))
            found.setdefault(race.circuit_id, []).append(pair)
    table = {}
    for circuit, of in sorted(found.items()):
        if len(of) < LEAST_RACES:
            continue
        real = np.stack([figures for figures, _ in of])
        simulated = np.stack([figures for _, figures in of])  # [races, N, figures]
        # A race that does not tell a figure does not count in the simulated mean either.
        simulated = np.where(np.isnan(real)[:, None, :], np.nan, simulated)
        means = np.nanmean(simulated, axis=0)
        table[circuit] = (len(of), np.nanmean(real, axis=0), np.quantile(means, INSIDE, axis=0))
    return table


def why(races: Sequence[RaceLaps], circuit: str, figure: str) -> str:
    """Say what is special about the races behind a miss, where something is."""
    of = [race for race in races if race.circuit_id == circuit]
    red = [str(race.season) for race in of if ((lap_flags(race) & RED) > 0).any()]
    crashes = [
        f"{race.season} ({int(race.retired.sum())} out)" for race in of if race.retired.sum() > 6
    ]
    words = []
    if red and figure in ("neutral", "stops", "moved", "margin", "spread"):
        words.append("red flag " + ", ".join(red))
    if crashes and figure in ("retired", "neutral", "moved", "lap 1"):
        words.append("many out " + ", ".join(crashes))
    if figure == "moved":
        words.append("simulated stops are drawn whatever a car's place, real ones answer to it")
    return "; ".join(words) or "nothing known"


def print_table(
    table: dict[str, tuple[int, np.ndarray, np.ndarray]], races: Sequence[RaceLaps]
) -> float:
    """Print cells and misses; give the share of cells inside."""
    names = list(FIGURES)
    print("\n".join(f"{name:8s} {text}" for name, text in FIGURES.items()))
    print(f"\n{'circuit':18s}{'races':>6s}" + "".join(f"{name:>20s}" for name in names))
    misses, inside = [], []
    for circuit, (n, real, band) in table.items():
        cells = []
        for figure, value, low, high in zip(names, real, *band, strict=True):
            ok = bool(low <= value <= high)
            inside.append(ok)
            mark = " " if ok else "*"
            cells.append(f"{value:7.2f} {low:5.2f}-{high:5.2f}{mark}")
            if not ok:
                side = "more" if value > high else "less"
                misses.append(f"{circuit}, {figure}: {side}; {why(races, circuit, figure)}")
        print(f"{circuit:18s}{n:6d}" + "".join(f"{cell:>20s}" for cell in cells))
    share = float(np.mean(inside))
    by_figure = np.array(inside).reshape(len(table), len(names)).mean(axis=0)
    print(
        "\ninside, by figure: "
        + ", ".join(f"{n} {x:.2f}" for n, x in zip(names, by_figure, strict=True))
    )
    print(f"inside: {share:.3f} of {len(inside)} cells; goal {GOAL:.2f}; a perfect model .90")
    print("\n".join(["\nmisses", *misses]))
    return share


def main(arguments: list[str]) -> int:
    """Print real figures beside simulated ranges; fail below the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=400)
    parser.add_argument("--seasons", default="2018:2025")
    parser.add_argument("--fit-seasons")
    options = parser.parse_args(arguments)
    laps, seasons = options.data / "laps.parquet", options.data / "seasons"
    if not laps.exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    flags = options.data / "neutralisations"
    model = read_model()
    if options.fit_seasons:
        years = parse_seasons(options.fit_seasons)
        with tempfile.TemporaryDirectory() as folder:
            fit_to_folder(
                laps, seasons, flags, years, Path(folder), n_sims=100, advance=lambda _part: None
            )
            model = read_model(Path(folder))
    races = [
        r for r in read_races(laps, seasons, flags, parse_seasons(options.seasons)) if is_dry(r)
    ]
    share = print_table(compare(races, inputs_with(model, races, options.sims)), races)
    return 0 if share >= GOAL or options.fit_seasons else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
