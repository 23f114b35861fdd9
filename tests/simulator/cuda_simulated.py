"""Run the GPU's kernel as plain Python, by numba's simulator, against both CPU versions.

A program of its own, as numba must be told before it is imported: with
``NUMBA_ENABLE_CUDASIM=1``. Prints which fields of which race differ, as JSON.
"""

from __future__ import annotations

import json
import sys
import warnings

from predictor.fingerprint import digest
from predictor.simulator.reference.races import simulate_slowly
from predictor.simulator.simulate import simulate, simulate_many
from predictor.vocabulary import Backend
from tests.forecast.test_assemble import forecast
from tests.simulator.builders import shard
from tests.simulator.cuda_cases import differing, few


def main() -> None:
    """Compare all small races in one launch, and the shards of one of them."""
    warnings.simplefilter("ignore")  # random words overflow, as they should
    cases = few()
    found = {}
    outcomes = simulate_many(list(cases.values()), Backend.CUDA)
    for (name, inputs), gpu in zip(cases.items(), outcomes, strict=True):
        found[f"{name}, kernel"] = differing(simulate(inputs), gpu)
        found[f"{name}, referee"] = differing(simulate_slowly(inputs), gpu)
    whole = cases["more than a block"]
    parts = [shard(whole, 0, 3), shard(whole, 3, 3), shard(whole, 30, 35)]
    for part, gpu in zip(parts, simulate_many(parts, Backend.CUDA), strict=True):
        found[f"shard of {part.n_sims}"] = differing(simulate(part), gpu)
    on_gpu, on_cpu = (digest(forecast(n_sims=4, backend=backend)) for backend in reversed(Backend))
    found["forecast"] = [] if on_gpu == on_cpu else [on_gpu, on_cpu]
    found["no races"] = [str(one) for one in simulate_many([], Backend.CUDA)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
