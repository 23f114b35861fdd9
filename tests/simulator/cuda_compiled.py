"""Run the GPU's source compiled for the CPU: many races, with the types that numba gives it.

Python's own arithmetic in numba's simulator knows no types but those of the values; what
is compiled may widen, wrap or round elsewhere. Here the compiler is numba's for the CPU, the
source that of the GPU. A program of its own, with ``NUMBA_ENABLE_CUDASIM=1`` and a number of
sims; prints which fields of which race differ, as JSON.
"""

from __future__ import annotations

import json
import sys

from benchmarks.scalar_races import simulate_one_by_one
from predictor.simulator.simulate import simulate
from tests.simulator.cuda_cases import differing, many


def main() -> None:
    cases = many(int(sys.argv[1]))
    found = {
        name: differing(simulate(inputs), outcomes)
        for (name, inputs), outcomes in zip(
            cases.items(), simulate_one_by_one(list(cases.values())), strict=True
        )
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
