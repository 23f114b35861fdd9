from __future__ import annotations

import numpy as np
import pytest

from predictor.learn.training.course import by_race, stopping_epoch


def test_stopping_epoch__takes_the_best_where_going_on_was_clearly_worse():
    rng = np.random.default_rng(1)
    races = rng.normal(size=20)
    curve = np.array([3.0, 2.0, 1.0, 1.5, 2.5])[:, None] + races  # every race says the same
    assert stopping_epoch(curve) == 3


def test_stopping_epoch__goes_on_where_races_do_not_agree():
    # The last epoch is worse by .1 on average, and by -2 to 2 from race to race.
    races = np.linspace(-2.0, 2.0, 20)
    assert stopping_epoch(np.array([np.zeros(20), np.full(20, -0.1), races])) == 3
    assert stopping_epoch(np.array([np.zeros(20), np.full(20, -0.1), races / 50])) == 2


def test_stopping_epoch__of_one_race_or_one_epoch():
    assert stopping_epoch(np.array([[1.0], [2.0]])) == 1
    assert stopping_epoch(np.array([[1.0, 2.0]])) == 1


def test_by_race__averages_the_horizons_of_a_race():
    losses = np.array([[1.0, 2.0, 3.0, 10.0], [0.0, 0.0, 3.0, 4.0]])
    found = by_race(losses, ["2020-a", "2020-a", "2020-a", "2020-b"])
    assert found == pytest.approx(np.array([[2.0, 10.0], [1.0, 4.0]]))
