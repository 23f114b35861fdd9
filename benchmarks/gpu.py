"""Measure the race simulator on a GPU, where there is one."""

from __future__ import annotations

import time

from benchmarks.kernel import full_race
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.simulate import simulate_many, warm
from predictor.vocabulary import Backend
from services.settings.gpu import find_gpu

__all__ = ["measure_gpu"]

_SEASON = 72  # launches of a season made one: 24 events in three scenarios
_REPEATS = 3  # the fastest counts, as noise only ever adds


def measure_gpu(n_sims: int = 5000) -> dict[str, float | str]:
    """Give the speed of a GPU by the clock, what is moved there and back included.

    Returns
    -------
    dict
        ``name``; ``one_race_per_second`` where each launch has one event in one scenario, as
        stages of a forecast have, and ``season_races_per_second`` for all of a season in one
        launch. Empty where no GPU can be used.
    """
    gpu = find_gpu()
    if gpu.trouble:
        return {}
    warm(Backend.CUDA)
    one = full_race(n_sims)
    return {
        "name": gpu.name,
        "one_race_per_second": round(n_sims / _seconds([one])),
        "season_races_per_second": round(_SEASON * n_sims / _seconds([one] * _SEASON)),
    }


def _seconds(inputs: list[RaceInputs]) -> float:
    best = float("inf")
    for _ in range(_REPEATS):
        began = time.perf_counter()
        simulate_many(inputs, Backend.CUDA)
        best = min(best, time.perf_counter() - began)
    return best
