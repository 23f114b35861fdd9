import numpy as np
import pytest

from predictor.evaluate.calibration import calibration_error, interval_coverage, reliability


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
