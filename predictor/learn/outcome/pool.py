"""Pool two forecasts of one race on the log scale, so that every place is still taken once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error

__all__ = ["SMALLEST_CELL", "doubly_stochastic", "pooled"]

Floats = NDArray[np.float64]

# A cell that no simulated race has hit is unlikely, not impossible: one in a million.
SMALLEST_CELL = 1e-6
_SWEEPS = 16  # of plain scaling, before Newton's steps
_NEWTON_STEPS = 50
_CLOSE = 1e-14  # of a sum from one; below it rounding decides
_GOOD = 1e-12  # what is promised


def pooled(p: Floats, p_ml: Floats, weight: float) -> Floats:
    """Give the log-linear pool of two forecasts.

    Parameters
    ----------
    p, p_ml : float64[D, D]
        Probabilities; rows drivers, columns places.
    weight : float, 0 to 1
        Of ``p_ml``. At 0 the pool is ``p`` itself, to the bit.

    Returns
    -------
    float64[D, D]
        ``p**(1 - weight) * p_ml**weight``, scaled so that every row and every column sums to
        one within 1e-12.

    Raises
    ------
    F1Error
        If the two are not square tables of one size, hold anything but probabilities, or if the
        weight is not between 0 and 1.

    Source
    ------
    Genest and Zidek, "Combining probability distributions", Statistical Science 1 (1986): the
    logarithmic pool. Sinkhorn, Annals of Mathematical Statistics 35 (1964): the scaling.
    """
    _check(p, p_ml, weight)
    if weight == 0.0:
        return p
    log_p, log_ml = (np.log(np.maximum(one, SMALLEST_CELL)) for one in (p, p_ml))
    return doubly_stochastic((1.0 - weight) * log_p + weight * log_ml)


def doubly_stochastic(log_p: Floats) -> Floats:
    """Scale rows and columns of a positive table until all of them sum to one.

    Parameters
    ----------
    log_p : float64[D, D]
        Logarithms of the table, finite.

    Returns
    -------
    float64[D, D]
        ``exp(log_p + u[:, None] + v)``; sums of rows and columns are within 1e-12 of one.

    Notes
    -----
    Plain scaling alone needs thousands of sweeps where two groups of cars hardly mix; Newton's
    steps on the convex function whose minimum it is need a dozen.
    """
    n = len(log_p)
    u, v = np.zeros(n), np.zeros(n)
    for _ in range(_SWEEPS):
        u = -_log_sum(log_p + v, axis=1)
        v = -_log_sum(log_p + u[:, None], axis=0)
    height = _height(log_p, u, v)
    for _ in range(_NEWTON_STEPS):
        table = np.exp(log_p + u[:, None] + v)
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        if max(np.abs(rows - 1.0).max(), np.abs(columns - 1.0).max()) < _CLOSE:
            break
        step = _newton_step(table, rows, columns)
        for share in (1.0, 0.5, 0.25, 0.125, 0.0625):
            tried = (u + share * step[:n], v + share * step[n:])
            reached = _height(log_p, *tried)
            if reached <= height + _CLOSE * n:
                break
        (u, v), height = tried, reached
        v = -_log_sum(log_p + u[:, None], axis=0)  # columns exactly, rows are nearly there
    table = np.exp(log_p + u[:, None] + v)
    off = max(np.abs(table.sum(axis=axis) - 1.0).max() for axis in (0, 1))
    if not off < _GOOD:
        raise F1Error(
            "two forecasts cannot be pooled",
            got=f"sums {off:.1e} away from one",
            expected=f"less than {_GOOD:.0e}",
            do="forecast without the ML layer",
        )
    return table


def _newton_step(table: Floats, rows: Floats, columns: Floats) -> Floats:
    """Give the step of the 2 D logarithms; adding to u what v loses changes nothing."""
    n = len(table)
    hessian = np.zeros((2 * n, 2 * n))
    hessian[range(n), range(n)] = rows
    hessian[range(n, 2 * n), range(n, 2 * n)] = columns
    hessian[:n, n:] = table
    hessian[n:, :n] = table.T
    flat = np.concatenate([np.ones(n), -np.ones(n)])  # the direction without curvature
    hessian += np.outer(flat, flat) / n
    return np.linalg.solve(hessian, np.concatenate([1.0 - rows, 1.0 - columns]))


def _height(log_p: Floats, u: Floats, v: Floats) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(log_p + u[:, None] + v).sum() - u.sum() - v.sum())


def _log_sum(values: Floats, axis: int) -> Floats:
    highest = values.max(axis=axis, keepdims=True)
    total: Floats = np.log(np.exp(values - highest).sum(axis=axis)) + highest.squeeze(axis)
    return total


def _check(p: Floats, p_ml: Floats, weight: float) -> None:
    shapes = (np.shape(p), np.shape(p_ml))
    if shapes[0] != shapes[1] or len(shapes[0]) != 2 or shapes[0][0] != shapes[0][1]:
        raise F1Error(
            "two forecasts of one race do not fit together",
            got=f"tables of {shapes[0]} and {shapes[1]}",
            expected="one row and one column per driver in both",
        )
    for name, table in (("p", p), ("p_ml", p_ml)):
        if not (np.isfinite(table).all() and (table >= 0.0).all() and (table <= 1.0 + 1e-9).all()):
            raise F1Error(
                "a forecast to be pooled holds a number that is no probability",
                where=name,
                got=f"{table[~((table >= 0.0) & (table <= 1.0 + 1e-9))][0]}",
                expected="0 to 1",
            )
    if not 0.0 <= weight <= 1.0:
        raise F1Error("weight of a pool out of range", got=f"{weight}", expected="0 to 1")
