"""The figures that `race_realism` compares: numbers of one lap chart, real or simulated.

NaN where a race does not tell: no stop, no tenth car.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tests.validation.lap_charts import GREEN, LapChart
from tests.validation.stop_figures import (
    mean_known,
    odd_stops,
    stint_lengths,
    stop_counts,
    stop_round,
)

__all__ = ["FIGURES", "Figure", "measure"]

Floats = npt.NDArray[np.float64]

_FIRST_PASS = 3  # lap; before that the field is still sorting itself
_WIDE_S = 30.0  # a margin that is seen but rarely
_SLOWEST = 1.07  # of a car's median; slower is trouble, not pace
_LEAST_LAPS = 8  # for a car's pace


class Figure(NamedTuple):
    """What a number is, and how those of several races become one."""

    text: str
    median: bool = False


FIGURES = {
    "passes": Figure("passes on green laps, lap 3 on, neither car near its stop", median=True),
    "margin": Figure("winner's margin, s", median=True),
    "margin>30": Figure("share of races won by more than 30 s"),
    "P10 gap": Figure("the tenth's gap, s; a lapped car's at its last line", median=True),
    "P10 lapped": Figure("share of races whose tenth is lapped"),
    "lapped": Figure("cars lapped at the flag"),
    "spread": Figure("cars' median green laps, 5th to 95th percentile, % of a lap", median=True),
    "early P1-5": Figure("first stops on green before .15 of the distance from P1-5, a race"),
    "early all": Figure("green stops up to lap 8, all cars, a race"),
    "stops": Figure("stops per finisher, red flags left out"),
    "one stop": Figure("share of finishers with one stop"),
    "two stops": Figure("with two"),
    "three stops": Figure("with three or more"),
    "soft": Figure("stint on SOFT, mean share of the distance"),
    "medium": Figure("stint on MEDIUM"),
    "hard": Figure("stint on HARD"),
    "late P1": Figure("green stops in the last eight laps from the lead, a race"),
    "late P1-5": Figure("green stops in the last eight laps from P1-5, a race"),
    "again": Figure("second stops on green at most 8 laps after the first, a race"),
    "round": Figure("neighbours of the first ten whose first stops swap them, share"),
    "undercut": Figure("the one behind stops first: share that comes out ahead"),
    "FL winner": Figure("fastest lap by the winner, share of races"),
    "FL P2-10": Figure("fastest lap by P2-10"),
    "FL others": Figure("fastest lap by a car outside the first ten"),
    "L1 wins": Figure("the leader of lap 1 wins"),
    "pole leads": Figure("the pole-sitter leads lap 1"),
    "lap 1": Figure("places moved on lap 1, standard deviation"),
    "lead": Figure("lead changes at the line, a race"),
    "moved": Figure("places between grid and flag, finishers"),
    "retired": Figure("retirements, a race"),
    "neutral": Figure("share of laps under a safety car, VSC or red flag"),
    "SC": Figure("share of races with a safety car or red flag, as the scenarios' odds have it"),
    "VSC": Figure("share of races with a VSC"),
}


def measure(chart: LapChart) -> Floats:
    """Return the figures of one race in the order of `FIGURES`."""
    found = {
        "passes": float(passes(chart)),
        **finish(chart),
        "spread": pace_spread(chart),
        **stop_counts(chart),
        **odd_stops(chart),
        **stint_lengths(chart),
        **stop_round(chart),
        **fastest_lap(chart),
        **first_lap_and_lead(chart),
        "retired": float(chart.retired.sum()),
        "neutral": chart.neutralised_laps / chart.n_laps,
        "SC": float(chart.n_safety_cars + chart.n_reds > 0),
        "VSC": float(chart.n_vscs > 0),
    }
    return np.array([found[name] for name in FIGURES])


def passes(chart: LapChart) -> int:
    """Count pairs that change order between the ends of two green laps, both off the pits."""
    away = ~chart.in_pits & np.isfinite(chart.place)
    use = away[:, 1:] & away[:, :-1]
    green = (chart.flag[1:] == GREEN) & (chart.flag[:-1] == GREEN)
    green[: _FIRST_PASS - 2] = False
    before = np.where(use & green, chart.place[:, :-1], np.nan)[:, green]
    after = chart.place[:, 1:][:, green]
    return int(((before[:, None] < before) & (after[:, None] > after)).sum())


def finish(chart: LapChart) -> dict[str, float]:
    """Measure how far apart the cars are at the flag."""
    last = np.maximum(np.isfinite(chart.place).sum(axis=1) - 1, 0)
    at_last_line = chart.behind_s[np.arange(len(last)), last]
    behind = np.where(chart.laps_down > 0, at_last_line, chart.gap_s)
    second, tenth = (behind[chart.finished & (chart.result == place)] for place in (2, 10))
    tenth_down = chart.laps_down[chart.finished & (chart.result == 10)]
    return {
        "margin": _only(second),
        "margin>30": _only((second > _WIDE_S).astype(float)),
        "P10 gap": _only(tenth),
        "P10 lapped": _only((tenth_down > 0).astype(float)),
        "lapped": float((chart.laps_down[chart.finished] > 0).sum()),
        "moved": mean_known(np.abs(chart.grid - chart.result)[chart.finished]),
    }


def car_pace(chart: LapChart) -> Floats:
    """Return float64[D], s, the median green lap of every car; NaN with fewer than eight."""
    clean = (chart.flag == GREEN) & np.concatenate([[False], chart.flag[:-1] == GREEN])
    clean = clean & ~chart.in_pits & np.isfinite(chart.time_s) & np.isfinite(chart.place)
    pace = np.full(len(chart.grid), np.nan)
    for car in np.flatnonzero(clean.sum(axis=1) >= _LEAST_LAPS):
        laps = chart.time_s[car, clean[car]]
        pace[car] = np.median(laps[laps < _SLOWEST * np.median(laps)])
    return pace


def pace_spread(chart: LapChart) -> float:
    """Return how far the slow cars are from the quick ones, % of a lap."""
    pace = car_pace(chart)
    if not np.isfinite(pace).any():
        return float("nan")
    low, middle, high = np.nanpercentile(pace, (5, 50, 95))
    return float(100 * (high - low) / middle)


def fastest_lap(chart: LapChart) -> dict[str, float]:
    """Say who of winner, P2 to P10 and all others set the fastest lap, fuel and all."""
    timed = (chart.flag == GREEN) & ~chart.changed & np.isfinite(chart.time_s)
    timed[:, 0] = False
    if not timed.any():
        return dict.fromkeys(("FL winner", "FL P2-10", "FL others"), float("nan"))
    best = int(np.argmin(np.where(timed, chart.time_s, np.inf).min(axis=1)))
    place = chart.result[best] if chart.finished[best] else np.inf
    return {
        "FL winner": float(place == 1),
        "FL P2-10": float(1 < place <= 10),
        "FL others": float(place > 10),
    }


def first_lap_and_lead(chart: LapChart) -> dict[str, float]:
    """Measure lap 1, and who leads."""
    after = chart.place[:, 0]
    moved = (after - chart.grid)[np.isfinite(after - chart.grid)]
    with np.errstate(invalid="ignore"):
        leads = [int(np.argmax(lap == 1)) for lap in chart.place.T if (lap == 1).any()]
    return {
        "L1 wins": float(chart.result[leads[0]] == 1) if leads else float("nan"),
        "pole leads": _only((after == 1)[chart.grid == 1].astype(float)),
        "lap 1": float(moved.std()) if len(moved) else float("nan"),
        "lead": float((np.diff(leads) != 0).sum()),
    }


def _only(values: Floats) -> float:
    return float(values[0]) if len(values) else float("nan")
