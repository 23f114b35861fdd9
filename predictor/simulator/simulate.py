"""Simulate races: the one entry to the kernel."""

from __future__ import annotations

import numpy as np

from predictor.simulator.outcomes import OutcomeArrays, Outcomes
from predictor.simulator.race_inputs import RaceInputs, no_stop_strategies
from predictor.simulator.sorting import sorting_network
from predictor.simulator.ticks import prepare

__all__ = ["simulate", "warm"]


def simulate(inputs: RaceInputs) -> Outcomes:
    """Simulate the N races of ``inputs`` lap by lap.

    The kernel lets go of the interpreter lock, so a caller may run shards of the
    inputs on threads of its own; `outcomes.concatenate` joins them to the same bytes.

    Parameters
    ----------
    inputs : RaceInputs

    Returns
    -------
    Outcomes
    """
    from predictor.simulator.kernel_cpu import run  # noqa: PLC0415  (numba takes a second)

    constants, arrays = prepare(inputs)
    out = OutcomeArrays.empty(inputs.n_sims, inputs.n_drivers)
    run(constants, arrays, sorting_network(inputs.n_drivers), out)
    return out.outcomes()


def warm() -> None:
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
    simulate(inputs)
