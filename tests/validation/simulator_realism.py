"""Do simulated races look like real ones? Prints both sides, and the fits behind constants.

    PYTHONPATH=. python tests/validation/simulator_realism.py [../shared/data] [--sims 200] [--fit]

Each dry race of 2018-2025 is simulated from its real grid and its cars' median green-flag
laps, so what is compared is the race model, not a forecast. Not part of the suite: it
reads the reference data and takes about ten seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from predictor.simulator.circuit import CircuitParameters
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import RaceInputs, default_strategies, no_stop_strategies
from predictor.simulator.simulate import simulate

FUEL_S_PER_LAP = 0.055
LAPPED_S = 200.0  # stands for the gap of a lapped car, so that medians exist
GAP_PLACES = (2, 3, 5, 8, 10, 12)


def read_laps(data: Path) -> pd.DataFrame:
    """Give the race laps of dry races, with ``race`` = 100 season + round."""
    laps = pd.read_parquet(data / "laps.parquet")
    laps = laps[laps.session == "race"].copy()
    laps["race"] = laps.season.astype(int) * 100 + laps["round"].astype(int)
    rain = laps.compound.isin(["INTERMEDIATE", "WET"]).groupby(laps.race).mean()
    laps = laps[laps.race.isin(rain[rain < 0.02].index)]
    laps["status"] = laps.track_status.fillna("").astype(str)
    clean = (laps.status == "1") & ~laps.pit_in & ~laps.pit_out & (laps.lap > 1)
    laps["green"] = clean & laps.lap_time_s.notna()
    return laps.sort_values(["race", "driver", "lap"])


def read_results(data: Path, races: set[int]) -> pd.DataFrame:
    """Give the result rows of the starters of these races."""
    rows: list[dict[str, Any]] = []
    for path in sorted(data.glob("seasons/20*/*/race.json")):
        race = int(path.parts[-3]) * 100 + int(path.parts[-2][:2])
        if race in races:
            rows += [{"race": race, **row} for row in json.loads(path.read_text())["results"]]
    results = pd.DataFrame(rows)
    return results[results.status.isin(["finished", "dnf", "nc", "dsq"])]


def describe_real(laps: pd.DataFrame, results: pd.DataFrame) -> dict[str, float]:
    """Measure real races."""
    placed = results.dropna(subset=["grid", "position"])
    finished = placed[placed.status == "finished"]
    first = laps[(laps.lap == 1) & laps.position.notna()].merge(
        placed[["race", "driver", "grid"]], on=["race", "driver"]
    )
    moved = first.position.astype(float) - first.grid
    length = laps.groupby("race").lap.max()
    per_car = laps.groupby(["race", "driver"]).agg(laps=("lap", "max"), stops=("pit_in", "sum"))
    full = per_car.laps.to_numpy() >= per_car.index.get_level_values(0).map(length) - 2
    flags = laps.groupby(["race", "lap"]).status.agg(lambda s: s.value_counts().index[0])
    figures = {
        "retirements per car": float((results.status == "dnf").mean()),
        "places moved on lap 1, sd": float(moved.std()),
        "pole keeps lead on lap 1": float((first[first.grid == 1].position == 1).mean()),
        "places moved, finishers": float((finished.grid - finished.position).abs().mean()),
        "grid-finish rank correlation": float(
            np.mean([_spearman(g.grid, g.position) for _, g in placed.groupby("race")])
        ),
        "passes on track": float(np.mean([_swaps(g) for _, g in laps.groupby("race")])),
        "stops per finisher": float(per_car.stops[full].mean()),
        "lapped share": float((finished.gap_laps.fillna(0) >= 1).mean()),
    }
    figures |= _neutralisations(flags)
    for place in GAP_PLACES:
        gaps = finished[finished.position == place].gap_s
        figures[f"gap of P{place}, s (median)"] = float(gaps.fillna(LAPPED_S).median())
    return figures


def _neutralisations(flags: pd.Series) -> dict[str, float]:
    rows = []
    for _, status in flags.groupby(level=0):
        safety_car = status.str.contains("4").to_numpy()
        vsc = status.str.contains("6|7").to_numpy() & ~safety_car
        red = status.str.contains("5").to_numpy()
        under = (safety_car | vsc | red).mean()
        rows.append((_starts(safety_car), _starts(vsc), under, _starts(red)))
    counts = np.array(rows)
    return {
        "safety cars": float(counts[:, 0].mean()),
        "races with a safety car": float((counts[:, 0] > 0).mean()),
        "VSCs": float(counts[:, 1].mean()),
        "neutralised share of laps": float(counts[:, 2].mean()),
        "red flags": float(counts[:, 3].mean()),
    }


def _starts(out: np.ndarray) -> int:
    return int(out[0]) + int((out[1:] & ~out[:-1]).sum())


def _swaps(laps: pd.DataFrame) -> int:
    """Count pairs that change order on a lap on which neither is near the pits."""
    table = laps.pivot_table(index="lap", columns="driver", values="position")
    pits = laps.assign(pits=laps.pit_in | laps.pit_out)
    in_pits = pits.pivot_table(index="lap", columns="driver", values="pits", aggfunc="max")
    in_pits = in_pits.reindex(index=table.index, columns=table.columns)
    out = in_pits.fillna(True).astype(bool).to_numpy()
    place = table.to_numpy(float)
    total = 0
    for lap in range(1, len(place)):
        use = ~out[lap] & ~out[lap - 1] & np.isfinite(place[lap]) & np.isfinite(place[lap - 1])
        before, after = place[lap - 1, use], place[lap, use]
        total += int(((before[:, None] < before) & (after[:, None] > after)).sum())
    return total


def _spearman(a: Any, b: Any) -> float:
    return float(np.corrcoef(pd.Series(a).rank(), pd.Series(b).rank())[0, 1])


def race_inputs(
    laps: pd.DataFrame, results: pd.DataFrame, *, sims: int, circuit: CircuitParameters
) -> RaceInputs | None:
    """Give the inputs of one real race, None where its pace or grid is not known."""
    green = laps[laps.green]
    pace = green.groupby("driver").lap_time_s.median()
    best = pace.min()
    starters = results[results.driver.isin(pace.index)]
    if len(starters) < 15:
        return None
    grid = starters.grid.fillna(99).rank(method="first").astype(np.int16).to_numpy()
    pace_s = np.clip((pace[starters.driver] - best).to_numpy(), 0, 6).astype(np.float32)
    d, n_laps = len(starters), int(laps.lap.max())
    return RaceInputs(
        event=f"validation-{laps.race.iloc[0]}",
        seed=1,
        n_laps=n_laps,
        lap_s=float(best),
        pace_s=np.tile(pace_s, (sims, 1)),
        grid=np.tile(grid, (sims, 1)),
        p_failure=np.full((sims, d), 0.07, np.float32),
        p_accident=np.full((sims, d), 0.075, np.float32),
        strategies=default_strategies(d, stops_mean=circuit.stops_mean),
        circuit=circuit,
    )


def describe_simulated(
    laps: pd.DataFrame, results: pd.DataFrame, *, sims: int, circuit: CircuitParameters
) -> dict[str, float]:
    """Measure the same races, simulated."""
    rows = []
    by_race = dict(iter(results.groupby("race")))
    for race, of_race in laps.groupby("race"):
        inputs = race_inputs(of_race, by_race[race], sims=sims, circuit=circuit)
        if inputs is None:
            continue
        zero = np.zeros_like(inputs.p_failure)
        first_lap = replace(
            inputs,
            n_laps=1,
            p_failure=zero,
            p_accident=inputs.p_accident * 0.3,
            strategies=no_stop_strategies(inputs.n_drivers),
        )
        rows.append(_describe_outcomes(inputs, simulate(inputs), simulate(first_lap)))
    table = pd.DataFrame(rows)
    medians = [name for name in table if name.startswith("gap")]
    return {n: float(table[n].median() if n in medians else table[n].mean()) for n in table}


def _describe_outcomes(inputs: RaceInputs, o: Outcomes, lap1: Outcomes) -> dict[str, float]:
    running = ~o.retired
    moved = inputs.grid.astype(int) - o.position
    first = (lap1.position.astype(int) - inputs.grid)[~lap1.retired]
    lapped = (inputs.n_laps - o.laps_completed) >= 1
    gaps = np.sort(np.where(running & ~lapped, o.gap_s, LAPPED_S), axis=1)
    figures = {
        "retirements per car": float(o.retired.mean()),
        "places moved on lap 1, sd": float(first.std()),
        "pole keeps lead on lap 1": float((lap1.position[inputs.grid == 1] == 1).mean()),
        "places moved, finishers": float(np.abs(moved[running]).mean()),
        "grid-finish rank correlation": float(
            np.mean(
                [_spearman(inputs.grid[i, r], o.position[i, r]) for i, r in enumerate(running[:40])]
            )
        ),
        "passes on track": float(o.passes.mean()),
        "stops per finisher": float(o.n_stops[running].mean()),
        "lapped share": float(lapped[running].mean()),
        "safety cars": float(o.safety_cars.mean()),
        "races with a safety car": float((o.safety_cars > 0).mean()),
        "VSCs": float(o.vscs.mean()),
        "neutralised share of laps": float(o.neutralised_laps.mean() / inputs.n_laps),
        "red flags": float(o.red_flags.mean()),
    }
    for place in GAP_PLACES:
        figures[f"gap of P{place}, s (median)"] = float(np.median(gaps[:, place - 1]))
    return figures


def fit(laps: pd.DataFrame) -> dict[str, float]:
    """Fit what can be read off the laps: noise, degradation, pit loss."""
    median = laps[laps.green].groupby("race").lap_time_s.median()
    laps = laps.assign(relative=laps.lap_time_s - laps.race.map(median))
    clean = laps[laps.green & (laps.relative.abs() < 6)]
    slopes: dict[str, list[float]] = {"SOFT": [], "MEDIUM": [], "HARD": []}
    spread = []
    for _, stint in clean.groupby(["race", "driver", "stint"]):
        if len(stint) < 8:
            continue
        line = np.polyfit(stint.lap.astype(float), stint.relative, 1)
        rest = stint.relative - np.polyval(line, stint.lap.astype(float))
        spread.append(rest.std(ddof=2))
        slopes.get(str(stint.compound.iloc[0]), []).append(line[0] + FUEL_S_PER_LAP)
    figures = {"lap noise, s": float(np.median(spread))}
    figures |= {f"slope {name}, s/lap": float(np.median(slope)) for name, slope in slopes.items()}
    usual = clean.groupby(["race", "driver"]).lap_time_s.median().rename("usual").reset_index()
    stops = laps.merge(usual, on=["race", "driver"]).sort_values(["race", "driver", "lap"])
    following = stops.groupby(["race", "driver"])[["lap_time_s", "status", "pit_out"]].shift(-1)
    on_green = stops.pit_in & following.pit_out.eq(True) & (stops.lap > 2)
    on_green &= (stops.status == "1") & (following.status == "1")
    loss = (stops.lap_time_s + following.lap_time_s - 2 * stops.usual)[on_green]
    within = loss - loss.groupby(stops.race[on_green]).transform("median")
    figures["pit loss with standstill and cold tyres, s"] = float(loss.median())
    figures |= {
        f"stop against the race's median, q{q}": float(within.quantile(q / 100))
        for q in (25, 75, 95, 99)
    }
    return figures


def main(arguments: list[str]) -> int:
    """Print real against simulated figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=200)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args(arguments)
    if not (options.data / "laps.parquet").exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    laps = read_laps(options.data)
    if options.fit:
        for name, value in fit(laps).items():
            print(f"{name:44s} {value:8.3f}")
        return 0
    results = read_results(options.data, set(laps.race))
    real = describe_real(laps, results)
    simulated = describe_simulated(laps, results, sims=options.sims, circuit=CircuitParameters())
    print(f"{'dry races 2018-2025':44s} {'real':>8s} {'simulated':>10s}")
    for name, value in real.items():
        print(f"{name:44s} {value:8.3f} {simulated[name]:10.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
