"""Models side by side: scores worked out by hand, and pairs of races."""

from __future__ import annotations

import math

import numpy as np
import pytest

from predictor.evaluate.model_scores import (
    MODEL_METRICS,
    ModelsOfRace,
    compare_models,
    model_scores,
)
from predictor.evaluate.scores import score_race
from predictor.vocabulary import Horizon


def circulant(first):
    """Give a matrix whose rows and columns sum to one: row i is the first, moved by i."""
    return np.array([np.roll(first, i) for i in range(len(first))])


def test_model_scores__by_hand_for_six_cars():
    p = circulant([0.3, 0.1, 0.1, 0.2, 0.1, 0.2])
    # p(win) by place: .3 .2 .1 .2 .1 .1; p(podium): .5 .6 .6 .5 .4 .4
    scores = model_scores(p)
    assert scores["top_1"] == scores["top_5"] == 1.0
    assert scores["place_log_loss"] == pytest.approx(-math.log(0.3))
    assert scores["podium_overlap"] == pytest.approx(2.5 / 3)  # second, third, and one of two
    assert scores["podium_accuracy"] == pytest.approx(5 / 6)  # "yes" to second and third alone
    assert scores["rps"] == score_race(p)["rps"]
    assert tuple(sorted(scores)) == tuple(sorted(MODEL_METRICS))


def test_model_scores__the_sixth_likeliest_winner_is_not_among_five():
    p = circulant([0.05, 0.19, 0.19, 0.19, 0.19, 0.19])
    assert model_scores(p)["top_5"] == 0.0


def test_model_scores__equals_share_their_ranks():
    p = np.full((10, 10), 0.1)
    assert model_scores(p)["top_5"] == pytest.approx(0.5)
    assert model_scores(p)["place_log_loss"] == pytest.approx(math.log(10))


def test_model_scores__an_impossible_place_costs_no_more_than_the_smallest_probability():
    assert model_scores(np.eye(4)[::-1])["place_log_loss"] == pytest.approx(-math.log(1e-4))


def race(number, horizon, **models):
    return ModelsOfRace(f"race-{number}", 2024, f"2024-0{number}-01", horizon, models)


def test_compare_models__pairs_races_with_the_reference():
    flat = np.full((4, 4), 0.25)
    sharp = circulant([0.7, 0.1, 0.1, 0.1])
    middling = circulant([0.4, 0.2, 0.2, 0.2])
    races = [
        race(1, Horizon.AFTER_QUALIFYING, filter=flat, other=sharp),
        race(2, Horizon.AFTER_QUALIFYING, filter=flat, other=middling),
        race(1, Horizon.BEFORE_WEEKEND, filter=flat, other=flat),
    ]
    found = compare_models(races, "filter")
    assert {name: one["races"] for name, one in found.items()} == {"a": 1, "c": 2}
    gains = [math.log(0.25 / 0.7), math.log(0.25 / 0.4)]
    told = found["c"]["differences"]["other"]["place_log_loss"]
    assert told["mean"] == pytest.approx(np.mean(gains))
    assert told["se"] == pytest.approx(abs(gains[0] - gains[1]) / 2)
    assert found["a"]["differences"]["other"]["rps"] == {"mean": 0.0, "se": None}
    assert "filter" not in found["c"]["differences"]
    # All win odds of .25: one car in four wins.
    assert found["c"]["ece"]["filter"]["win"] == pytest.approx(0.0)
