import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.evaluate.calibration import (
    calibration_error,
    consistency_band,
    interval_coverage,
    reliability,
    win_power,
)


def test_calibration_error__four_forecasts_by_hand():
    bins = reliability(np.array([0.05, 0.15, 0.95, 0.95]), np.array([False, True, True, False]))
    # gaps .05, .85 and, of two forecasts, .45
    assert calibration_error(bins) == pytest.approx((0.05 + 0.85 + 2 * 0.45) / 4)
    assert [one.count for one in bins] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (bins[9].mean_forecast, bins[9].frequency) == (0.95, 0.5)
    assert bins[5].mean_forecast is None


def test_reliability__an_edge_belongs_to_the_bin_above_and_one_to_the_last():
    p = np.array([0.0, 0.3, 0.7, 1.0])
    counts = [one.count for one in reliability(p, np.zeros(4, bool))]
    assert counts == [1, 0, 0, 1, 0, 0, 0, 1, 0, 1]


def test_interval_coverage__a_uniform_forecast_by_hand():
    p = np.full((4, 4), 0.25)
    # F runs from 0 to .25, .5, .75, 1; half lies between .25 and .75, four fifths .1 to .9
    assert interval_coverage(p, 0.5).tolist() == [0.0, 1.0, 1.0, 0.0]
    assert interval_coverage(p, 0.8) == pytest.approx([0.6, 1.0, 1.0, 0.6])


def test_interval_coverage__a_sure_and_right_forecast_covers_just_its_share():
    assert interval_coverage(np.eye(3), 0.5) == pytest.approx([0.5, 0.5, 0.5])


def test_interval_coverage__what_was_held_impossible_is_outside():
    assert interval_coverage(np.eye(3)[[1, 2, 0]], 0.9).tolist() == [0.0, 0.0, 0.0]


def test_interval_coverage__averages_its_share_under_a_true_forecast():
    p = np.array([0.6, 0.3, 0.1])
    rows = np.tile(p, (3, 1))  # row i: what is covered if this driver comes i-th
    for share in (0.5, 0.8, 0.9):
        assert p @ interval_coverage(rows, share) == pytest.approx(share)


def test_reliability__edges_of_ones_own():
    bins = reliability(np.array([0.005, 0.01, 0.5]), np.array([0, 0, 1], bool), (0, 0.01, 1))
    assert [(one.lower, one.upper, one.count) for one in bins] == [(0, 0.01, 1), (0.01, 1, 2)]


def test_consistency_band__by_hand():
    # four even chances: 0..4 with 1, 4, 6, 4, 1 of 16; 5 % is reached at 0 and 95 % at 4
    assert consistency_band(4, 0.5) == (0.0, 1.0)
    # 62.5 % between: 1/16 + 4/16 = .3125 is reached at 1, .6875 at 2, .75 at 3
    assert consistency_band(4, 0.5, share=0.5) == (0.25, 0.75)
    assert consistency_band(1, 0.01) == (0.0, 0.0)
    assert consistency_band(3, 1.0) == (1.0, 1.0)


@pytest.mark.parametrize(("count", "p"), [(7, 0.3), (150, 0.02), (5000, 0.004), (1043, 0.97)])
def test_consistency_band__holds_its_share(count, p):
    drawn = np.random.default_rng(1).binomial(count, p, 20_000) / count
    low, high = consistency_band(count, p)
    assert np.mean((low <= drawn) & (drawn <= high)) > 0.89
    assert np.mean(drawn < low) < 0.055
    assert np.mean(drawn > high) < 0.055


def races_of_two(*winners):
    """Give races of two cars, of which the first has .6: whether it won."""
    return [np.array([0.6, 0.4]) if won else np.array([0.4, 0.6]) for won in winners]


def test_win_power__two_cars_by_hand():
    # Three of four favourites of .6 won: p^power must say .75, so power = ln 3 / ln 1.5.
    power, error = win_power(races_of_two(True, True, False, True))
    assert power == pytest.approx(np.log(3.0) / np.log(1.5))
    assert error == pytest.approx((4 * 0.75 * 0.25 * np.log(1.5) ** 2) ** -0.5)


@pytest.mark.parametrize("winners", [(), (True, True), (False,)])
def test_win_power__races_that_tell_none(winners):
    assert win_power(races_of_two(*winners)) == (None, None)


def test_win_power__nobody_is_held_impossible():
    power, _ = win_power([np.array([0.0, 1.0]), *[np.array([1.0, 0.0])] * 3])
    # A driver without a chance counts as one of 1e-4, as in the winner's log loss.
    assert power == pytest.approx(np.log(3.0) / np.log(1e4))


@given(st.floats(0.5, 2.0), st.integers(0, 2**32 - 1))
def test_win_power__forecasts_made_flatter_need_the_inverse(flatter, seed):
    rng = np.random.default_rng(seed)
    races = [rng.dirichlet(np.full(5, 3.0)) + 0.01 for _ in range(40)]
    power, error = win_power(races)
    again, other = win_power([p**flatter for p in races])
    assert again * flatter == pytest.approx(power, abs=1e-6)
    assert other * flatter == pytest.approx(error, rel=1e-6)
