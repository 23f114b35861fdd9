import itertools

import numpy as np
import pytest

from predictor.simulator.cpu.sort import sort
from predictor.simulator.lanes import KEY, SIZE, WIDTH
from predictor.simulator.sorting import sorting_network


def apply(network, rows):
    rows = rows.copy()
    for low, high in network:
        rows[:, [low, high]] = np.sort(rows[:, [low, high]], axis=1)
    return rows


@pytest.mark.parametrize("n", range(2, 13))
def test_sorting_network__sorts_all_zeros_and_ones(n):
    # Knuth's 0-1 principle: a network that sorts these sorts everything
    rows = np.array(list(itertools.product((0, 1), repeat=n)))
    assert (np.diff(apply(sorting_network(n), rows), axis=1) >= 0).all()


@pytest.mark.parametrize("n", [20, 22, 32])
def test_sorting_network__sorts_a_full_field(n):
    rows = np.random.default_rng(1).random((300, n))
    np.testing.assert_array_equal(apply(sorting_network(n), rows), np.sort(rows, axis=1))


def test_sorting_network__needs_97_comparisons_for_20_cars():
    assert len(sorting_network(20)) == 97


@pytest.mark.slow
@pytest.mark.parametrize("n", [2, 20, 22, 23])
def test_sort__of_the_kernel_sorts_every_lane(n):
    rows = np.full((32, WIDTH), 2**31 - 1, np.int32)
    rows[:n] = np.random.default_rng(n).integers(-(2**20), 2**20, (n, WIDTH))
    s = np.zeros(SIZE, np.int32)
    s[KEY : KEY + rows.size] = rows.ravel()
    sort(n, s, sorting_network(n))
    expected = np.sort(rows, axis=0)
    np.testing.assert_array_equal(s[KEY : KEY + rows.size].reshape(rows.shape), expected)
    assert s.sum(dtype=np.int64) == rows.sum(dtype=np.int64)
