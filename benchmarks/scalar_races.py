"""One race at a time on the CPU: the GPU's source, compiled for one thread of a CPU.

It is what lanes are measured against, and how many races of the GPU's kernel are seen
without a GPU; no forecast uses it. Only where numba simulates CUDA (`cuda.device`) are
its functions plain ones that a CPU's compiler takes, so this is for a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numba
import numpy as np

from predictor.errors import F1Error
from predictor.simulator.cuda.device import SIMULATED
from predictor.simulator.cuda.kernel import ROWS, race_in_thread
from predictor.simulator.cuda.layout import BLOCK, flat_outcomes, pack, unpack
from predictor.simulator.cuda.state import Arrays, State
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.ticks import prepare

__all__ = ["simulate_one_by_one"]


def simulate_one_by_one(many: Sequence[RaceInputs]) -> list[Outcomes]:
    """Simulate some races, each sim from start to flag before the next one begins.

    Returns
    -------
    list of Outcomes
        In the order of ``many``.

    Raises
    ------
    F1Error
        Where numba does not simulate CUDA.
    """
    if not SIMULATED:
        raise F1Error(
            "races can be simulated one by one only where numba simulates CUDA",
            where="scalar_races",
            got="a process in which GPU functions are compiled for a GPU",
            expected="NUMBA_ENABLE_CUDASIM=1 in the environment from the start",
            do="start a process of its own for it",
        )
    batch = pack([prepare(inputs) for inputs in many])
    flat = flat_outcomes(batch)
    state = np.zeros(ROWS * batch.most_drivers * BLOCK, np.int32)
    _run(batch.races, batch.tables, batch.keys, batch.sims, flat, state)
    return [out.outcomes() for out in unpack(batch, flat)]


@numba.njit(nogil=True, error_model="numpy")
def _run(races: Arrays, tables: Arrays, keys: Arrays, sims: Arrays, out: Arrays, s: State) -> None:
    for race in races:
        for i in range(race.n_sims):
            race_in_thread(race, tables, keys, sims, out, s, np.int32(i % BLOCK), np.int32(i))
