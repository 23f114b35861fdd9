"""Practice pace: how fast a car was over all practice sessions of a weekend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.records import SessionRecord
from predictor.vocabulary import SessionKind

__all__ = ["practice_pace"]

Floats = NDArray[np.float64]

# Chosen on the races of 2012-2021. Cars come closer to what they will race with from session
# to session, and the mean of several sessions says more than the best lap of all alone.
_WEIGHT = {SessionKind.FP1: 1.0, SessionKind.FP2: 1.3, SessionKind.FP3: 1.8}
_SHARE_OF_BEST = 0.5
_GAP_CAP = 3.5  # % of the lap time; a lap slower than that was no attempt
_FEWEST_CARS = 5  # a session of fewer cars has no middle of the field


@dataclass(frozen=True, slots=True)
class _Session:
    """Best laps of one session, float64[D] in s, NaN without one."""

    best_s: Floats
    weight: float

    def gap(self) -> Floats:
        """Give the gap to the middle of the field, float64[D] in %."""
        gap = 100.0 * (self.best_s / np.nanmin(self.best_s) - 1.0)
        gap = np.minimum(gap, _GAP_CAP)
        relative: Floats = gap - np.nanmedian(gap)
        return relative


def practice_pace(sessions: Sequence[SessionRecord], drivers: Sequence[str]) -> Floats:
    """Give each driver's practice pace, as a gap to the middle of the field.

    Parameters
    ----------
    sessions : sequence of SessionRecord
        Practice sessions of one event.
    drivers : sequence of str, length D

    Returns
    -------
    float64[D], % of the lap time
        Negative is faster; NaN for a driver without a lap. Half of it is the mean over
        sessions, half the best lap of the weekend.
    """
    found = [_read(session, drivers) for session in sessions]
    found = [one for one in found if np.isfinite(one.best_s).sum() >= _FEWEST_CARS]
    if not found:
        return np.full(len(drivers), np.nan)
    gaps = np.stack([one.gap() for one in found])
    weight = np.array([one.weight for one in found])[:, None] * np.isfinite(gaps)
    total = weight.sum(axis=0)
    mean = np.nansum(gaps * weight, axis=0) / np.where(total > 0.0, total, np.nan)
    best = _Session(np.fmin.reduce([one.best_s for one in found]), 1.0).gap()
    pace: Floats = (1.0 - _SHARE_OF_BEST) * mean + _SHARE_OF_BEST * best
    return pace


def _read(session: SessionRecord, drivers: Sequence[str]) -> _Session:
    best = {row.driver.driver_id: row.best_s for row in session.results if row.best_s}
    laps = np.array([best.get(driver, np.nan) for driver in drivers], dtype=np.float64)
    return _Session(laps, _WEIGHT[session.kind])
