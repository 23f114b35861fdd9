"""Measure the race simulator: races per CPU-second, and what compiling costs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace

import numpy as np

from predictor.simulator.race_inputs import (
    MAX_LOSS_S,
    RaceInputs,
    conditions_for,
    default_strategies,
)
from predictor.simulator.simulate import simulate, warm
from predictor.vocabulary import Scenario

__all__ = ["full_race", "measure_kernel"]

_DRIVERS, _LAPS = 20, 57  # the size that published simulators quote
_EVENTS, _SIMS = 24, 5_000  # what a season's forecast simulates in each scenario
_LOSE, _LOST_S = 1 / 3, 8.0  # cars that lose time at once, and how much in the mean
_REPEATS = 9  # the fastest counts, as noise only ever adds
_COLD = (
    "import time; start = time.process_time(); "
    "from predictor.simulator.simulate import warm; warm(); "
    "print(time.process_time() - start)"
)


def measure_kernel(n_sims: int = 20_000) -> dict[str, float]:
    """Give the speed of the kernel, 20 cars over 57 laps.

    Returns
    -------
    dict
        ``races_per_cpu_second`` on one thread, warm; ``season_cpu_s`` of 5,000 races of
        every scenario of 24 events, and ``season_races_per_cpu_second``; ``compile_cpu_s``,
        import of numba included, in a process with an empty cache.
    """
    warm()
    inputs = full_race(n_sims)
    best = min(_cpu_seconds(inputs) for _ in range(_REPEATS))
    season = _season_cpu_seconds()
    return {
        "races_per_cpu_second": round(n_sims / best),
        "season_cpu_s": round(season, 2),
        "season_races_per_cpu_second": round(_EVENTS * len(Scenario) * _SIMS / season),
        "compile_cpu_s": round(_compile_seconds(), 2),
    }


def _cpu_seconds(inputs: RaceInputs) -> float:
    start = time.process_time()
    simulate(inputs)
    return time.process_time() - start


def _season_cpu_seconds() -> float:
    """Give what the races of a season's forecast cost, in all three scenarios."""
    inputs = full_race(_SIMS)
    scenarios = [replace(inputs, conditions=conditions_for(scenario)) for scenario in Scenario]
    events = [replace(race, event=f"bench-{n}") for n in range(_EVENTS) for race in scenarios]
    start = time.process_time()
    for event in events:
        simulate(event)
    return time.process_time() - start


def _compile_seconds() -> float:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own code
            [sys.executable, "-c", _COLD],
            env={**os.environ, "NUMBA_CACHE_DIR": folder},
            check=True,
            capture_output=True,
            text=True,
        )
    return float(done.stdout)


def full_race(n_sims: int) -> RaceInputs:
    """Give a full race: spread pace, shuffled grids, retirements, stops, time lost at once."""
    draw = np.random.default_rng(1)
    skill = np.linspace(0.0, 1.8, _DRIVERS)
    pace = skill + draw.normal(0, 0.25, (n_sims, _DRIVERS))
    quali = skill + draw.normal(0, 0.4, pace.shape)
    lost = np.where(draw.random(pace.shape) < _LOSE, draw.exponential(_LOST_S, pace.shape), 0.0)
    return RaceInputs(
        event="bench",
        seed=1,
        n_laps=_LAPS,
        lap_s=90.0,
        pace_s=pace.astype(np.float32),
        grid=(quali.argsort(axis=1).argsort(axis=1) + 1).astype(np.int16),
        p_failure=np.full(pace.shape, 0.06, np.float32),
        p_accident=np.full(pace.shape, 0.06, np.float32),
        strategies=default_strategies(_DRIVERS),
        loss_s=np.minimum(lost, MAX_LOSS_S).astype(np.float32),
    )
