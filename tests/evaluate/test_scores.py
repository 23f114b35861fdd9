import math

import numpy as np
import pytest

from predictor.evaluate.scores import mean_scores, score_race


def test_score_race__a_sure_and_right_forecast_is_perfect():
    scores = score_race(np.eye(4))
    assert scores["rps"] == 0.0
    assert scores["winner_log_loss"] == pytest.approx(3e-4, abs=1e-5)  # p is clipped at 1e-4
    assert scores["top_1"] == scores["mrr"] == 1.0
    assert scores["spearman"] == pytest.approx(1.0)


def test_score_race__a_uniform_forecast_by_hand():
    scores = score_race(np.full((4, 4), 0.25))
    # thresholds 1..3 forecast .25 .5 .75 for all; outcome has 1, 2, 3 of 4 drivers inside
    by_hand = sum(k * (1 - k / 4) ** 2 + (4 - k) * (k / 4) ** 2 for k in (1, 2, 3)) / (4 * 3)
    assert scores["rps"] == pytest.approx(by_hand)
    assert scores["winner_log_loss"] == pytest.approx(math.log(4))
    assert scores["top_1"] == 0.25
    assert scores["top_3"] == 0.75
    assert scores["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert scores["podium_log_loss"] == pytest.approx(-(3 * math.log(0.75) + math.log(0.25)) / 4)
    assert scores["spearman"] == 0.0


def test_score_race__mrr_counts_who_was_thought_likelier():
    p = np.array([[0.2, 0.8, 0.0], [0.5, 0.0, 0.5], [0.3, 0.2, 0.5]])
    scores = score_race(p)
    assert scores["mrr"] == pytest.approx(1 / 3)
    assert scores["top_1"] == 0.0
    assert scores["top_3"] == 1.0


def test_mean_scores__gives_mean_and_standard_error():
    one, two = score_race(np.eye(3)), score_race(np.full((3, 3), 1 / 3))
    mean, error = mean_scores([one, two])["rps"]
    assert mean == pytest.approx((one["rps"] + two["rps"]) / 2)
    assert error == pytest.approx(abs(one["rps"] - two["rps"]) / 2)
