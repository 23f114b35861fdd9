"""Calibration: whether things happen as often as forecasts say, and intervals hold enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.scores import SMALLEST_PROBABILITY

__all__ = [
    "TENTHS",
    "Bin",
    "calibration_error",
    "consistency_band",
    "interval_coverage",
    "reliability",
    "win_power",
]

Floats = NDArray[np.float64]

TENTHS = tuple(i / 10 for i in range(11))
_STEEPEST = 10.0  # no power is looked for beyond it


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same probability, and how often they came true.

    Attributes
    ----------
    lower, upper : float
        The bin holds ``lower <= p < upper``; the last one also p = 1.
    count : int
    mean_forecast, frequency : float or None
        None where the bin is empty.
    """

    lower: float
    upper: float
    count: int
    mean_forecast: float | None
    frequency: float | None


def reliability(
    p: Floats, happened: NDArray[np.bool_], edges: Sequence[float] = TENTHS
) -> tuple[Bin, ...]:
    """Sort forecasts into bins of their probability.

    Parameters
    ----------
    p : float64[n]
        Probabilities, of all drivers of all races together.
    happened : bool[n]
    edges : sequence of float
        From 0 to 1, rising.
    """
    # By comparison with the printed edges: p * 10 would put a rounded 0.3 to either side.
    where = np.searchsorted(edges[1:-1], p, side="right")
    found = []
    for i, (lower, upper) in enumerate(pairwise(edges)):
        inside = where == i
        count = int(inside.sum())
        found.append(
            Bin(
                lower,
                upper,
                count,
                float(p[inside].mean()) if count else None,
                float(happened[inside].mean()) if count else None,
            )
        )
    return tuple(found)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Give the expected calibration error (ECE): mean over forecasts of their bin's gap.

    Raises
    ------
    ZeroDivisionError
        If there is no forecast at all.
    """
    gaps = [
        one.count * abs(one.mean_forecast - one.frequency)
        for one in bins
        if one.mean_forecast is not None and one.frequency is not None
    ]
    return sum(gaps) / sum(one.count for one in bins)


def consistency_band(count: int, p: float, share: float = 0.9) -> tuple[float, float]:
    """Give between which observed shares a bin would lie if its forecasts were true.

    Central quantiles of a binomial distribution over ``count``. Drivers of one race
    are not independent (one of them wins), so the band is a guide, not a test.

    Parameters
    ----------
    count : int
        Independent forecasts in the bin, > 0.
    p : float
        Their mean probability.
    share : float
        Of the distribution that the band holds at least.

    Source
    ------
    Bröcker and Smith, "Increasing the reliability of reliability diagrams", Weather and
    Forecasting 22 (2007): bars about what is forecast, not about what was seen.
    """
    if not 0.0 < p < 1.0:
        return p, p
    k = np.arange(count + 1)
    log_factorial = np.array([math.lgamma(i + 1.0) for i in range(count + 1)])
    ways = log_factorial[-1] - log_factorial - log_factorial[::-1]
    mass = np.exp(ways + k * math.log(p) + (count - k) * math.log1p(-p))
    cumulated = np.cumsum(mass)
    tail = (1.0 - share) / 2.0
    low, high = (int(np.searchsorted(cumulated, q)) for q in (tail, 1.0 - tail))
    return low / count, min(high, count) / count


def interval_coverage(p_position: Floats, share: float) -> Floats:
    """Give how much of each driver's finishing position a central interval covers.

    Positions are whole numbers, so no set of them holds exactly half of the probability. With
    F the forecast's cumulated probability, a driver who came x-th is spread evenly over
    F(x - 1) to F(x) (the randomised probability integral transform), and what is given is the
    chance that he then lies between (1 - share) / 2 and (1 + share) / 2: its mean over the
    random number, so that nothing is random here. Under a true forecast it averages ``share``.

    Parameters
    ----------
    p_position : float64[D, D]
        Row i is the driver who came i-th; column k the probability of position k + 1.
    share : float
        0.5, 0.8, 0.9.

    Returns
    -------
    float64[D], between 0 and 1

    Source
    ------
    Czado, Gneiting and Held, "Predictive model assessment for count data", Biometrics 65
    (2009): the nonrandomised transform.
    """
    n = len(p_position)
    upper = np.cumsum(p_position, axis=1)
    # Published probabilities are rounded, so a row may miss one by a few times 1e-5.
    high = np.diagonal(upper) / upper[:, -1]
    low = np.concatenate([[0.0], upper[np.arange(1, n), np.arange(n - 1)] / upper[1:, -1]])
    tail = (1.0 - share) / 2.0
    width = high - low
    inside = np.minimum(high, 1.0 - tail) - np.maximum(low, tail)
    at_point = (tail <= high) & (high <= 1.0 - tail)  # a position that was held impossible
    spread = np.clip(inside, 0.0, None) / np.where(width > 0.0, width, 1.0)
    return np.where(width > 0.0, spread, at_point.astype(np.float64))


def win_power(p_win: Sequence[Floats]) -> tuple[float | None, float | None]:
    """Return the power of the win probabilities that fits the winners best, and its error.

    With it p becomes p^power, scaled to sum to one. Above 1 the forecasts were too flat, below
    it too bold: the slope of calibration.

    Parameters
    ----------
    p_win : sequence of float64[D]
        Of one race each, the winner first; raised to `SMALLEST_PROBABILITY` as in the log loss.

    Returns
    -------
    (float or None, float or None)
        Maximum of the likelihood, and the inverse root of its curvature there. None, None where
        races do not tell one: too few, or the favourite won them all.

    Source
    ------
    Cox, "Two further applications of a model for binary regression", Biometrika 45 (1958), for
    one of many.
    """
    logs = [np.log(np.maximum(p, SMALLEST_PROBABILITY)) for p in p_win]
    low, high = -_STEEPEST, _STEEPEST
    if not _slope(logs, low)[0] > 0.0 > _slope(logs, high)[0]:
        return None, None
    while high - low > 1e-9:  # the likelihood is concave: halving cannot miss its top
        middle = (low + high) / 2.0
        low, high = (middle, high) if _slope(logs, middle)[0] > 0.0 else (low, middle)
    return high, _slope(logs, high)[1] ** -0.5


def _slope(logs: Sequence[Floats], power: float) -> tuple[float, float]:
    """Give the slope of the log-likelihood at a power, and its curvature with the sign turned."""
    slope = curvature = 0.0
    for log_p in logs:
        p = np.exp(power * (log_p - log_p.max()))
        p /= p.sum()
        mean = float(p @ log_p)
        slope += float(log_p[0]) - mean
        curvature += float(p @ (log_p - mean) ** 2)
    return slope, curvature
