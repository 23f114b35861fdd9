"""Figures of stops: how many, when, how long a set lasts, and what the first ones change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from predictor.simulator.circuit import COMPOUND_ORDER
from predictor.vocabulary import Compound
from tests.validation.lap_charts import GREEN, LapChart

__all__ = ["mean_known", "odd_stops", "stint_lengths", "stop_counts", "stop_round"]

_FRONT = 5  # places
_EARLY_SHARE = 0.15  # of the distance
_EARLY_LAPS = _LATE_LAPS = _AGAIN_LAPS = 8
_ROUND_LAPS = 8  # two cars that stop within so many laps answer each other


def stop_counts(chart: LapChart) -> dict[str, float]:
    """Count the stops of those who finished."""
    n = chart.stops.sum(axis=1)[chart.finished]
    return {
        "stops": mean_known(n),
        "one stop": mean_known(n == 1),
        "two stops": mean_known(n == 2),
        "three stops": mean_known(n >= 3),
    }


def odd_stops(chart: LapChart) -> dict[str, float]:
    """Count the stops that a team has to have a reason for: very early, very late, at once."""
    laps = np.arange(1, chart.n_laps + 1)
    green = chart.stops & (chart.flag == GREEN)
    nth = np.cumsum(chart.changed, axis=1)
    with np.errstate(invalid="ignore"):
        front, leader = chart.before <= _FRONT, chart.before == 1
    early = green & (nth == 1) & (laps < _EARLY_SHARE * chart.n_laps)
    late = green & (laps > chart.n_laps - _LATE_LAPS)
    again = 0
    for car in np.flatnonzero(chart.stops.sum(axis=1) > 1):
        first, second = np.flatnonzero(chart.stops[car])[:2]
        again += bool(green[car, second]) and second - first <= _AGAIN_LAPS
    return {
        "early P1-5": float((early & front).sum()),
        "early all": float((green & (laps <= _EARLY_LAPS)).sum()),
        "late P1": float((late & leader).sum()),
        "late P1-5": float((late & front).sum()),
        "again": float(again),
    }


def stint_lengths(chart: LapChart) -> dict[str, float]:
    """Return the mean stint of the finishers on each dry compound, as a share of the distance."""
    lengths: dict[int, list[float]] = {}
    for car in np.flatnonzero(chart.finished):
        ran = int(np.isfinite(chart.place[car]).sum())
        ends = [*(np.flatnonzero(chart.changed[car]) + 1), ran]
        for start, end in zip([0, *ends], ends, strict=False):
            if end > start:
                share = (end - start) / chart.n_laps
                lengths.setdefault(int(chart.compound[car, end - 1]), []).append(share)
    dry = {"soft": Compound.SOFT, "medium": Compound.MEDIUM, "hard": Compound.HARD}
    return {
        name: mean_known(np.array(lengths.get(COMPOUND_ORDER.index(compound), ())))
        for name, compound in dry.items()
    }


def stop_round(chart: LapChart) -> dict[str, float]:
    """Say what the first stops did between neighbours of the first ten.

    A pair are two cars one behind the other on the lap before the first of them stops; both
    make their first stop on green, at most eight laps apart. They are compared on the lap after
    the second of these stops, when the out-lap is done.
    """
    first: dict[int, int] = {}
    for car in np.flatnonzero(chart.changed.any(axis=1)):
        lap = int(np.argmax(chart.changed[car]))
        if chart.flag[lap] == GREEN and 0 < lap < chart.n_laps - 1:
            first[int(car)] = lap
    swaps, undercuts = [], []
    for car, lap in first.items():
        for other, its_lap in first.items():
            if other == car or (lap, car) > (its_lap, other) or its_lap - lap > _ROUND_LAPS:
                continue
            mine, its = chart.place[[car, other], lap - 1]
            after = chart.place[[car, other], its_lap + 1]
            if abs(mine - its) != 1 or min(mine, its) >= 10 or not np.isfinite(after).all():
                continue
            swapped = (mine < its) != (after[0] < after[1])
            swaps.append(swapped)
            if mine > its and lap < its_lap:
                undercuts.append(swapped)
    return {"round": mean_known(np.array(swaps)), "undercut": mean_known(np.array(undercuts))}


def mean_known(values: npt.NDArray[np.generic]) -> float:
    """Return the mean of what is known; NaN of nothing."""
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else float("nan")
