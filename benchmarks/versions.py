"""Measure the other versions of the race simulator beside its kernel, on the kernel's own races."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.kernel import full_race
from benchmarks.numpy_races import simulate_in_arrays
from predictor.simulator.outcomes import Outcomes, differing_sims
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.reference.races import simulate_slowly
from predictor.simulator.simulate import simulate

__all__ = ["measure_scalar", "measure_versions"]

_REPEATS = 5  # the fastest counts, as noise only ever adds
_SCALAR = (
    "import json; from benchmarks.versions import measure_scalar; "
    "print(json.dumps(measure_scalar()))"
)


def measure_versions() -> dict[str, int]:
    """Give races per CPU-second of every version but the kernel, and races they disagree on.

    Returns
    -------
    dict
        For ``scalar`` (one race at a time, the GPU's source compiled for a CPU), ``numpy``
        (arrays over sims, not compiled) and ``referee``: ``..._races_per_cpu_second``, and
        ``..._races_unlike_the_kernels``, the sims of which anything at all differs.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter on our own code
        [sys.executable, "-c", _SCALAR],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    scalar: dict[str, int] = json.loads(done.stdout)
    arrays = _measured("numpy", simulate_in_arrays, full_race(8192), _REPEATS)
    return scalar | arrays | _measured("referee", simulate_slowly, full_race(40), 1)


def measure_scalar(n_sims: int = 4000) -> dict[str, int]:
    """Measure the scalar version, in a process that simulates CUDA."""
    from benchmarks.scalar_races import simulate_one_by_one  # noqa: PLC0415 - as it says

    simulate_one_by_one([full_race(2)])  # compiles it

    def version(inputs: RaceInputs) -> Outcomes:
        return simulate_one_by_one([inputs])[0]

    return _measured("scalar", version, full_race(n_sims), _REPEATS)


def _measured(
    name: str, version: Callable[[RaceInputs], Outcomes], inputs: RaceInputs, repeats: int
) -> dict[str, int]:
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        outcomes = version(inputs)
        best = min(best, time.process_time() - start)
    return {
        f"{name}_races_per_cpu_second": round(inputs.n_sims / best),
        f"{name}_races_unlike_the_kernels": int(differing_sims(outcomes, simulate(inputs)).sum()),
    }
