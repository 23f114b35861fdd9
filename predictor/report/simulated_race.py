"""A simulated event as one value: the race that is told, and all races it was chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.report.race_story import (
    crossover_laps,
    fastest_lap,
    happenings,
    last_driven,
    penalty_served,
    stints,
    track,
)
from predictor.report.rows import rounded
from predictor.season.state import Entry
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import COMPOUND_ORDER, MAX_STOPS
from predictor.simulator.trace import FLAGS, RaceTrace

__all__ = [
    "BAND_DRIVERS",
    "gap_bands",
    "leader_odds",
    "most_typical",
    "nearest_races",
    "told_race",
    "typicality",
]

_FRONT = 3
BAND_DRIVERS = 5  # whose gaps are shown, from the front of the told race
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_NEAR, _NEAR_SHARE = 40, 4  # races that count as near the expected order, of so many at the least
_TRACED = 12  # of these run lap by lap, to see when the front stops
_BLOCK = 2**16  # sims compared at a time, so that memory stays flat

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Range:
    """How a number lies among those of all races."""

    told: float
    values: Floats

    def shown(self) -> dict[str, Any]:
        known = self.values[np.isfinite(self.values)]
        low, high = np.quantile(known, (0.05, 0.95)) if len(known) else (np.nan, np.nan)
        mean = known.mean() if len(known) else np.nan
        found = {"told": self.told, "mean": mean, "p05": low, "p95": high}
        return {name: rounded(x, 3) if np.isfinite(x) else None for name, x in found.items()}


def nearest_races(outcomes: Outcomes) -> list[int]:
    """Give the rows of some races near the expected order whose cars stop about as often as usual.

    Of the races nearest to the expected order, the dozen in which cars stop as often as they do
    in the mean; the first of equals.
    """
    near = min(_NEAR, max(1, outcomes.n_sims // _NEAR_SHARE))
    rows = np.argsort(_distances(outcomes), kind="stable")[:near]
    usual = outcomes.n_stops.mean(axis=0, dtype=np.float64)
    unusual = np.abs(outcomes.n_stops[rows] - usual).mean(axis=1)
    best: list[int] = rows[np.argsort(unusual, kind="stable")][:_TRACED].tolist()
    return best


def most_typical(traces: Sequence[RaceTrace]) -> int:
    """Give which of some races has its first three stop when those of all of them usually do."""
    laps = np.array([_front_stops(trace) for trace in traces])
    return int(np.abs(laps - np.median(laps, axis=0)).sum(axis=1).argmin())


def _front_stops(trace: RaceTrace) -> list[int]:
    """Give the laps of the stops of the first three, the race's length for each they lack."""
    found: list[int] = []
    for car in np.argsort(trace.outcomes.position[0])[:_FRONT]:
        laps = np.flatnonzero(trace.stopped[:, car]).tolist()
        found += (laps + [trace.n_laps] * MAX_STOPS)[:MAX_STOPS]
    return found


def told_race(trace: RaceTrace, entries: Sequence[Entry]) -> dict[str, Any]:
    """Give one race: grid, happenings, result, fastest lap, and every lap of every car.

    Parameters
    ----------
    trace : RaceTrace
    entries : sequence of Entry, length D
    """
    codes = [entry.code for entry in entries]
    o = trace.outcomes
    return {
        "n_laps": trace.n_laps,
        "reference_lap_s": rounded(trace.lap_s, 3),
        "track": {
            "at_start": track(trace, 0),
            "crossover_laps": crossover_laps(trace),
        },
        "grid": [codes[car] for car in np.argsort(trace.position[0])],
        "happenings": happenings(trace, codes),
        "fastest_lap": fastest_lap(trace, codes),
        "result": [
            _result(trace, int(car), place, entries)
            for place, car in enumerate(np.argsort(o.position[0]), start=1)
        ],
        "totals": {
            "passes": int(o.passes[0]),
            "stops": int(o.n_stops.sum()),
            "retirements": int(o.retired.sum()),
            "safety_cars": int(o.safety_cars[0]),
            "vscs": int(o.vscs[0]),
            "red_flags": int(o.red_flags[0]),
            "neutralised_laps": int(o.neutralised_laps[0]),
            "penalties": int(o.penalties[0]),
        },
        "laps": [_lap(trace, lap, codes) for lap in range(1, trace.n_laps + 1)],
    }


def typicality(outcomes: Outcomes, row: int, codes: Sequence[str]) -> dict[str, Any]:
    """Say how a race compares with all races of its scenario.

    Returns
    -------
    dict
        The mean distance of its places from the expected ones, the share of races that are
        nearer, and told value, mean and central 90 % of what a race is known by.
    """
    distance = _distances(outcomes)
    winner = int(outcomes.position[row].argmin())
    counted = {
        "retirements": outcomes.retired.sum(axis=1),
        "passes": outcomes.passes,
        "stops_per_car": outcomes.n_stops.mean(axis=1),
        "safety_cars": outcomes.safety_cars,
        "vscs": outcomes.vscs,
        "red_flags": outcomes.red_flags,
        "neutralised_laps": outcomes.neutralised_laps,
        "winning_margin_s": _margins(outcomes),
    }
    ranges = {
        name: _Range(float(values[row]), values.astype(np.float64)).shown()
        for name, values in counted.items()
    }
    return {
        "places_from_expected": _Range(float(distance[row]), distance).shown(),
        "share_of_races_nearer": rounded(float((distance < distance[row]).mean()), 6),
        "winner": codes[winner],
        "p_win_of_winner": rounded(float((outcomes.position[:, winner] == 1).mean())),
        **ranges,
    }


