"""What the filter expects of a race by itself: mean log-strengths, their spread, the hazard.

Forecasts draw weekends; features need one number per car, the same in every process and however
many cars there are. So where the grid is not known yet, its logarithm is expected over each
car's own pace, and what the others do over theirs, by Gaussian quadrature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.earned_slot import qualified
from predictor.bayes.online import FilterConfig, Outlook, expected_practice
from predictor.bayes.strength import covariates
from predictor.features.weekend import Weekend

__all__ = ["Expectation", "expected", "normal_cdf"]

Floats = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_FRONT_STEPS = 81  # points at which the distribution of the fastest lap is integrated


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is believed of D cars before a race.

    Attributes
    ----------
    strength : float64[D]
        Mean log-strength with all that the weekend has shown; the mean of the field is 0.
    strength_sd : float64[D]
        Of the distance from the mean of the field.
    skill : float64[D]
        Driver and team alone, without the weekend; the mean of the field is 0.
    pace, pace_sd : float64[D], %
        Over one lap, from the middle of the field; less is faster.
    hazard : float64[D]
        Probability of a retirement.
    """

    strength: Floats
    strength_sd: Floats
    skill: Floats
    pace: Floats
    pace_sd: Floats
    hazard: Floats


def expected(outlook: Outlook, weekend: Weekend, config: FilterConfig) -> Expectation:
    """Give what the filter's outlook comes to, car by car."""
    n_drivers = len(weekend.driver_ids)
    centre = np.eye(n_drivers) - 1.0 / max(n_drivers, 1)
    pace_var = np.diag(centre @ outlook.gap_cov @ centre)
    if np.isfinite(weekend.grid).all():
        grid = weekend.grid
        gap, earned = qualified(
            grid, weekend.qualifying_gap, outlook.predicted_gap, config.strength
        )
    else:
        noise = outlook.team_weekend_sd**2 + config.qualifying.noise_sd**2
        noise *= config.qualifying.drawn_noise**2  # as a forecast draws it
        lap_sd = np.sqrt(np.maximum(pace_var, 0.0) + noise)
        grid, gap = _expected_qualifying(outlook.gap_mean, lap_sd)
        earned = grid
    x = covariates(
        grid,
        earned,
        gap,
        outlook.predicted_gap,
        expected_practice(weekend, outlook.gap_mean),
        weekend.sprint_place,
        outlook.race_form,
        stickiness=outlook.stickiness,
        config=config.strength,
    )
    design = np.concatenate([np.eye(n_drivers), x], axis=1)
    strength = design @ outlook.strength_mean
    spread = centre @ design @ outlook.strength_cov @ design.T @ centre
    skill = outlook.strength_mean[:n_drivers]
    return Expectation(
        strength=strength - strength.mean(),
        strength_sd=np.sqrt(np.maximum(np.diag(spread), 0.0)),
        skill=skill - skill.mean(),
        pace=outlook.gap_mean - np.median(outlook.gap_mean),
        pace_sd=np.sqrt(np.maximum(pace_var, 0.0)),
        hazard=outlook.hazard,
    )


def _expected_qualifying(mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Expect a grid that is not known yet, the laps independent of each other.

    Parameters
    ----------
    mean, sd : float64[D], %
        Of each car's lap.

    Returns
    -------
    grid : float64[D]
        The slot whose logarithm is the expected one.
    gap : float64[D], %
        To the fastest lap.
    """
    lap = mean[:, None] + sd[:, None] * _NODES  # [D, nodes]
    in_front = normal_cdf((lap[:, :, None] - mean) / sd)  # [D, nodes, D]
    place = 1.0 + in_front.sum(axis=2) - normal_cdf(_NODES)
    grid = np.exp(np.log(place + 0.5) @ _WEIGHTS) - 0.5
    # E[min] is the lower end plus the integral of the chance that nobody is that fast yet.
    low, high = float((mean - 4.0 * sd).min()), float((mean + 4.0 * sd).min())
    at = np.linspace(low, high, _FRONT_STEPS)
    slower = np.prod(1.0 - normal_cdf((at[:, None] - mean) / sd), axis=1)
    fastest = low + float(np.trapezoid(slower, at))
    return grid, np.maximum(mean - fastest, 0.0)


def normal_cdf(z: Floats) -> Floats:
    """Give the normal distribution function to 1e-7.

    Source: Abramowitz and Stegun (1964), 7.1.26. NumPy has no error function.
    """
    x = np.abs(z) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * x)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    tail = 0.5 * series * np.exp(-x * x)
    beyond: Floats = np.where(z < 0.0, tail, 1.0 - tail)
    return beyond
