"""Pre-season testing as arrays: best laps, long runs and laps driven, against the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.season.state import PreSeasonDay, SeasonState
from predictor.season.teams import resolve_team

__all__ = ["PaceInTest", "PreSeason", "pre_season"]

Floats = NDArray[np.float64]

_BEST_CAP = 3.5  # % of the lap time, as of practice: a lap slower than that was no attempt
_LONG_RUN_CAP = 4.0
_FEWEST_CARS = 5  # of fewer there is no middle of the field


@dataclass(frozen=True, slots=True)
class PaceInTest:
    """What one test showed; D drivers in the order of their ids.

    Attributes
    ----------
    best_gap : float64[D], %
        Best lap over all days, to the middle of the field; NaN without one. Negative is faster.
    long_run_gap : float64[D], %
        Long runs to the middle of the same day's, the mean over the days with one.
    laps : float64[D]
        Driven on all days; how much one has tested, which no belief rests on.
    n_days : int
    """

    driver_ids: tuple[str, ...]
    lineages: tuple[str, ...]
    best_gap: Floats
    long_run_gap: Floats
    laps: Floats
    n_days: int


@dataclass(frozen=True, slots=True)
class PreSeason:
    """All tests before a season."""

    season: int
    tests: tuple[PaceInTest, ...]


def pre_season(state: SeasonState) -> PreSeason | None:
    """Return what the tests before a season showed; None where none is known.

    Who drives for an unknown team says nothing of a car and is left out.
    """
    numbers = sorted({day.test for day in state.testing})
    tests = [_pace(state, [day for day in state.testing if day.test == one]) for one in numbers]
    told = tuple(test for test in tests if test is not None)
    return PreSeason(state.season, told) if told else None


def _pace(state: SeasonState, days: Sequence[PreSeasonDay]) -> PaceInTest | None:
    teams: dict[str, str] = {}
    for one in (one for day in days for one in day.results):
        if one.driver.driver_id is not None and one.team is not None:
            teams.setdefault(one.driver.driver_id, one.team)
    drivers = tuple(sorted(teams))
    best, long_run, laps = (np.full((len(days), len(drivers)), np.nan) for _ in range(3))
    for at, day in enumerate(days):
        rows = {row.driver.driver_id: row for row in day.results}
        for column, driver in enumerate(drivers):
            said = rows.get(driver)
            if said is not None:
                best[at, column] = said.best_s or np.nan
                long_run[at, column] = said.long_run_s or np.nan
                laps[at, column] = said.laps or np.nan
    best_gap = _gap(np.fmin.reduce(best), _BEST_CAP)
    long_gaps = np.stack([_gap(one, _LONG_RUN_CAP) for one in long_run])
    if not (np.isfinite(best_gap).any() or np.isfinite(long_gaps).any()):
        return None
    return PaceInTest(
        driver_ids=drivers,
        lineages=tuple(resolve_team(teams[one], state.season).lineage for one in drivers),
        best_gap=best_gap,
        long_run_gap=_mean(long_gaps),
        laps=np.nansum(laps, axis=0),
        n_days=len(days),
    )


def _gap(time_s: Floats, cap: float) -> Floats:
    """Return the gap to the middle of the field, float64[D] in %; NaN where too few are timed."""
    seen = np.isfinite(time_s)
    if seen.sum() < _FEWEST_CARS:
        return np.full(len(time_s), np.nan)
    gap = np.minimum(100.0 * (time_s / time_s[seen].min() - 1.0), cap)
    relative: Floats = gap - np.median(gap[seen])
    return relative


def _mean(gaps: Floats) -> Floats:
    """Return the mean over days of float64[days, D], NaN where there is none."""
    n_days = np.isfinite(gaps).sum(axis=0)
    mean: Floats = np.nansum(gaps, axis=0) / np.where(n_days > 0, n_days, np.nan)
    return mean
