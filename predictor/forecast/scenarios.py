"""How likely each scenario is at a circuit.

The three scenarios part the races between them: `wet` races, dry races with a
safety car, and dry races without one. Their mixture is the headline forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from predictor.simulator.circuit import CircuitParameters
from predictor.vocabulary import Scenario

__all__ = ["Climate", "ClimateConfig", "circuit_in", "scenario_probabilities"]


@dataclass(frozen=True, slots=True)
class Climate:
    """Counts of earlier races at one circuit."""

    wet: tuple[int, int] = (0, 0)  # races run on rain tyres, of races
    safety_car: tuple[int, int] = (0, 0)  # races with a safety car, of races


@dataclass(frozen=True, slots=True)
class ClimateConfig:
    """What all circuits have in common, and how many races it counts for.

    Source: half of all races of 2010-2021 had a safety car (121 of 237); a tenth on rain
    tyres is a round figure between 5 of 81 (2018-2021) and the wetter years before.
    """

    wet_share: float = 0.10
    wet_prior_races: float = 10.0
    safety_car_share: float = 0.50
    safety_car_prior_races: float = 6.0


def scenario_probabilities(
    scenarios: Sequence[Scenario], climate: Climate, config: ClimateConfig
) -> dict[Scenario, float]:
    """Give the probability of every scenario asked for; they sum to one.

    Scenarios left out are conditioned away: with `dry` and `wet` alone the
    forecast is one for a race without a safety car in the dry.
    """
    wet = _shrunk(climate.wet, config.wet_share, config.wet_prior_races)
    safety_car = _shrunk(climate.safety_car, config.safety_car_share, config.safety_car_prior_races)
    share: Mapping[Scenario, float] = {
        Scenario.DRY: (1.0 - wet) * (1.0 - safety_car),
        Scenario.WET: wet,
        Scenario.SAFETY_CAR: (1.0 - wet) * safety_car,
    }
    total = sum(share[scenario] for scenario in scenarios)
    return {scenario: share[scenario] / total for scenario in scenarios}


def circuit_in(scenario: Scenario, circuit: CircuitParameters) -> CircuitParameters:
    """Give the circuit's constants in a scenario.

    In a dry race that is to have no safety car, what would have brought one out
    brings out a virtual one.
    """
    if scenario is not Scenario.DRY:
        return circuit
    return replace(
        circuit,
        p_safety_car_after_accident=0.0,
        p_vsc_after_accident=min(
            1.0, circuit.p_safety_car_after_accident + circuit.p_vsc_after_accident
        ),
        p_safety_car_after_failure=0.0,
        p_vsc_after_failure=min(
            1.0, circuit.p_safety_car_after_failure + circuit.p_vsc_after_failure
        ),
        p_red_flag_after_accident=0.0,
        other_safety_cars=0.0,
        other_vscs=circuit.other_vscs,
    )


def _shrunk(count: tuple[int, int], share: float, races: float) -> float:
    seen, of = count
    return (seen + races * share) / (of + races)
