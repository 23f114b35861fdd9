"""Simulate races: the one entry to the kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from predictor.simulator.outcomes import OutcomeArrays, Outcomes
from predictor.simulator.race_inputs import RaceInputs, no_stop_strategies
from predictor.simulator.sorting import sorting_network
from predictor.simulator.ticks import prepare
from predictor.vocabulary import Backend

__all__ = ["simulate", "simulate_many", "warm"]


def simulate(inputs: RaceInputs, backend: Backend = Backend.CPU) -> Outcomes:
    """Simulate the N races of ``inputs`` lap by lap.

    The kernel lets go of the interpreter lock, so a caller may run shards of the
    inputs on threads of its own; `outcomes.concatenate` joins them to the same bytes.

    Parameters
    ----------
    inputs : RaceInputs
    backend : Backend
        What simulates; whether there is a GPU is for the caller to know.

    Returns
    -------
    Outcomes
    """
    return simulate_many([inputs], backend)[0]


def simulate_many(many: Sequence[RaceInputs], backend: Backend = Backend.CPU) -> list[Outcomes]:
    """Simulate several races, whatever their drivers and laps; on a GPU in one launch.

    Returns
    -------
    list of Outcomes
        In the order of ``many``; each is what `simulate` gives.
    """
    prepared = [prepare(inputs) for inputs in many]
    if backend is Backend.CUDA:
        from predictor.simulator.cuda.kernel import run_all  # noqa: PLC0415 (needs a GPU)

        return [out.outcomes() for out in run_all(prepared)]
    from predictor.simulator.cpu.kernel import run  # noqa: PLC0415  (numba takes a second)

    found = []
    for constants, arrays in prepared:
        n_sims, n_drivers = arrays.pace.shape
        out = OutcomeArrays.empty(n_sims, n_drivers)
        run(constants, arrays, sorting_network(n_drivers), out)
        found.append(out.outcomes())
    return found


def warm(backend: Backend = Backend.CPU) -> None:
    """Compile the kernel, or load it from its cache, on a race of two cars and two laps."""
    n_sims, n_drivers = 4, 2
    p = np.full((n_sims, n_drivers), 0.1, np.float32)
    grid = np.tile(np.array([1, 2], np.int16), (n_sims, 1))
    inputs = RaceInputs(
        event="warm-up",
        seed=0,
        n_laps=2,
        lap_s=90.0,
        pace_s=np.zeros_like(p),
        grid=grid,
        p_failure=p,
        p_accident=p,
        strategies=no_stop_strategies(n_drivers),
    )
    simulate(inputs, backend)
