"""How likely each scenario is, and what it changes in a race.

The three scenarios part the races between them: `wet` races, dry races with a
safety car, and dry races without one. Their mixture is the headline forecast.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from predictor.forecast.climate import Chances
from predictor.simulator.circuit import CircuitParameters
from predictor.simulator.conditions import Conditions, conditions_for
from predictor.vocabulary import Scenario

__all__ = ["circuit_in", "conditions_in", "scenario_probabilities"]

Floats = NDArray[np.float64]


def scenario_probabilities(
    scenarios: Sequence[Scenario], chances: Chances, *, distance: float = 1.0
) -> dict[Scenario, float]:
    """Give the probability of every scenario asked for; they sum to one.

    Scenarios left out are conditioned away: with `dry` and `wet` alone the
    forecast is one for a race without a safety car in the dry.

    Parameters
    ----------
    distance : float
        Of a Grand Prix; a sprint of a third has fewer safety cars.
    """
    wet = chances.wet
    safety_car = 1.0 - (1.0 - chances.safety_car) ** distance
    share: Mapping[Scenario, float] = {
        Scenario.DRY: (1.0 - wet) * (1.0 - safety_car),
        Scenario.WET: wet,
        Scenario.SAFETY_CAR: (1.0 - wet) * safety_car,
    }
    total = sum(share[scenario] for scenario in scenarios)
    return {scenario: share[scenario] / total for scenario in scenarios}


def circuit_in(scenario: Scenario, circuit: CircuitParameters) -> CircuitParameters:
    """Give the circuit's constants in a scenario: a `dry` race has no safety car or red flag.

    What may still follow a retirement keeps its chances among what is left.
    """
    if scenario is not Scenario.DRY:
        return circuit
    after_accident = 1.0 - circuit.p_safety_car_after_accident - circuit.p_red_flag_after_accident
    after_failure = 1.0 - circuit.p_safety_car_after_failure
    return replace(
        circuit,
        p_safety_car_after_accident=0.0,
        p_red_flag_after_accident=0.0,
        p_vsc_after_accident=min(1.0, circuit.p_vsc_after_accident / max(after_accident, 1e-6)),
        p_safety_car_after_failure=0.0,
        p_vsc_after_failure=min(1.0, circuit.p_vsc_after_failure / max(after_failure, 1e-6)),
        other_safety_cars=0.0,
    )


def conditions_in(
    scenario: Scenario,
    circuit: CircuitParameters,
    p_failure: Floats,
    p_accident: Floats,
    *,
    length: float = 1.0,
) -> Conditions:
    """Give a scenario's conditions, its hazards those of a race known to be of its kind.

    A race in which no safety car came had fewer accidents than usual, one in which it
    came had more. By Bayes' rule a retirement that brings it out with probability q is
    1 - q times as likely without one; with one, what makes the mean of both the usual.

    Parameters
    ----------
    p_failure, p_accident : float64[D]
        Probabilities per race whatever the scenario.
    length : float
        See `share_of_full_race`: safety cars that nobody retired for are fewer in a sprint.
    """
    conditions = conditions_for(scenario)
    if scenario is Scenario.WET:
        return conditions
    q_accident = circuit.p_safety_car_after_accident + circuit.p_red_flag_after_accident
    q_failure = circuit.p_safety_car_after_failure
    rate = float(p_accident.sum() * q_accident + p_failure.sum() * q_failure)
    p_none = math.exp(-rate - circuit.other_safety_cars * length)
    failure, accident = 1.0 - q_failure, 1.0 - q_accident
    if scenario is Scenario.SAFETY_CAR:
        failure, accident = ((1.0 - p_none * x) / (1.0 - p_none) for x in (failure, accident))
    return replace(
        conditions,
        failure_scale=conditions.failure_scale * failure,
        accident_scale=conditions.accident_scale * accident,
    )
