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

from predictor.forecast.assemble import ScenarioForecast, mixture
from predictor.learn.evidence import RaceEvidence, WeightChoice, choose_weight, race_evidence
from predictor.learn.kinds import OrderForecast
from predictor.learn.pool import doubly_stochastic, pooled
from predictor.vocabulary import Horizon, Scenario

__all__ = ["Blend", "blend", "blended", "evidence_of"]

Floats = NDArray[np.float64]

_SMALLEST = 1e-300  # a place that neither forecast holds possible stays so


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


def blend(
    forecasts: Mapping[Scenario, ScenarioForecast],
    probability: Mapping[Scenario, float],
    learned: OrderForecast,
    evidence: Sequence[RaceEvidence],
    horizon: Horizon,
    *,
    date: str,
    reason: str = "",
) -> Blend:
    """Weigh the learned forecast of an event and say how it tilts the simulated one.

    Parameters
    ----------
    forecasts : mapping of Scenario to ScenarioForecast
        Without user weights.
    probability : mapping of Scenario to float
    learned : OrderForecast
        Drivers in the same order.
    evidence : sequence of RaceEvidence
        Out of sample; races of other horizons, and of this day and later, are left out.
    horizon : Horizon
        Of both forecasts.
    date : str
        Of the race, ISO.
    reason : str
        Why the layer may not be asked, whatever the evidence says.
    """
    earlier = [one for one in evidence if one.horizon == horizon and one.date < date]
    choice = choose_weight(earlier)
    if reason:
        choice = replace(choice, weight=0.0)
    n_drivers = len(learned.p_position)
    if choice.weight == 0.0:
        return Blend(choice, np.zeros((n_drivers, n_drivers)), reason)
    headline, _, _ = mixture(forecasts, probability)
    both = pooled(headline, learned.p_position, choice.weight)
    return Blend(choice, np.log(np.maximum(both, _SMALLEST) / np.maximum(headline, _SMALLEST)))


def blended(
    forecasts: Mapping[Scenario, ScenarioForecast], tilt: Floats | None
) -> dict[Scenario, ScenarioForecast]:
    """Tilt every scenario's position probabilities; rows and columns still sum to one.

    What else a scenario holds, simulated positions and retirements, stays as simulated.
    """
    if tilt is None or not tilt.any():
        return dict(forecasts)
    return {
        scenario: replace(
            one,
            p_position=doubly_stochastic(np.log(np.maximum(one.p_position, _SMALLEST)) + tilt),
        )
        for scenario, one in forecasts.items()
    }


def evidence_of(
    forecasts: Mapping[Scenario, ScenarioForecast],
    probability: Mapping[Scenario, float],
    learned: OrderForecast,
    ranking: Sequence[int],
    **named: str | int,
) -> RaceEvidence:
    """Score both forecasts and their pools on a race that has been run.

    Parameters
    ----------
    forecasts, probability, learned
        As `blend`.
    ranking : sequence of int
        Drivers as the result lists them, all starters.
    named : str or int
        ``event_id``, ``season``, ``horizon``, ``date`` and what else `RaceEvidence` names.
    """
    headline, _, _ = mixture(forecasts, probability)
    return race_evidence(headline, learned.p_position, ranking, **named)
