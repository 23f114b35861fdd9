"""Small races for the tests of the simulator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from predictor.simulator.circuit import CircuitParameters, default_circuit
from predictor.simulator.race_inputs import (
    MAX_LOSS_S,
    MAX_STOPS,
    RaceInputs,
    default_strategies,
    no_stop_strategies,
)

QUIET = replace(
    default_circuit(),
    aid_gain_s=0.0,
    dirty_air_s=0.0,
    lap_noise_s=0.0,
    tyre_offset_s=(0.0,) * 5,
    tyre_slope_s=(0.0,) * 5,
    tyre_cliff_factor=1.0,
    cold_tyre_s=(0.0,) * 5,
    blue_flag_s=0.0,
    p_penalty=0.0,
    last_stop_laps=0,
    start_noise_s=0.0,
    p_first_lap_setback=0.0,
    stationary_s=0.0,
    damage_s=100.0,
    p_early_stop=0.0,
    follow_spread_s=0.0,
    p_free_change=0.0,
    p_early_change=0.0,
    p_cover=0.0,
    p_free_stop=0.0,
    lead_share=0.0,
    settled_share=0.0,
    other_safety_cars=0.0,
    other_vscs=0.0,
)
"""A circuit where nothing is random and nothing wears, for races worked out by hand."""


def race(pace: list[float], *, n_sims: int = 1, n_laps: int = 10, **changes: Any) -> RaceInputs:
    """Give a race without stops, retirements or noise; cars start in the order given."""
    d = len(pace)
    values: dict[str, Any] = {
        "event": "2025-test",
        "seed": 1,
        "n_laps": n_laps,
        "lap_s": 90.0,
        "pace_s": np.tile(np.array(pace, np.float32), (n_sims, 1)),
        "grid": np.tile(np.arange(1, d + 1, dtype=np.int16), (n_sims, 1)),
        "p_failure": np.zeros((n_sims, d), np.float32),
        "p_accident": np.zeros((n_sims, d), np.float32),
        "strategies": no_stop_strategies(d),
        "circuit": QUIET,
    }
    return RaceInputs(**(values | changes))


def grand_prix(
    n_sims: int = 256, *, n_drivers: int = 20, n_laps: int = 57, **changes: Any
) -> RaceInputs:
    """Give a race with everything in it: spread pace, shuffled grids, hazards, stops, time lost."""
    draw = np.random.default_rng(5)
    skill = np.linspace(0.0, 1.8, n_drivers)
    quali = skill + draw.normal(0, 0.4, (n_sims, n_drivers))
    values: dict[str, Any] = {
        "event": "2025-test",
        "seed": 3,
        "n_laps": n_laps,
        "lap_s": 90.0,
        "pace_s": (skill + draw.normal(0, 0.25, quali.shape)).astype(np.float32),
        "grid": (quali.argsort(axis=1).argsort(axis=1) + 1).astype(np.int16),
        "p_failure": np.full(quali.shape, 0.07, np.float32),
        "p_accident": np.full(quali.shape, 0.075, np.float32),
        "strategies": default_strategies(n_drivers)
        if n_laps > MAX_STOPS
        else no_stop_strategies(n_drivers),
        "circuit": CircuitParameters(),
        "loss_s": np.where(draw.random(quali.shape) < 0.3, draw.exponential(8.0, quali.shape), 0.0)
        .clip(max=MAX_LOSS_S)
        .astype(np.float32),
    }
    return RaceInputs(**(values | changes))


def shard(inputs: RaceInputs, first: int, last: int) -> RaceInputs:
    """Cut the sims from ``first`` to before ``last`` out of a race."""
    cut = slice(first, last)
    return replace(
        inputs,
        first_sim=inputs.first_sim + first,
        pace_s=inputs.pace_s[cut],
        grid=inputs.grid[cut],
        p_failure=inputs.p_failure[cut],
        p_accident=inputs.p_accident[cut],
        loss_s=None if inputs.loss_s is None else inputs.loss_s[cut],
    )
