import numpy as np
import pytest

from predictor.forecast.assemble import ScenarioForecast
from predictor.forecast.championship import FinalPoints
from predictor.forecast.paired import (
    paired_finishes,
    paired_points,
    paired_positions,
    paired_titles,
)
from predictor.vocabulary import Scenario


def forecast(position):
    """Give a forecast of drivers a and b whose probabilities are plain shares of its races."""
    position = np.array(position, dtype=np.uint8)
    share = np.stack([(position == place).mean(axis=0) for place in (1, 2)], axis=1)
    return ScenarioForecast(
        ("a", "b"), len(position), share, np.zeros(2), np.zeros((2, 2)), position,
        np.full(len(position), 255, dtype=np.uint8), np.zeros((2, 2)),
    )  # fmt: skip


A_WINS, B_WINS = (1, 2), (2, 1)


def test_paired_finishes__counts_only_races_that_turned():
    base = {Scenario.DRY: forecast([A_WINS, A_WINS, B_WINS, B_WINS])}
    changed = {Scenario.DRY: forecast([A_WINS, A_WINS, A_WINS, B_WINS])}
    found = paired_finishes(base, changed, {Scenario.DRY: 1.0}, 1)
    assert found.base.tolist() == [0.5, 0.5]
    assert found.changed.tolist() == [0.75, 0.25]
    assert found.difference.tolist() == [0.25, -0.25]
    # One race in four turned: differences 0, 0, 1, 0 have variance 3/16, over 4 races.
    assert found.se == pytest.approx([np.sqrt(3 / 16 / 4)] * 2)


def test_paired_finishes__races_that_turn_both_ways_leave_noise_and_no_difference():
    base = {Scenario.DRY: forecast([A_WINS, B_WINS])}
    changed = {Scenario.DRY: forecast([B_WINS, A_WINS])}
    found = paired_finishes(base, changed, {Scenario.DRY: 1.0}, 1)
    assert found.difference.tolist() == [0.0, 0.0]
    assert found.se == pytest.approx([np.sqrt(1 / 2)] * 2)  # -1 and 1: variance 1, over 2 races


def test_paired_finishes__scenarios_count_by_their_share():
    base = {Scenario.DRY: forecast([A_WINS, B_WINS]), Scenario.WET: forecast([B_WINS, B_WINS])}
    changed = {Scenario.DRY: forecast([A_WINS, A_WINS]), Scenario.WET: forecast([B_WINS, B_WINS])}
    found = paired_finishes(base, changed, {Scenario.DRY: 0.8, Scenario.WET: 0.2}, 1)
    assert found.base == pytest.approx([0.4, 0.6])
    assert found.changed == pytest.approx([0.8, 0.2])
    # Dry: 0 and 1 have variance 1/4, over 2 races; wet nothing turned.
    assert found.se == pytest.approx([0.8 * np.sqrt(1 / 8)] * 2)


def test_paired_positions__are_means_of_places():
    base = {Scenario.DRY: forecast([A_WINS, B_WINS])}
    changed = {Scenario.DRY: forecast([A_WINS, A_WINS])}
    found = paired_positions(base, changed, {Scenario.DRY: 1.0})
    assert found.base == pytest.approx([1.5, 1.5])
    assert found.changed == pytest.approx([1.0, 2.0])
    assert found.se == pytest.approx([np.sqrt(1 / 8)] * 2)


def final(points):
    points = np.array(points, dtype=np.float64)
    places = np.zeros((*points.shape, 1), dtype=np.int64)
    return FinalPoints(("x", "y"), np.zeros(2), points, places)


def test_paired_titles__pairs_seasons():
    base = final([[10, 5], [4, 5], [4, 5], [10, 5]])
    changed = final([[10, 5], [6, 5], [4, 5], [10, 5]])
    titles = paired_titles(base, changed)
    assert titles.base.tolist() == [0.5, 0.5]
    assert titles.changed.tolist() == [0.75, 0.25]
    assert titles.se == pytest.approx([np.sqrt(3 / 16 / 4)] * 2)
    points = paired_points(base, changed)
    assert points.difference.tolist() == [0.5, 0.0]
    assert points.se == pytest.approx([np.sqrt(12 / 16 / 4), 0.0])  # 0, 2, 0, 0: variance 12/16
