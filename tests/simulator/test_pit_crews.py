"""Standstills are those that pit crews can have."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.simulator.pit_crews import PitCrews, standstill_quantiles


def test_standstill_quantiles__no_stop_is_quicker_than_any_has_been():
    found = standstill_quantiles(PitCrews((2.09, 2.5, 2.93), (3.2, 3.5, 4.1)))
    assert (found >= 1.8).all()
    assert (np.diff(found, axis=1) >= 0).all()


def test_standstill_quantiles__median_and_slower_half_are_log_logistic():
    (found,) = standstill_quantiles(PitCrews((2.5,), (3.5,)))
    ranks = (np.arange(found.size) + 0.5) / found.size
    assert np.median(found) == pytest.approx(2.5, abs=0.01)
    # By hand: nine to one on is 9^(1/3.5) times the median.
    assert np.interp(0.9, ranks, found) == pytest.approx(2.5 * 9 ** (1 / 3.5), abs=0.01)


def test_standstill_quantiles__the_quicker_half_lies_close_to_the_median():
    (found,) = standstill_quantiles(PitCrews((2.5,), (3.5,)))
    ranks = (np.arange(found.size) + 0.5) / found.size
    # By hand: one to three on is 1.8 + 0.7 * 3^(-0.3 / (3.5 * 0.28)) = 2.30, where the same share
    # beyond the median takes 3.42.
    assert np.interp(0.25, ranks, found) == pytest.approx(2.30, abs=0.01)
    assert np.interp(0.75, ranks, found) == pytest.approx(3.42, abs=0.01)


@pytest.mark.parametrize("median_s", [0.0, 0.5, 1.8, 1.9])
def test_standstill_quantiles__a_crew_may_be_quicker_still(median_s):
    (found,) = standstill_quantiles(PitCrews((median_s,), (3.5,)))
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    assert np.median(found) == pytest.approx(median_s, abs=0.01)
