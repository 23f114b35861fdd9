"""The one judge of level: a difference below the simulation's own noise is none.

Noise is two standard errors of the difference. It tells how much a repetition of the simulation
would move a number, not how wrong the model can be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import UNSET

from predictor.published.event_types import Event, Sprint

__all__ = [
    "STANDARD_ERRORS",
    "between",
    "between_runs",
    "error_of_mean",
    "error_of_place",
    "has_moved",
    "is_level",
    "is_within",
    "leaders",
    "margin_90",
    "sims_of",
    "spread_of",
]

STANDARD_ERRORS = 2.0
_90 = 1.6449  # standard errors on either side that 9 in 10 repetitions stay within


def sims_of(event: Event | Sprint, fallback: int = 0) -> int:
    """Return how many simulated races one chance of an event rests on; 0 without a forecast.

    Scenarios share their random numbers, so races of several kinds count as often as one kind.

    Parameters
    ----------
    event : Event or Sprint
    fallback : int
        For a sprint, which tells no number of its own.
    """
    if isinstance(event, Sprint) or event.metadata.n_simulations is UNSET:
        return fallback
    return event.metadata.n_simulations


def between(first: float, second: float, n_sims: int) -> float:
    """Return the noise of the difference of two chances of which one at most comes true.

    Parameters
    ----------
    first, second : float
        Chances counted in the same simulations: of two winners, of two champions.
    n_sims : int

    Returns
    -------
    float
        Two standard errors; infinite without simulations.
    """
    if n_sims < 1:
        return math.inf
    # Of counts of one multinomial: var(a - b) = (a + b - (a - b)^2) / n.
    variance = max(0.0, first + second - (first - second) ** 2)
    return STANDARD_ERRORS * math.sqrt(variance / n_sims)


def between_runs(before: float, now: float, n_before: int, n_now: int) -> float:
    """Return the noise of the difference of one chance in two runs.

    Runs that share random numbers differ by less: this is the most it can be.
    """
    if n_before < 1 or n_now < 1:
        return math.inf
    variance = before * (1 - before) / n_before + now * (1 - now) / n_now
    return STANDARD_ERRORS * math.sqrt(variance)


def is_level(first: float, second: float, n_sims: int) -> bool:
    """Return whether two chances of one race or title are level."""
    return abs(first - second) <= between(first, second, n_sims)


def has_moved(before: float, now: float, n_before: int, n_now: int) -> bool:
    """Return whether a chance differs between two runs by more than their noise."""
    return abs(now - before) > between_runs(before, now, n_before, n_now)


def leaders(chances: Sequence[float], n_sims: int) -> int:
    """Return how many of these, the largest first, are level with the largest."""
    if not chances:
        return 0
    return 1 + sum(is_level(chances[0], chance, n_sims) for chance in chances[1:])


def margin_90(p: float, n_sims: int) -> float:
    """Return within how much of a chance 9 in 10 repetitions of the simulation would stay."""
    return _90 * math.sqrt(p * (1 - p) / n_sims) if n_sims > 0 else math.inf


def spread_of(p05: float, p95: float) -> float:
    """Return the standard deviation of what lies 9 times in 10 between two bounds, as if normal."""
    return (p95 - p05) / (2.0 * _90)


def error_of_mean(spread: float, n_sims: int) -> float:
    """Return the standard error of a mean over simulations that are spread so far."""
    return spread / math.sqrt(n_sims) if n_sims > 0 else math.inf


def error_of_place(p_position: Sequence[float], n_sims: int) -> float:
    """Return the standard error of an expected place, from the chances of each."""
    mean = sum(place * p for place, p in enumerate(p_position, start=1))
    square = sum(place * place * p for place, p in enumerate(p_position, start=1))
    return error_of_mean(math.sqrt(max(0.0, square - mean * mean)), n_sims)


def is_within(difference: float, *errors: float) -> bool:
    """Return whether the difference of two means is within its noise.

    How the two go together is not known: their errors are added, the most that it can be.
    """
    return abs(difference) <= STANDARD_ERRORS * sum(errors)
