"""What the filter itself says of a race, as a mixture of a calm race and an eventful one.

This is the forecast that every model starts from, and adds to what it has learnt. In an eventful
race strengths count for less and more cars retire; which of the two a race will be is not known
before it, so upsets are likelier than one Plackett-Luce order of fixed strengths allows. What is
expected before qualifying is less certain than it looks, so each horizon has its own constants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictor.learn.finishes import Finishes, logistic, logit
from predictor.learn.orders import OrderForecast, position_matrix
from predictor.vocabulary import Horizon

if TYPE_CHECKING:
    from predictor.learn.examples import RaceExample

__all__ = [
    "HORIZONS",
    "PLAIN",
    "RaceMixture",
    "fit_race_mixture",
    "mixture_forecast",
]

Floats = NDArray[np.float64]

HORIZONS = tuple(Horizon)
_STEPS, _SETTLED = 500, 1e-7
# What is believed before any race: scale of strength of a calm and an eventful race; scale and
# two shifts of retirement odds; each with its sd. Judged, not fitted; 200 races outweigh it.
_SCALE, _SCALE_SD = (1.1, 0.6), 0.25
_ODDS, _ODDS_SD = (1.0, -0.1, 0.2), 0.25
_RACES = (6.0, 2.0)  # calm and eventful ones, that the share's prior counts for


@dataclass(frozen=True, slots=True)
class RaceMixture:
    """Constants of the mixture, one per horizon in the order a, b, c.

    Attributes
    ----------
    calm, eventful : tuple of float
        Times the log-strength in a race of that kind.
    share : tuple of float
        Logit of the probability that a race is eventful.
    odds : tuple of float
        Times the logit of the filter's retirement odds.
    calm_shift, eventful_shift : tuple of float
        Added to that.
    """

    calm: tuple[float, ...]
    eventful: tuple[float, ...]
    share: tuple[float, ...]
    odds: tuple[float, ...]
    calm_shift: tuple[float, ...]
    eventful_shift: tuple[float, ...]

    def at(self, horizon: Horizon) -> tuple[float, ...]:
        """Give the six constants of a horizon."""
        place = HORIZONS.index(horizon)
        return tuple(getattr(self, one.name)[place] for one in fields(self))

    def as_settings(self) -> dict[str, list[float]]:
        """Give the same as plain values."""
        return {one.name: list(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> RaceMixture:
        """Rebuild it from plain values; KeyError, TypeError or ValueError if they are wrong."""
        rows = [tuple(map(float, settings[one.name])) for one in fields(cls)]
        if any(len(row) != len(HORIZONS) or not np.isfinite(row).all() for row in rows):
            raise ValueError("constants of the mixture")
        return cls(*rows)


PLAIN = RaceMixture((1.0,) * 3, (1.0,) * 3, (0.0,) * 3, (1.0,) * 3, (0.0,) * 3, (0.0,) * 3)
"""Both races alike: the filter's own plain forecast."""


def mixture_forecast(
    mixture: RaceMixture,
    horizon: Horizon,
    base_strength: Floats,
    base_hazard: Floats,
    *,
    strength: Floats | float = 0.0,
    odds: Floats | float = 0.0,
    share: float = 0.0,
) -> OrderForecast:
    """Give the forecast of a race.

    Parameters
    ----------
    base_strength, base_hazard : float64[D]
        Of the filter.
    strength : float64[D]
        What a model adds to the strengths.
    odds : float64[D]
        To the logit of the retirement odds.
    share : float
        To the logit of the probability that the race is eventful.
    """
    calm, eventful, usual, scale, calm_shift, eventful_shift = mixture.at(horizon)
    eta = base_strength + strength
    out = scale * logit(base_hazard) + odds
    p_eventful = float(1.0 / (1.0 + np.exp(-(usual + share))))
    weights = (1.0 - p_eventful, p_eventful)
    p_retire = (logistic(out + calm_shift), logistic(out + eventful_shift))
    matrices = [
        weight * position_matrix(tau * eta, p)
        for weight, tau, p in zip(weights, (calm, eventful), p_retire, strict=True)
    ]
    return OrderForecast(
        log_strength=eta,
        p_retire=weights[0] * p_retire[0] + weights[1] * p_retire[1],
        p_position=matrices[0] + matrices[1],
    )


def fit_race_mixture(examples: Sequence[RaceExample]) -> RaceMixture:
    """Fit the constants to results, by penalised maximum likelihood (EM).

    Without a race at some horizon its constants are what is believed before any.
    """
    rows = [_fit([e for e in examples if e.table.horizon is horizon]) for horizon in HORIZONS]
    return RaceMixture(*zip(*rows, strict=True))


def _fit(examples: Sequence[RaceExample]) -> tuple[float, ...]:
    """Give the six constants of one horizon in the order of `RaceMixture`."""
    scale, odds, p_eventful = np.array(_SCALE), np.array(_ODDS), _RACES[1] / sum(_RACES)
    races = Finishes(examples)
    for _ in range(_STEPS if examples else 0):
        before = np.array([*scale, *odds, p_eventful])
        likelihood = [
            races.order_by_scale(scale[k])[0]
            + races.retirements(odds[0] * races.logit + odds[1 + k])[0]
            for k in (0, 1)
        ]
        ahead = likelihood[1] - likelihood[0] + np.log(p_eventful / (1.0 - p_eventful))
        eventful = logistic(ahead)  # [N], what the result tells of the kind of race
        p_eventful = (eventful.sum() + _RACES[1]) / (len(eventful) + sum(_RACES))
        for k, weight in enumerate((1.0 - eventful, eventful)):
            _, slope, bend = races.order_by_scale(scale[k])
            slope_k = weight @ slope - (scale[k] - _SCALE[k]) / _SCALE_SD**2
            scale[k] = max(scale[k] + slope_k / (weight @ bend + _SCALE_SD**-2), 0.05)
        odds = _next_odds(races, odds, eventful)
        if np.abs(np.array([*scale, *odds, p_eventful]) - before).max() < _SETTLED:
            break
    share = np.log(p_eventful / (1.0 - p_eventful))
    return tuple(round(float(one), 5) for one in (*scale, share, *odds))


def _next_odds(races: Finishes, odds: Floats, eventful: Floats) -> Floats:
    """Take one Newton step of scale and shifts of the retirement odds."""
    car = (races.running | races.out).astype(np.float64)
    slope = -(odds - np.array(_ODDS)) / _ODDS_SD**2
    bend = np.eye(3) / _ODDS_SD**2
    for k, weight in enumerate((1.0 - eventful, eventful)):
        p = logistic(odds[0] * races.logit + odds[1 + k])
        miss = weight[:, None] * car * (races.out - p)
        curve = weight[:, None] * car * p * (1.0 - p)
        slope += np.array([np.sum(miss * races.logit), *(np.sum(miss) * (k == j) for j in (0, 1))])
        cross = np.sum(curve * races.logit)
        bend[0, 0] += np.sum(curve * races.logit**2)
        bend[0, 1 + k] += cross
        bend[1 + k, 0] += cross
        bend[1 + k, 1 + k] += np.sum(curve)
    return odds + np.linalg.solve(bend, slope)