def gap_bands(gaps: NDArray[np.float32], trace: RaceTrace, codes: Sequence[str]) -> dict[str, Any]:
    """Give quantiles of gaps to the leader over many races, for the front of the told one.

    Parameters
    ----------
    gaps : float32[N, L + 1, D], s
    trace : RaceTrace
    codes : sequence of str, length D
    """
    front = np.argsort(trace.outcomes.position[0])[:BAND_DRIVERS]
    return {
        "n_races": len(gaps),
        "quantiles": list(_QUANTILES),
        "drivers": [{"driver": codes[car], "gap_s": _quantiles(gaps[:, 1:, car])} for car in front],
    }


def leader_odds(
    gaps: NDArray[np.float32],
    position: NDArray[np.uint8],
    trace: RaceTrace,
    codes: Sequence[str],
) -> dict[str, Any]:
    """Give who wins how often of the races that have the told race's leader, lap by lap.

    Parameters
    ----------
    gaps : float32[N, L + 1, D], s
        To the leader.
    position : uint8[N, D]
        Where the same races ended.
    trace : RaceTrace
        The told race. If it is not among these, a lap that none of them shares is left out.
    codes : sequence of str, length D
    """
    order = np.argsort(trace.outcomes.position[0])
    leader, wins = gaps == 0.0, position == 1
    laps = []
    for lap in range(1, trace.n_laps + 1):
        car = int(trace.position[lap].argmin())
        alike = leader[:, lap, car]
        n_races = int(alike.sum())
        if n_races:
            p_win = wins[alike].mean(axis=0)[order]
            laps.append(
                {
                    "lap": lap,
                    "leader": codes[car],
                    "n_races": n_races,
                    "p_win": [rounded(p, 4) for p in p_win],
                }
            )
    return {"n_races": len(gaps), "drivers": [codes[car] for car in order], "laps": laps}


def _quantiles(gaps: NDArray[np.float32]) -> list[list[float | None]]:
    """Give a row per lap; None for a lap that the car reached in no race."""
    rows: list[list[float | None]] = []
    for lap in gaps.T:
        running = lap[~np.isnan(lap)].astype(np.float64)
        some = len(running) > 0
        found = np.quantile(running, _QUANTILES) if some else ()
        rows.append([rounded(x, 3) for x in found] if some else [None] * len(_QUANTILES))
    return rows


def _distances(outcomes: Outcomes) -> Floats:
    """Give float64[N]: mean distance of a race's places from the drivers' mean places."""
    expected = outcomes.position.mean(axis=0, dtype=np.float64)
    blocks = range(0, outcomes.n_sims, _BLOCK)
    parts = [np.abs(outcomes.position[i : i + _BLOCK] - expected).mean(axis=1) for i in blocks]
    return np.concatenate(parts)


def _margins(outcomes: Outcomes) -> Floats:
    """Give float64[N], s: the winner's margin; NaN where nobody else saw the flag."""
    margin = np.full(outcomes.n_sims, np.nan)
    sim, car = np.nonzero(outcomes.position == 2)
    margin[sim] = outcomes.gap_s[sim, car]
    return margin


def _result(trace: RaceTrace, car: int, place: int, entries: Sequence[Entry]) -> dict[str, Any]:
    o, entry = trace.outcomes, entries[car]
    retired = bool(o.retired[0, car])
    laps = int(o.laps_completed[0, car])
    stops, driven = stints(trace, car, [one.code for one in entries])
    cause = "accident" if trace.by_accident[car] else "failure"
    return {
        "position": place,
        "driver": entry.code,
        "driver_id": entry.driver_id,
        "name": entry.name,
        "team": entry.team,
        "grid": int(trace.position[0, car]),
        "status": "retired" if retired else "finished",
        "cause": cause if retired else None,
        "retired_on_lap": int(trace.retired_on[car]) if retired else None,
        "laps": laps,
        "laps_down": None if retired else trace.n_laps - laps,
        "gap_s": None if retired else rounded(float(o.gap_s[0, car]), 3),
        "penalty_s": rounded(trace.penalty_s[car], 1),
        "penalty_served": penalty_served(trace, car),
        "stops": stops,
        "stints": driven,
    }


def _lap(trace: RaceTrace, lap: int, codes: Sequence[str]) -> dict[str, Any]:
    """Give all cars that finished a lap, in their order on the road."""
    gap, clock, time = trace.gap_s[lap], trace.clock_s[lap], trace.lap_time_s[lap]
    in_order = np.argsort(trace.position[lap]).tolist()
    running = [c for c in in_order if not np.isnan(gap[c]) and lap <= last_driven(trace, c)]
    return {
        "lap": lap,
        "flag": FLAGS[trace.flag[lap]],
        "cars": [
            {
                "driver": codes[car],
                "position": int(trace.position[lap, car]),
                "time_s": rounded(clock[car], 3),
                "lap_time_s": rounded(time[car], 3),
                "gap_s": rounded(gap[car], 3),
                "compound": COMPOUND_ORDER[trace.compound[lap, car]].value,
                "tyre_age_laps": int(trace.tyre_age[lap, car]),
                "stopped": bool(trace.stopped[lap, car]),
            }
            for car in running
        ],
    }
