"""Races for the GPU's kernel, with everything switched on and much of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from predictor.simulator.circuit import CircuitParameters
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.pit_crews import PitCrews
from predictor.simulator.race_inputs import (
    MAX_STOPS,
    RaceInputs,
    conditions_for,
    default_strategies,
    no_stop_strategies,
)
from predictor.vocabulary import Scenario
from tests.simulator.builders import grand_prix

EVENTFUL = replace(
    CircuitParameters(),
    tyre_cliff_s=(0.2, 0.3, 0.4, 0.3, 0.3),
    tyre_cliff_factor=3.0,
    p_first_lap_setback=0.3,
    p_red_flag_after_accident=0.3,
    other_safety_cars=2.0,
    other_vscs=2.0,
    safety_car_laps=(1, 2, 2, 4),
    p_penalty=1.0,
    blue_flag_s=2.0,
    overtaking_threshold_s=0.6,
    damage_s=2.0,
    p_early_stop=0.02,
    p_free_change=0.9,
    p_early_change=0.5,
    p_cover=1.0,
    p_free_stop=0.8,
    free_stop_margin_s=0.0,
    pit_loss_green_s=9.0,
    lead_kept_s=1.0,
    lead_share=0.3,
)
SIZES = ((3, 22, 12), (2, 20, 23), (8, 2, 9), (4, 7, 6), (3, 4, 61))  # sims, drivers, laps
QUARTER = 4  # by which the sims of `many` are fewer than what is asked for, where cars are 32


def eventful(
    n_sims: int, n_drivers: int, n_laps: int, scenario: Scenario, **changes: Any
) -> RaceInputs:
    """Give a race in which much happens: stacked stops, penalties, flags, cliffs, lapped cars."""
    hazard = np.full((n_sims, n_drivers), 0.2, np.float32)
    cars = np.arange(n_drivers)
    alike = replace(
        default_strategies(n_drivers, stops_mean=2.4),
        spread=0.4,
        jitter=0.15,
        shared_jitter=0.1,
        first_stop=0.1,
    )
    values: dict[str, Any] = {
        "event": f"2025-{scenario.value}",
        "p_failure": hazard,
        "p_accident": hazard,
        "pit_lane_start": cars == 1,
        "tyre_wear": np.linspace(0.5, 2.0, n_drivers).astype(np.float32),
        "team": (cars // 2).astype(np.int8),
        "crew": (cars % 2).astype(np.int8),
        "crews": PitCrews((2.2, 4.0), (4.0, 1.5)),
        "strategies": alike if n_laps > MAX_STOPS else no_stop_strategies(n_drivers),
        "circuit": EVENTFUL,
        "conditions": conditions_for(scenario),
        "first_sim": 2**31 + 5,
        "lap_s": 25.0,
    }
    return grand_prix(n_sims, n_drivers=n_drivers, n_laps=n_laps, **(values | changes))


def few() -> dict[str, RaceInputs]:
    """Give some small races of every scenario, short ones and full blocks among them."""
    cases = {
        f"{scenario.value} {size}": eventful(*size, scenario)
        for scenario in Scenario
        for size in SIZES
    }
    one_lap = no_stop_strategies(3)
    for scenario in Scenario:
        name = f"{scenario.value} one lap"
        cases[name] = eventful(2, 3, 1, scenario, strategies=one_lap, circuit=CircuitParameters())
    cases["more than a block"] = eventful(35, 2, 5, Scenario.DRY)
    return cases


def many(n_sims: int) -> dict[str, RaceInputs]:
    """Give large races of every scenario, eventful ones and usual ones."""
    cases = {}
    for scenario in Scenario:
        usual = conditions_for(scenario)
        cases[f"{scenario.value} usual"] = grand_prix(n_sims, conditions=usual)
        cases[f"{scenario.value} eventful"] = eventful(n_sims, 20, 57, scenario, lap_s=90.0)
        cases[f"{scenario.value} largest"] = eventful(n_sims // QUARTER, 32, 100, scenario)
    return cases


def differing(one: Outcomes, other: Outcomes) -> list[str]:
    """Name the fields in which outcomes differ, their types included."""
    found = []
    for field in fields(Outcomes):
        a, b = getattr(one, field.name), getattr(other, field.name)
        same = np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        if not same or a.dtype != b.dtype:
            found.append(field.name)
    return found
