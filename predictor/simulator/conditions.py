"""What a scenario changes in a race: noise, hazards, overtaking, tyres."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from predictor.errors import F1Error
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
    wet: bool = False  # stops follow the weather instead of the dry plans
    crossovers: int = 0  # laps at which the track changes between dry and wet
    p_wet_start: float = 0.0  # the track is wet at the start; else dry until the first crossover
    wrong_tyre_s: float = 0.0  # lost per lap on slicks in the wet, or on rain tyres in the dry
    crossover_delay: int = 0  # a car comes in up to so many laps after a crossover, uniform

    def __post_init__(self) -> None:
        limits = {"p_wet_start": 1.0, "wrong_tyre_s": 30.0, "crossovers": 3, "crossover_delay": 20}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, (int, float)):
                most = limits.get(field.name, math.inf)
                if not 0 <= value <= most:  # NaN fails too
                    raise F1Error(
                        "a scenario cannot have this constant",
                        where=f"Conditions.{field.name}",
                        got=str(value),
                        expected=f"0 to {most:g}",
                        do="correct the scenario's constants",
                    )


def conditions_for(scenario: Scenario) -> Conditions:
    """Give the conditions of a scenario.

    Source
    ------
    Wet: crossovers, wrong tyre and delay chosen among a few on the 15 wet races of 2014-2021
    (Spa 2021, which was none, left out) by the log loss of winner and places, with stops and
    safety cars as counted in the 18 of 2018-2025: 2.25 stops a car, 1.28 safety cars, .165
    retired. `tests/validation/wet_races.py` prints both. The rest by judgement: noise on lap
    and start, or overtaking, changed next to nothing beside these.
    """
    if scenario is Scenario.WET:
        return Conditions(
            name=scenario,
            lap_noise_scale=2.0,
            start_noise_scale=1.3,
            failure_scale=1.0,
            accident_scale=1.4,
            threshold_scale=0.6,
            safety_car_scale=4.0,
            aid_enabled=False,
            wet=True,
            crossovers=3,
            p_wet_start=0.6,
            wrong_tyre_s=8.0,
            crossover_delay=6,
        )
    if scenario is Scenario.SAFETY_CAR:
        return Conditions(name=scenario, force_safety_car=True)
    return Conditions(name=Scenario.DRY)
