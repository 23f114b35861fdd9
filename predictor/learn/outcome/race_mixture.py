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

from predictor.learn.outcome.finishes import Finishes, logistic, logit
from predictor.learn.outcome.orders import OrderForecast, position_matrix
from predictor.vocabulary import Horizon

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample

__all__ = [
    "HORIZONS",
    "PLAIN",
    "RaceMixture",
    "fit_race_mixture",
    "mixture_forecast",
]

Floats = NDArray[np.float64]

HORIZONS = tuple(Horizon)
# What is believed of the six constants before any race, each with its sd, and how many calm and
# eventful races that the share's prior counts for. Judged, not fitted; 200 races outweigh it.
_START = np.array([1.1, 0.6, -1.1, 1.0, -0.1, 0.2])
_SD = np.array([0.25, 0.25, np.inf, 0.25, 0.25, 0.25])
_RACES = np.array([6.0, 2.0])
# The winner counts as much as the order of all the others together: likelihoods of orders say
# most about the many cars behind, and the front is what people ask about.
_WINNER_WEIGHT = 15.0
_STEPS, _LONGEST_STEP, _SETTLED = 100, 0.3, 1e-6


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
    """Fit the constants to results, by penalised maximum likelihood.

    Without a race at some horizon its constants are what is believed before any.
    """
    rows = [_fit([e for e in examples if e.table.horizon is horizon]) for horizon in HORIZONS]
    return RaceMixture(*zip(*rows, strict=True))


def _fit(examples: Sequence[RaceExample]) -> tuple[float, ...]:
    """Give the six constants of one horizon in the order of `RaceMixture`."""
    x, races = _START.copy(), Finishes(examples)
    height, slope = _posterior(x, races)
    inverse = np.eye(len(x)) / (10.0 + len(examples))
    for _ in range(_STEPS if examples else 0):  # BFGS, uphill
        step = inverse @ slope
        step *= min(1.0, _LONGEST_STEP / np.abs(step).max())
        while True:
            reached, there = _posterior(x + step, races)
            if reached > height or np.abs(step).max() < _SETTLED:
                break
            step = 0.5 * step
        if reached <= height:
            break
        turned, along = slope - there, float(step @ (slope - there))
        if along > 0.0:
            across = np.eye(len(x)) - np.outer(step, turned) / along
            inverse = across @ inverse @ across.T + np.outer(step, step) / along
        x, height, slope = x + step, reached, there
    return tuple(round(float(one), 5) for one in x)


def _posterior(x: Floats, races: Finishes) -> tuple[float, Floats]:
    """Give the log of the posterior density of six constants, and its slope."""
    share, scale = x[2], x[3]
    kind = -np.logaddexp(0.0, np.array([share, -share]))  # log p of calm, of eventful
    p_eventful = np.exp(kind[1])
    drawn, slopes = [], []  # per kind: [2, N] of orders and winners; [2, N, 3] by tau, scale, shift
    for tau, shift in zip(x[:2], x[4:], strict=True):
        eta, z = tau * races.eta, scale * races.logit + shift
        order, by_eta, _ = races.order(eta)
        out, by_z, _ = races.retirements(z)
        won, win_by_eta, win_by_z = races.winners(eta, z)
        drawn.append(np.array([order + out, won]))
        slopes.append(np.stack([
            np.stack([(e * races.eta).sum(1), (r * races.logit).sum(1), r.sum(1)], axis=-1)
            for e, r in ((by_eta, by_z), (win_by_eta, win_by_z))
        ]))  # fmt: skip
    total = np.logaddexp(drawn[0] + kind[0], drawn[1] + kind[1])
    counts = np.array([1.0, _WINNER_WEIGHT])
    height, slope = float(counts @ total.sum(axis=1)), np.zeros(len(x))
    for k in (0, 1):
        given = counts[:, None] * np.exp(drawn[k] + kind[k] - total)  # [2, N]
        slope[[k, 3, 4 + k]] += np.einsum("tn,tnj->j", given, slopes[k])
        slope[2] += given.sum() * (k - p_eventful)
    off = (x - _START) / _SD
    height += float(_RACES @ kind) - 0.5 * float(off @ off)
    slope[2] += _RACES[1] - _RACES.sum() * p_eventful
    return height, slope - off / _SD
