"""Partial pooling against numbers worked out by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.circuit_fit.pooling import falling, pool, pool_shares


def test_pool__by_hand():
    # Two races each. Within: squares 2 + 2 over 2 degrees of freedom = 2, so a mean has variance
    # 1. Means 0 and 10: the sum of squares about 5 is 50, less 1 expected, over a scale of
    # 2 - 2/2 = 1 leaves 49 between. Kept: 49 / 50, so 5 -+ 4.9.
    found = pool([-1.0, 1.0, 9.0, 11.0], [0.0] * 4, ["a", "a", "b", "b"])
    assert found.within**2 == pytest.approx(2.0)
    assert found.between**2 == pytest.approx(49.0)
    assert found.value == pytest.approx({"a": 0.1, "b": 9.9})
    # The mean of two circuits of variance 50 has variance 25: .98 x 1 + .02² x 25 = .99
    assert found.sd["a"] == pytest.approx(0.99**0.5)
    assert found.races == {"a": 2, "b": 2}


def test_pool__circuits_that_differ_by_no_more_than_chance_are_one():
    found = pool([-1.0, 1.0, -0.5, 1.5], [0.0] * 4, ["a", "a", "b", "b"])
    assert found.between == 0.0
    assert found.value["a"] == found.value["b"] == pytest.approx(0.25)


def test_pool__a_circuit_with_one_race_leans_on_the_others_more():
    values = [0.0, 2.0, 8.0, 10.0, 9.0, 9.0, 20.0]
    found = pool(values, [0.0] * 7, ["a", "a", "b", "b", "b", "b", "c"])
    assert 9.0 < found.value["c"] < 20.0
    assert found.sd["c"] > found.sd["b"]


def test_pool__an_unknown_circuit_takes_the_mean_with_the_spread():
    found = pool([-1.0, 1.0, 9.0, 11.0], [0.0] * 4, ["a", "a", "b", "b"])
    assert found.at("c") == pytest.approx((5.0, (49.0 + 25.0) ** 0.5, 0))


def test_pool__recovers_planted_spreads():
    draw = np.random.default_rng(3)
    circuits = [f"c{i}" for i in range(60) for _ in range(8)]
    truth = np.repeat(draw.normal(5.0, 0.5, 60), 8)
    values = truth + draw.normal(0.0, 1.0, 480) + draw.normal(0.0, 0.5, 480)
    found = pool(list(values), [0.5] * 480, circuits)
    assert found.mean == pytest.approx(5.0, abs=0.3)
    assert found.between == pytest.approx(0.5, abs=0.15)
    assert found.within == pytest.approx(1.0, abs=0.1)
    pooled = np.array([found.value[name] for name in dict.fromkeys(circuits)])
    plain = values.reshape(60, 8).mean(axis=1)
    assert np.mean((pooled - truth[::8]) ** 2) < np.mean((plain - truth[::8]) ** 2)


def test_pool__nothing_known_is_nan_not_a_number():
    assert np.isnan(pool([np.nan], [0.0], ["a"]).at("a")[0])


def test_pool_shares__by_hand():
    # All alike: the prior is as strong as it may be, and (0.5 + 20) / 41 the mean.
    found = pool_shares({"a": (10, 20), "b": (10, 20)}, most_prior=100.0)
    assert found.mean == pytest.approx(0.5)
    assert found.at("a")[0] == pytest.approx((10 + 100 * 0.5) / 120)
    assert found.at("z")[0] == pytest.approx(0.5)


def test_pool_shares__circuits_that_differ_keep_their_own():
    found = pool_shares({"a": (90, 100), "b": (10, 100), "c": (50, 100)})
    assert found.prior < 10.0
    assert found.at("a")[0] > 0.85
    assert found.at("b")[0] < 0.15


def test_pool_shares__never_says_never():
    found = pool_shares({"a": (0, 10), "b": (0, 12)})
    assert 0.0 < found.at("a")[0] < 0.05


def test_pool__a_circuit_like_no_other_moves_by_no_more_than_it_may():
    values = [1.0, 1.2, 0.9, 1.1, 1.0, 1.2, 0.8, 1.0, 2.0, 2.2]
    circuits = ["a", "a", "b", "b", "c", "c", "d", "d", "monaco", "monaco"]
    errors = [0.6] * 10
    free, held = pool(values, errors, circuits), pool(values, errors, circuits, most_moved=0.25)
    se = 0.6 / np.sqrt(2.0)  # the spread within circuits is less than the errors explain
    assert held.value["monaco"] == pytest.approx(2.1 - 0.25 * se)
    assert free.value["monaco"] < held.value["monaco"]
    assert held.value["a"] == pytest.approx(free.value["a"])  # near the mean: not held


def test_falling__what_rises_is_levelled_by_how_well_it_is_known():
    assert falling([3.0, 2.0, 1.0], [1.0, 1.0, 1.0]) == [3.0, 2.0, 1.0]
    assert falling([1.0, 3.0, 2.0], [1.0, 1.0, 1.0]) == [2.0, 2.0, 2.0]
    assert falling([1.0, 2.0, 0.5], [1.0, 0.5, 1.0]) == pytest.approx([1.8, 1.8, 0.5])


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(0.1, 9)), min_size=1, max_size=5))
def test_falling__never_rises_and_keeps_the_weighted_mean(known):
    values, sds = zip(*known, strict=True)
    found = falling(values, sds)
    assert all(a >= b - 1e-12 for a, b in pairwise(found))
    weights = [1.0 / sd**2 for sd in sds]
    assert np.average(found, weights=weights) == pytest.approx(
        np.average(values, weights=weights), abs=1e-9
    )
