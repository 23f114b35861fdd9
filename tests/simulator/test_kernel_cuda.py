"""The GPU's kernel without a GPU: as plain Python, compiled for the CPU, and as PTX."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from predictor.simulator.box_muller import noise_pair, normal_pair
from predictor.simulator.cuda import kernel as kernel_cuda
from predictor.simulator.cuda.device import with_arithmetic
from predictor.simulator.simulate import simulate, simulate_many
from predictor.simulator.ticks import TickConstants
from predictor.vocabulary import Backend
from services.settings.gpu import find_gpu
from tests.rules.sources import ROOT
from tests.simulator.builders import grand_prix
from tests.simulator.cuda_cases import differing, many


def facts_of(program: str, *arguments: str, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.simulator.{program}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_kernel_cuda__gives_the_races_of_kernel_and_referee_in_every_field():
    found = facts_of("cuda_simulated", NUMBA_ENABLE_CUDASIM="1")
    assert len(found) > 30
    assert {name: fields for name, fields in found.items() if fields} == {}


def test_kernel_cuda__reads_every_constant_of_a_race():
    folder = Path(kernel_cuda.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    unread = [name for name in TickConstants._fields if f"race.{name}" not in source]
    assert unread == []


@pytest.mark.slow
def test_kernel_cuda__compiled_for_the_cpu_gives_the_same_races():
    found = facts_of("cuda_compiled", "600", NUMBA_ENABLE_CUDASIM="1")
    assert len(found) == 9
    assert {name: fields for name, fields in found.items() if fields} == {}


@pytest.mark.soak
def test_kernel_cuda__its_ptx_fuses_nothing_and_spills_nothing():
    found = facts_of("cuda_ptx", NUMBA_ENABLE_CUDASIM="0")
    if "missing" in found:
        pytest.skip(f"no compiler for PTX: {found['missing']}")
    assert found["fused"] == 0
    assert found["float64"] == 0
    assert found["products"] > 30
    assert found["exact_roots"] > 1
    assert found.get("spilled_bytes", 0) == 0


@pytest.mark.gpu
@pytest.mark.skipif(bool(find_gpu().trouble), reason=find_gpu().trouble)
def test_kernel_cuda__a_gpu_gives_the_races_of_the_cpu():
    # the same bytes are expected; a GPU has not been seen to give them yet
    cases = many(2000)
    for inputs, gpu in zip(
        cases.values(), simulate_many(list(cases.values()), Backend.CUDA), strict=True
    ):
        differs = (gpu.position != simulate(inputs).position).any(axis=1)
        assert differs.mean() <= 1e-4


def test_simulate_many__gives_what_simulate_gives_for_each():
    inputs = [grand_prix(5), grand_prix(70, n_drivers=3, n_laps=4), grand_prix(2, seed=9)]
    for one, outcomes in zip(inputs, simulate_many(inputs), strict=True):
        assert differing(simulate(one), outcomes) == []


@pytest.mark.parametrize("function", [normal_pair, noise_pair])
def test_with_arithmetic__other_products_give_the_same_bits(function):
    words = np.random.default_rng(1).integers(0, 2**32, (2, 10_000), dtype=np.uint32)
    given = tuple(words) if function is normal_pair else (words[0], np.float32(7000.0))
    calls = []

    def product(a, b):
        calls.append(1)
        return np.multiply(a, b)

    anew = with_arithmetic(function, product, np.sqrt, np.abs)
    for ours, theirs in zip(anew(*given), function(*given), strict=True):
        assert ours.tobytes() == theirs.tobytes()
    assert len(calls) > 12
