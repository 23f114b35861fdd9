"""Other versions of the race simulator give the kernel's races, and the bench says so."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.kernel import full_race
from benchmarks.numpy_races import simulate_in_arrays
from benchmarks.numpy_rules import rules
from benchmarks.scalar_races import simulate_one_by_one
from benchmarks.versions import measure_versions
from predictor.errors import F1Error
from predictor.simulator import drawn, physics
from predictor.simulator.outcomes import differing_sims
from predictor.simulator.simulate import simulate
from tests.simulator.builders import grand_prix, shard
from tests.simulator.cuda_cases import differing, few, many

SMALL = few()
LARGE = many(600)


@pytest.mark.parametrize("name", SMALL)
def test_simulate_in_arrays__gives_the_kernels_small_races_in_every_field(name):
    assert differing(simulate_in_arrays(SMALL[name]), simulate(SMALL[name])) == []


@pytest.mark.parametrize("name", LARGE)
def test_simulate_in_arrays__gives_the_kernels_eventful_races_in_every_field(name):
    assert differing(simulate_in_arrays(LARGE[name]), simulate(LARGE[name])) == []


def test_simulate_in_arrays__cuts_into_blocks_without_a_trace(monkeypatch):
    monkeypatch.setattr("benchmarks.numpy_races._BLOCK", 32)
    inputs = shard(grand_prix(120), 7, 110)
    assert differing(simulate_in_arrays(inputs), simulate(inputs)) == []


def test_rules__are_those_of_the_kernels_on_single_numbers():
    for source in (physics, drawn):
        assert set(source.__all__) - vars(rules).keys() == {
            name for name in source.__all__ if not callable(getattr(source, name))
        }
    words = np.arange(0, 2**32, 2**19 + 1, dtype=np.uint64).astype(np.uint32)
    together = rules.accident_lap(words, words[::-1], np.float32(0.7), 20_000, 57)
    alone = [
        drawn.accident_lap(word, where, np.float32(0.7), 20_000, 57)
        for word, where in zip(words, words[::-1], strict=True)
    ]
    assert together.tolist() == alone


def test_differing_sims__names_the_race_and_only_that():
    outcomes = simulate(grand_prix(8))
    gap_s = outcomes.gap_s.copy()
    gap_s[3, 0] = -1.0
    assert np.flatnonzero(differing_sims(outcomes, replace(outcomes, gap_s=gap_s))) == [3]


def test_simulate_one_by_one__says_that_it_needs_a_process_of_its_own():
    with pytest.raises(F1Error, match="NUMBA_ENABLE_CUDASIM"):
        simulate_one_by_one([full_race(1)])


@pytest.mark.soak
def test_measure_versions__all_agree_with_the_kernel():
    found = measure_versions()
    versions = ("scalar", "numpy", "referee")
    assert [found[f"{name}_races_unlike_the_kernels"] for name in versions] == [0, 0, 0]
    assert min(found[f"{name}_races_per_cpu_second"] for name in versions) > 0
