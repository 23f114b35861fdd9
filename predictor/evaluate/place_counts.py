"""Counts of finishing places by a place before the race, and the odds that they give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["no_counts", "place_odds"]

Floats = NDArray[np.float64]

_PLACES = 40  # the largest field the tables have room for
_PRIOR_RACES = 8.0  # what the prior counts for beside the races that were seen
_PRIOR_SPREAD = 4.0  # places: the prior falls by e for each four between place and finish
_ROUNDS = 50  # of scaling; the sums are one to rounding long before


def no_counts() -> Floats:
    """Return counts of no race, float64[40, 40]: row place before, column place at the flag."""
    return np.zeros((_PLACES, _PLACES))


def place_odds(counts: Floats, n_drivers: int) -> Floats:
    """Return the odds of finishing places by place before the race, float64[D, D].

    Parameters
    ----------
    counts : float64[40, 40]
    n_drivers : int
        Size of the field, D.
    """
    at = np.arange(n_drivers)
    prior = np.exp(-np.abs(at[:, None] - at) / _PRIOR_SPREAD)
    prior /= prior.sum(axis=1, keepdims=True)
    table: Floats = counts[:n_drivers, :n_drivers] + _PRIOR_RACES * prior
    for _ in range(_ROUNDS):  # each position is taken once: scale until all sums are one
        table = table / table.sum(axis=0)
        table = table / table.sum(axis=1, keepdims=True)
    return table
