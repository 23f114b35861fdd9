"""The ML layer's say in a forecast: a tilt of its position probabilities, earned race by race.

The headline becomes the log-linear pool of the simulated and the learned forecast. It is reached
by one factor per driver and place, by which every scenario is multiplied, so scenarios and
headline stay one forecast, and user weights never enter what the layer is compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from predictor.features.weekend import RaceOutcome
from predictor.forecast.assemble import ScenarioForecast, mixture
from predictor.learn.outcome.evidence import (
    RaceEvidence,
    WeightChoice,
    choose_weight,
    race_evidence,
)
from predictor.learn.outcome.orders import OrderForecast
from predictor.learn.outcome.pool import SMALLEST_CELL, doubly_stochastic, pooled
from predictor.vocabulary import Horizon, Scenario

__all__ = ["Blend", "RaceName", "blend", "blended", "evidence_of"]

Floats = NDArray[np.float64]

_SURE = 1e-9  # of a place, that is never finished in: it may be, once it is likelier
_FURTHEST = 50.0  # log-odds: beyond any factor that a share of finishes can need
_HALVINGS = 50  # of the range between: to the last digits


@dataclass(frozen=True, slots=True)
class Blend:
    """What the ML layer does to the forecast of one event.

    Attributes
    ----------
    choice : WeightChoice
        The layer's weight and what it rests on.
    tilt : float64[D, D]
        Logarithm of the factor of every driver and place; all 0 at weight 0.
    reason : str
        Why the layer is not asked at all; empty where its weight comes from the evidence.
    """

    choice: WeightChoice
    tilt: Floats
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RaceName:
    """Which forecast of which race; the date is ISO."""

    event_id: str
    season: int
    horizon: Horizon
    date: str


def blend(
    forecasts: Mapping[Scenario, ScenarioForecast],
    probability: Mapping[Scenario, float],
    learned: OrderForecast | None,
    evidence: Sequence[RaceEvidence],
    race: RaceName,
    *,
    reason: str = "",
) -> Blend:
    """Weigh the learned forecast of an event and say how it tilts the simulated one.

    Parameters
    ----------
    forecasts : mapping of Scenario to ScenarioForecast
        Without user weights.
    probability : mapping of Scenario to float
    learned : OrderForecast or None
        Drivers in the same order; None where the model gave none, and ``reason`` says why.
    evidence : sequence of RaceEvidence
        Out of sample; races of other horizons, and of this day and later, are left out.
    race : RaceName
    reason : str
        Why the layer may not be asked, whatever the evidence says.
    """
    earlier = [one for one in evidence if one.horizon == race.horizon and one.date < race.date]
    choice = choose_weight(earlier)
    headline, _, _ = mixture(forecasts, probability)
    if learned is None or reason or choice.weight == 0.0:
        return Blend(replace(choice, weight=0.0), np.zeros_like(headline), reason)
    both = pooled(headline, learned.p_position, choice.weight)
    return Blend(choice, np.log(both / np.maximum(headline, SMALLEST_CELL)))


def blended(
    forecasts: Mapping[Scenario, ScenarioForecast], tilt: Floats | None
) -> dict[Scenario, ScenarioForecast]:
    """Tilt every scenario's position probabilities; rows and columns still sum to one.

    Places of finishes move with them. What else a scenario holds, simulated positions and
    retirements, stays as simulated.
    """
    if tilt is None or not tilt.any():
        return dict(forecasts)
    return {scenario: _tilted(one, tilt) for scenario, one in forecasts.items()}


def _tilted(one: ScenarioForecast, tilt: Floats) -> ScenarioForecast:
    p_position = doubly_stochastic(np.log(np.maximum(one.p_position, SMALLEST_CELL)) + tilt)
    return replace(one, p_position=p_position, p_finish=_finishes(one, p_position))


def _finishes(one: ScenarioForecast, p_position: Floats) -> Floats:
    """Return how much of every place's new probability is that of a finish, float64[D, D].

    The odds of a finish against a retirement in a place are the simulated ones times a factor per
    driver, by which he retires as often as before: so a place is never finished in more often than
    it is taken, and a row sums to one less ``p_dnf``.
    """
    share = np.clip(one.p_finish / np.maximum(one.p_position, SMALLEST_CELL), _SURE, 1.0 - _SURE)
    log_odds = np.log(share) - np.log1p(-share)
    low: Floats = np.full((len(share), 1), -_FURTHEST)
    high: Floats = -low
    found = one.p_finish
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        found = p_position / (1.0 + np.exp(-(log_odds + middle)))
        too_few = found.sum(axis=1, keepdims=True) < 1.0 - one.p_dnf[:, None]
        low, high = np.where(too_few, middle, low), np.where(too_few, high, middle)
    return found


def evidence_of(
    forecasts: Mapping[Scenario, ScenarioForecast],
    probability: Mapping[Scenario, float],
    learned: OrderForecast,
    grid: Floats,
    outcome: RaceOutcome,
    race: RaceName,
) -> RaceEvidence:
    """Score the simulated forecast, the learned one and their pools on a race that is run.

    Parameters
    ----------
    forecasts, probability, learned
        As `blend`.
    grid : float64[D, D]
        The grid baseline's forecast.
    """
    headline, _, _ = mixture(forecasts, probability)
    finish = list(outcome.ranking)
    return race_evidence(
        race.event_id,
        race.season,
        race.horizon,
        race.date,
        published=headline[finish],
        model=learned.p_position[finish],
        grid=grid[finish],
    )
