"""Figures of a set of races beside those of simulated sets: what `race_realism` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from predictor.circuit_fit.race_laps import RaceLaps
from predictor.vocabulary import Scenario
from tests.validation.lap_charts import LapChart
from tests.validation.race_figures import FIGURES

__all__ = ["Cells", "Measured", "cells_of", "scenario_of", "together", "why"]

Floats = npt.NDArray[np.float64]

RANGES = (0.05, 0.10, 0.90, 0.95)
N_SETS = 1000
MANY_OUT = 6
_MEDIAN = np.array([figure.median for figure in FIGURES.values()])


class Measured(NamedTuple):
    """One race, as it was and as it was simulated."""

    race: RaceLaps
    chart: LapChart
    real: Floats  # [figures]
    simulated: Floats  # [N, figures]

    @property
    def scenario(self) -> Scenario:
        """What came."""
        return scenario_of(self.chart)


class Cells(NamedTuple):
    """A set of races, figure by figure; NaN where none of them tells."""

    n_races: int
    real: Floats
    mean: Floats  # of simulated sets
    ranges: Floats  # [4, figures], quantiles `RANGES`
    own: Floats  # share of simulated sets that lie in the wider range of them all

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """bool[figures], the real value lies in the wider range."""
        inside: npt.NDArray[np.bool_] = _within(self.real, self.ranges)
        return inside

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """bool[figures], there is something to compare."""
        return np.isfinite(self.real) & np.isfinite(self.mean)


def scenario_of(chart: LapChart) -> Scenario:
    """Say which scenario a dry race was."""
    return Scenario.SAFETY_CAR if chart.n_safety_cars or chart.n_reds else Scenario.DRY


def cells_of(races: Sequence[Measured]) -> Cells:
    """Compare a set of races with simulated sets, each one simulation of every race.

    A race that does not tell a figure does not count in the simulated sets either.
    """
    real = np.stack([one.real for one in races])
    which = np.random.default_rng(1).integers(len(races[0].simulated), size=(N_SETS, len(races)))
    sets = np.stack([one.simulated[column] for one, column in zip(races, which.T, strict=True)], 1)
    value = together(np.where(np.isnan(real), np.nan, sets))
    told = np.isfinite(value).any(axis=0)
    value[:, ~told] = 0.0  # nothing to take a quantile of
    ranges = np.nanquantile(value, RANGES, axis=0)
    found = together(real[None])[0]
    own = _within(value, ranges).mean(axis=0)
    return Cells(len(races), found, np.where(told, np.nanmean(value, axis=0), np.nan), ranges, own)


def together(values: Floats) -> Floats:
    """Return [S, figures], the mean or median of [S, races, figures]; NaN only of all NaN."""
    known = np.isfinite(values)
    n = known.sum(axis=1)
    with np.errstate(invalid="ignore"):
        found = np.where(known, values, 0.0).sum(axis=1) / n
    for figure in np.flatnonzero(_MEDIAN):
        some = n[:, figure] > 0
        found[some, figure] = np.nanmedian(values[some, :, figure], axis=1)
    return found


def _within(value: Floats, ranges: Floats) -> npt.NDArray[np.bool_]:
    slack = 1e-9  # a mean of the same whole numbers, added in another order
    return (value >= ranges[0] - slack) & (value <= ranges[-1] + slack)


def why(races: Sequence[Measured], figure: int, cells: Cells) -> str:
    """Say what stands behind a miss: every race on one side, or a few, and what was odd there."""
    more = cells.real[figure] > cells.mean[figure]
    known = [one for one in races if np.isfinite(one.real[figure])]
    beyond, odd = [], []
    for one in known:
        usual = np.nanmean(one.simulated[:, figure])
        if (one.real[figure] > usual) == more:
            beyond.append(f"{one.race.season} {one.real[figure]:.3g} ({usual:.3g})")
        if one.chart.n_reds:
            odd.append(f"red flag {one.race.season}")
        if one.chart.retired.sum() > MANY_OUT:
            odd.append(f"{int(one.chart.retired.sum())} out {one.race.season}")
    side = "more" if more else "less"
    which = "every race" if len(beyond) == len(known) else f"{len(beyond)} of {len(known)}"
    text = f"{side} than simulated, {which}: {', '.join(beyond)}"
    return text + (f"; {', '.join(odd)}" if odd else "")
