"""The judge of level, against noise worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.evaluate import level


def test_between__is_two_standard_errors_of_a_multinomial_difference():
    # (0.32 + 0.31 - 0.01^2) / 5000 = 0.00012598; its root is 0.011224.
    assert level.between(0.32, 0.31, 5000) == pytest.approx(0.022448, abs=1e-6)


def test_is_level__a_point_is_noise_at_5000_and_a_lead_at_200_000():
    assert level.is_level(0.32, 0.31, 5000)
    assert not level.is_level(0.32, 0.31, 200_000)
    assert not level.is_level(0.54, 0.33, 1000)


def test_is_level__without_simulations_nothing_is_told_apart():
    assert level.is_level(0.9, 0.1, 0)
    assert not level.has_moved(0.1, 0.9, 0, 5000)


def test_between_runs__adds_the_variances():
    # 0.25 / 1000 + 0.25 / 1000 = 0.0005; twice its root is 0.0447.
    assert level.between_runs(0.5, 0.5, 1000, 1000) == pytest.approx(2 * math.sqrt(0.0005))
    assert level.has_moved(0.50, 0.55, 1000, 1000)
    assert not level.has_moved(0.50, 0.54, 1000, 1000)


def test_leaders__counts_those_level_with_the_first():
    assert level.leaders([0.32, 0.31, 0.22], 5000) == 2
    assert level.leaders([0.54, 0.33], 1000) == 1
    assert level.leaders([0.05] * 20, 5000) == 20
    assert level.leaders([], 5000) == 0


def test_is_level__certainties_are_no_noise():
    assert level.between(1.0, 0.0, 5000) == 0.0
    assert not level.is_level(1.0, 0.0, 5000)
    assert level.is_level(0.0, 0.0, 5000)


def test_margin_90__holds_nine_in_ten():
    assert level.margin_90(0.5, 1000) == pytest.approx(1.6449 * 0.0158114, rel=1e-4)
    assert level.margin_90(0.5, 0) == math.inf


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 10**6))
def test_between__is_finite_and_the_same_both_ways(first, second, n_sims):
    noise = level.between(first, second, n_sims)
    assert 0 <= noise < 5
    assert noise == level.between(second, first, n_sims)
