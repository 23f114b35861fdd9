"""Does a GPU simulate the very races that the CPU does, and how fast?

For 100,000 sims of every scenario, usual and eventful, prints how many finishing orders
differ and how many sims differ in anything at all, and races per second by the clock. More than
one finishing order in 10,000 fails. Without a GPU it says so and is content. Run by
``make validate``; nobody has run it on a GPU yet, so its bound is a promise, not a finding.
"""

import sys
import time

from predictor.simulator.outcomes import differing_sims
from predictor.simulator.simulate import simulate, simulate_many, warm
from predictor.vocabulary import Backend
from services.settings.gpu import find_gpu
from tests.simulator.cuda_cases import many

N_SIMS = 100_000
BOUND = 1e-4  # finishing orders that may differ, as a share of the sims


def compare(name, inputs):
    """Print one line about a race; say whether it is within the bound."""
    gpu = simulate_many([inputs], Backend.CUDA)[0]
    cpu = simulate(inputs)
    orders = (gpu.position != cpu.position).any(axis=1).mean()
    anything = differing_sims(gpu, cpu).sum()
    print(f"{name:<22} {inputs.n_sims:>8} sims  orders that differ {orders:.1e}  sims {anything}")
    return orders <= BOUND


def main():
    gpu = find_gpu()
    if gpu.trouble:
        print(f"no GPU: {gpu.trouble}")
        return 0
    warm(Backend.CUDA)
    cases = many(N_SIMS)
    agrees = [compare(name, inputs) for name, inputs in cases.items()]
    began = time.perf_counter()
    simulate_many(list(cases.values()), Backend.CUDA)
    n_sims = sum(inputs.n_sims for inputs in cases.values())
    print(f"{gpu.name}: {n_sims / (time.perf_counter() - began):,.0f} races/s in one launch")
    return 0 if all(agrees) else 1


if __name__ == "__main__":
    sys.exit(main())
