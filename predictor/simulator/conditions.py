"""What a scenario changes in a race: noise, hazards, overtaking, tyres."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.vocabulary import Scenario

__all__ = ["Conditions", "conditions_for"]


@dataclass(frozen=True, slots=True)
class Conditions:
    """Numbers of one scenario, all relative to a dry race.

    The scenario is not part of any random stream's key: two scenarios of one
    event use the same random numbers and differ by these numbers alone.
    """

    name: Scenario = Scenario.DRY
    lap_noise_scale: float = 1.0  # on CircuitParameters.lap_noise_s
    start_noise_scale: float = 1.0
    failure_scale: float = 1.0  # on p_failure
    accident_scale: float = 1.0  # on p_accident
    threshold_scale: float = 1.0  # on overtaking_threshold_s
    safety_car_scale: float = 1.0  # on the rates of neutralisations no retirement caused
    aid_enabled: bool = True  # overtake aid allowed
    force_safety_car: bool = False  # draw one where none came about
    wet: bool = False  # rain tyres, and stops at crossovers instead of the dry plans
    crossovers: int = 0  # shared laps at which the whole field changes tyres


def conditions_for(scenario: Scenario) -> Conditions:
    """Give the conditions of a scenario.

    Source
    ------
    Wet: set by judgement, not fitted: 2018-2025 has seventeen races on rain tyres. In
    them cars stopped 2.3 times, .16 retired and 1.19 safety cars came out per race.
    """
    if scenario is Scenario.WET:
        return Conditions(
            name=scenario,
            lap_noise_scale=2.0,
            start_noise_scale=1.3,
            failure_scale=1.0,
            accident_scale=1.4,
            threshold_scale=0.6,
            safety_car_scale=2.0,
            aid_enabled=False,
            wet=True,
            crossovers=2,
        )
    if scenario is Scenario.SAFETY_CAR:
        return Conditions(name=scenario, force_safety_car=True)
    return Conditions(name=Scenario.DRY)
