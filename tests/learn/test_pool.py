from __future__ import annotations

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.outcome.pool import doubly_stochastic, pooled

HALVES = np.array([[0.9, 0.1], [0.1, 0.9]])


def random_table(seed, n, sharpness):
    return doubly_stochastic(sharpness * np.random.default_rng(seed).normal(size=(n, n)))


def sums_off(table):
    return max(np.abs(table.sum(axis=axis) - 1.0).max() for axis in (0, 1))


def test_pooled__of_two_cars_is_the_pool_of_their_odds():
    # Odds of 9 to 1 and 1 to 1 at half each: the square root of 9, so 3 to 1.
    even = np.full((2, 2), 0.5)
    assert pooled(HALVES, even, 0.5) == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]))


def test_pooled__weight_nought_is_the_first_to_the_bit():
    p = random_table(1, 5, 2.0)
    assert pooled(p, random_table(2, 5, 1.0), 0.0) is p


def test_pooled__of_a_forecast_with_itself_is_itself():
    p = random_table(3, 20, 2.0)
    assert np.abs(pooled(p, p, 0.3) - p).max() < 1e-6


@pytest.mark.parametrize("n", [2, 3, 20, 32])
@pytest.mark.parametrize("sharpness", [0.1, 2.0, 8.0])
@pytest.mark.parametrize("weight", [0.05, 0.3, 1.0])
def test_pooled__every_row_and_column_sums_to_one(n, sharpness, weight):
    table = pooled(random_table(n, n, sharpness), random_table(n + 1, n, 1.0), weight)
    assert sums_off(table) < 1e-12
    assert (table >= 0.0).all()


@pytest.mark.parametrize("weight", [0.05, 0.3])
def test_pooled__cells_that_no_simulated_race_has_hit_do_no_harm(weight):
    surest = np.eye(20)
    assert sums_off(pooled(surest, random_table(4, 20, 1.0), weight)) < 1e-12
    groups = np.kron(np.eye(2), np.full((10, 10), 0.1))  # two groups that never mix
    assert sums_off(pooled(groups, random_table(5, 20, 3.0), weight)) < 1e-12


def test_pooled__takes_what_no_simulated_race_has_hit_for_possible():
    surest = np.eye(3)
    found = pooled(surest, np.full((3, 3), 1 / 3), 0.3)
    assert (found > 0.0).all()
    assert pooled(surest, np.full((3, 3), 1 / 3), 1.0) == pytest.approx(1 / 3)


def test_pooled__does_not_hang_on_the_order_of_drivers():
    p, q = random_table(6, 8, 2.0), random_table(7, 8, 2.0)
    turned = [3, 1, 0, 2, 7, 6, 5, 4]
    assert pooled(p[turned], q[turned], 0.2) == pytest.approx(pooled(p, q, 0.2)[turned], abs=1e-12)


@pytest.mark.parametrize(
    ("p", "weight", "words"),
    [
        (np.full((3, 3), 1 / 3), 0.2, "do not fit together"),
        (np.array([[0.5, np.nan], [0.5, 0.5]]), 0.2, "no probability"),
        (np.array([[1.5, -0.5], [-0.5, 1.5]]), 0.2, "no probability"),
        (HALVES, -0.1, "out of range"),
        (HALVES, float("nan"), "out of range"),
    ],
)
def test_pooled__refuses_what_is_no_forecast(p, weight, words):
    with pytest.raises(F1Error, match=words):
        pooled(HALVES, p, weight)
