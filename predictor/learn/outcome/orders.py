"""Distributions over finishing orders: exact place probabilities, and their loss on a result.

Classified cars finish in a reverse Plackett-Luce order: car j's clock is exponential with rate
``exp(-eta_j)``, and the first clock to ring gets the last place. Retired cars stand behind in
random order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.features.weekend import RaceOutcome

__all__ = [
    "OrderForecast",
    "place_log_loss",
    "position_matrix",
]

Floats = NDArray[np.float64]

_STEP = 0.125  # of the quadrature in the logarithm of time, see `_nodes`
_LEFT, _RIGHT = -3.75, 3.75  # how far it reaches before the first and after the last car
_LARGEST_STRENGTH = 30.0  # beyond it one car's rate drowns in another's last digit
SMALLEST_PLACE = 1e-4  # as `evaluate.scores`: a log loss looks no deeper than this


@dataclass(frozen=True, slots=True)
class OrderForecast:
    """A model's forecast of one race, drivers in the order of its table.

    Attributes
    ----------
    log_strength : float64[D]
        Of the reverse Plackett-Luce order; only differences count.
    p_retire : float64[D]
        That the car is not classified.
    p_position : float64[D, D]
        Rows drivers, columns places.
    """

    log_strength: Floats
    p_retire: Floats
    p_position: Floats


def position_matrix(log_strength: Floats, p_retire: Floats) -> Floats:
    """Give the probability of every place for every car, exactly.

    A classified car that rings at time t is behind those who ring later, so its place is one
    more than the number of others still running at t: a sum of independent coins (a
    Poisson-binomial variable), integrated over t by a quadrature that is exact to rounding.

    Parameters
    ----------
    log_strength : float64[D]
        Finite, no further apart than 30.
    p_retire : float64[D], 0 to 1

    Returns
    -------
    float64[D, D]
        Rows drivers, columns places 1 to D; every row and column sums to one within 1e-12.

    Raises
    ------
    F1Error
        If a strength is not finite or a probability is none.

    Source
    ------
    Caron and Teh, "Bayesian nonparametric models for ranked data", NIPS 2012: the clocks. Mori
    and Sugihara, J. Comput. Appl. Math. 127 (2001): quadrature for exponential decay.
    """
    _check(log_strength, p_retire)
    rate = np.exp(-(log_strength - log_strength.mean()))
    time, weight = _nodes(rate)
    running = (1.0 - p_retire) * np.exp(-time[:, None] * rate)  # [Q, D]: classified, not rung
    others = _without_each(_number_of_heads(running), running)  # [Q, D, D]
    rings = weight[:, None] * (1.0 - p_retire) * rate * np.exp(-time[:, None] * rate)
    classified: Floats = np.einsum("qd,qdk->dk", rings, others)
    return classified + _retired_places(p_retire)


def _nodes(rate: Floats) -> tuple[Floats, Floats]:
    """Give nodes and weights of a quadrature over time.

    With t = exp(y - exp(-y)) / rate both tails fall off double-exponentially, and the trapezoidal
    rule in y converges faster than any power of its step. At 1/8 it is exact to 1e-14.
    """
    spread = np.log(rate.max() / rate.min())
    y = np.arange(_LEFT, _RIGHT + spread + _STEP, _STEP)
    time = np.exp(y - np.exp(-y)) / rate.max()
    return time, _STEP * (1.0 + np.exp(-y)) * time


def _number_of_heads(p: Floats) -> Floats:
    """Give the distribution of how many of D coins show heads.

    Parameters
    ----------
    p : float64[..., D]

    Returns
    -------
    float64[..., D + 1]
    """
    n = p.shape[-1]
    found = np.zeros((*p.shape[:-1], n + 1))
    found[..., 0] = 1.0
    for j in range(n):
        heads = p[..., j, None]
        found[..., 1 : j + 2] = found[..., 1 : j + 2] * (1.0 - heads) + found[..., : j + 1] * heads
        found[..., 0] *= 1.0 - heads[..., 0]
    return found


def _without_each(total: Floats, p: Floats) -> Floats:
    """Take one coin out of the number of heads, each in turn.

    Parameters
    ----------
    total : float64[..., D + 1]
        Of all coins.
    p : float64[..., D]

    Returns
    -------
    float64[..., D, D]
        Before the last axis the coin that is left out; in it the number of heads, 0 to D - 1.
    """
    n = p.shape[-1]
    tails = 1.0 - p
    # Divided from the end where errors shrink: from no heads if tails are likelier, else from all.
    low = p <= 0.5
    by_tails, by_heads = np.where(low, tails, 1.0), np.where(low, 1.0, p)
    up, down = np.empty((*p.shape, n)), np.empty((*p.shape, n))
    up[..., 0] = total[..., None, 0] / by_tails
    down[..., n - 1] = total[..., None, n] / by_heads
    up_ratio, down_ratio = np.where(low, p, 0.0) / by_tails, np.where(low, 0.0, tails) / by_heads
    for k in range(1, n):
        up[..., k] = total[..., None, k] / by_tails - up_ratio * up[..., k - 1]
        m = n - 1 - k
        down[..., m] = total[..., None, m + 1] / by_heads - down_ratio * down[..., m + 1]
    return np.maximum(np.where(low[..., None], up, down), 0.0)


def _retired_places(p_retire: Floats) -> Floats:
    """Give P(retired and in a place): with m others out, any of the last m + 1 places alike."""
    n = len(p_retire)
    others = _without_each(_number_of_heads(p_retire), p_retire)  # [D, D]: m others are out
    share = others / np.arange(1, n + 1)
    # The place n - k (from 0: k from the back) is open to who has at least k others out.
    return p_retire[:, None] * np.cumsum(share[:, ::-1], axis=1)


def place_log_loss(p_position: Floats, outcome: RaceOutcome) -> float:
    """Give the mean over starters of -log P(own place).

    Parameters
    ----------
    p_position : float64[D, D]
        Rows in the order of the outcome's drivers; nothing below 1e-4 counts.
    """
    own = p_position[list(outcome.ranking), range(len(outcome.ranking))]
    return float(-np.mean(np.log(np.maximum(own, SMALLEST_PLACE))))


def _check(log_strength: Floats, p_retire: Floats) -> None:
    if log_strength.shape != p_retire.shape or log_strength.ndim != 1 or not len(log_strength):
        raise F1Error(
            "strengths and retirement odds do not fit together",
            got=f"{log_strength.shape} and {p_retire.shape}",
            expected="one of each per car, one car at least",
        )
    if not np.isfinite(log_strength).all() or np.ptp(log_strength) > _LARGEST_STRENGTH:
        raise F1Error(
            "strength out of range",
            got=f"{log_strength.min()} to {log_strength.max()}",
            expected=f"finite, no further apart than {_LARGEST_STRENGTH:g}",
            do="do not use this model; train it anew",
        )
    if not ((p_retire >= 0.0) & (p_retire <= 1.0)).all():
        raise F1Error(
            "retirement odds out of range",
            got=f"{p_retire.min()} to {p_retire.max()}",
            expected="0 to 1",
            do="do not use this model; train it anew",
        )
