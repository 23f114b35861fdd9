"""Run the GPU's source compiled for the CPU: many races, with the types that numba gives it.

Python's own arithmetic in numba's simulator knows no types but those of the values; what
is compiled may widen, wrap or round elsewhere. Here the compiler is numba's for the CPU, the
source that of the GPU. A program of its own, with ``NUMBA_ENABLE_CUDASIM=1`` and a number of
sims; prints which fields of which race differ, as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numba
import numpy as np

from predictor.simulator import cuda_device

cuda_device.device = numba.njit(nogil=True, error_model="numpy")
cuda_device.unfused = cuda_device.device

from predictor.simulator import kernel_cuda  # noqa: E402 - with that compiler
from predictor.simulator.cuda_layout import BLOCK, flat_outcomes, pack, unpack  # noqa: E402
from predictor.simulator.simulate import simulate  # noqa: E402
from predictor.simulator.ticks import prepare  # noqa: E402
from tests.simulator.cuda_cases import differing, many  # noqa: E402

race_in_thread = kernel_cuda.race_in_thread


@numba.njit(nogil=True, error_model="numpy")
def run(races: Any, tables: Any, keys: Any, sims: Any, out: Any, s: Any) -> None:
    for race in races:
        for i in range(race.n_sims):
            thread = np.int32(i % BLOCK)
            race_in_thread(race, tables, keys, sims, out, s, thread, np.int32(i))


def main() -> None:
    cases = many(int(sys.argv[1]))
    batch = pack([prepare(inputs) for inputs in cases.values()])
    flat = flat_outcomes(batch)
    s = np.zeros(kernel_cuda.ROWS * batch.most_drivers * BLOCK, np.int32)
    run(batch.races, batch.tables, batch.keys, batch.sims, flat, s)
    found = {
        name: differing(simulate(inputs), out.outcomes())
        for (name, inputs), out in zip(cases.items(), unpack(batch, flat), strict=True)
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
