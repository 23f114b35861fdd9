"""Where a car would start by its pace: what a grid penalty or a spoilt lap hides of it.

A slot says how fast a car is where it was driven for. A car that was moved back, or whose lap
was lost to a crash, to rain or to a flag, stands behind what it earned; the race is then one of
cars to pass, and not of pace. See docs/decisions for what was tried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.strength import StrengthConfig

__all__ = ["qualified"]

Floats = NDArray[np.float64]


def qualified(
    grid: Floats, gap: Floats, predicted_gap: Floats, config: StrengthConfig
) -> tuple[Floats, Floats]:
    """Return qualifying gaps as far as they are believed to be pace, and the slots they earn.

    How much slower than predicted a car was, beside the middle of the field, counts up to
    ``config.gap_surprise``; without a time it counts as that much. A car earned the slot that
    it has, or where that is further behind the rank of its gap than ``config.earned_places``,
    the slot so many places behind its rank.

    Parameters
    ----------
    grid : float64[D]
        Slots 1..D.
    gap : float64[D], %
        NaN without a time. Where nobody has one, all count as ``config.gap_cap``, and every
        slot is earned.
    predicted_gap : float64[D], %
        Before the weekend, relative to anything.

    Returns
    -------
    gap : float64[D], %
    earned : float64[D]
        Never behind ``grid``.
    """
    timed = np.isfinite(gap)
    if not timed.any():
        return np.full(len(gap), config.gap_cap), grid
    level = np.median((gap - predicted_gap)[timed])
    slowest: Floats = predicted_gap + level + config.gap_surprise
    believed = np.where(timed, np.minimum(gap, slowest), slowest)
    rank = np.empty(len(grid))
    rank[np.lexsort((grid, believed))] = np.arange(1.0, len(grid) + 1.0)
    return believed, np.minimum(grid, rank + config.earned_places)
