"""Simulate races: the one entry to the kernel."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from predictor.errors import F1Error
from predictor.simulator.outcomes import OutcomeArrays, Outcomes
from predictor.simulator.race_inputs import RaceInputs, no_stop_strategies
from predictor.simulator.sorting import sorting_network
from predictor.simulator.ticks import TickArrays, TickConstants, prepare

__all__ = ["simulate", "warm"]

_SHARD = 64  # whole blocks of lanes


def simulate(inputs: RaceInputs, *, threads: int = 1) -> Outcomes:
    """Simulate the N races of ``inputs`` lap by lap.

    Parameters
    ----------
    inputs : RaceInputs
    threads : int
        The result is the same on any number of them.

    Returns
    -------
    Outcomes
    """
    if threads < 1:
        raise F1Error("races need a thread", where="simulate", got=str(threads), expected=">= 1")
    from predictor.simulator.kernel_cpu import run  # noqa: PLC0415  (numba takes a second)

    constants, arrays = prepare(inputs)
    network = sorting_network(inputs.n_drivers)
    out = OutcomeArrays.empty(inputs.n_sims, inputs.n_drivers)
    shards = _shards(inputs.n_sims, threads)
    if len(shards) < 2:
        run(constants, arrays, network, out)
    else:
        # the kernel lets go of the interpreter lock; each thread fills its own rows
        with ThreadPoolExecutor(threads) as pool:
            jobs = [
                pool.submit(run, *_cut(constants, arrays, shard), network, out.rows(shard))
                for shard in shards
            ]
            for job in jobs:
                job.result()
    return out.outcomes()


def warm(threads: int = 1) -> None:
    """Compile the kernel, or load it from its cache, on a race of two cars and two laps."""
    n_sims, n_drivers = 2 * _SHARD, 2
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
    simulate(inputs, threads=threads)


def _shards(n_sims: int, threads: int) -> list[slice]:
    blocks = -(-n_sims // _SHARD)
    per_thread = -(-blocks // threads) * _SHARD
    return [slice(i, min(i + per_thread, n_sims)) for i in range(0, n_sims, per_thread or 1)]


def _cut(
    constants: TickConstants, arrays: TickArrays, shard: slice
) -> tuple[TickConstants, TickArrays]:
    return (
        constants._replace(first_sim=constants.first_sim + shard.start),
        arrays._replace(
            pace=arrays.pace[shard],
            grid=arrays.grid[shard],
            p_failure=arrays.p_failure[shard],
            p_accident=arrays.p_accident[shard],
        ),
    )
