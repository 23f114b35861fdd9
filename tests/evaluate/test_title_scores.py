"""Scores of title odds against numbers worked out by hand."""

import math

import numpy as np
import pytest

from predictor.evaluate.title_scores import (
    TitleForecast,
    clustered_mean,
    score_title,
    summarise_titles,
)


def forecast(season, n_done, p_first, *, n_rounds=4, champion=0):
    """Two drivers, and a reference model without an opinion."""
    p = np.array([p_first, 1.0 - p_first])
    even = {"standings": np.array([0.5, 0.5])}
    return TitleForecast(season, n_done, n_rounds, "drivers", ("a", "b"), p, champion, even)


def test_score_title__two_drivers_by_hand():
    assert score_title(np.array([0.7, 0.3]), 1) == {
        "log_loss": pytest.approx(-math.log(0.3)),
        "brier": pytest.approx(0.7**2),  # (0.7^2 + 0.7^2) / 2
    }


def test_score_title__what_was_held_impossible_costs_a_finite_loss():
    found = score_title(np.array([1.0, 0.0]), 1)
    assert found["log_loss"] == pytest.approx(-math.log(1e-4 / 1.0001))
    assert found["brier"] == 1.0


def test_clustered_mean__by_hand():
    # two seasons: values 1, 2, 3 and 6; mean 3; sums of residuals -3 and 3
    found = clustered_mean(np.array([1.0, 2.0, 3.0, 6.0]), np.array([1, 1, 1, 2]))
    assert found == {"mean": 3.0, "se": pytest.approx(math.sqrt(2 / 1 * (9 + 9)) / 4)}


def test_clustered_mean__a_season_told_ten_times_is_still_one():
    values, seasons = np.array([0.1, 0.5, 0.9]), np.array([1, 2, 3])
    once = clustered_mean(values, seasons)
    often = clustered_mean(np.repeat(values, 10), np.repeat(seasons, 10))
    assert once["se"] == pytest.approx(values.std(ddof=1) / math.sqrt(3))
    assert often["se"] == pytest.approx(once["se"])


def test_clustered_mean__one_season_has_no_error():
    assert clustered_mean(np.array([1.0, 2.0]), np.array([7, 7])) == {"mean": 1.5, "se": None}


def test_summarise_titles__by_thirds_of_the_season_and_paired():
    # of four rounds the first is in the first third, the second and third in others
    found = summarise_titles(
        [forecast(2020, n, p) for n, p in ((1, 0.5), (2, 0.8), (3, 1.0))]
        + [forecast(2021, n, p, champion=1) for n, p in ((1, 0.5), (2, 0.4), (3, 0.0))]
    )
    assert found["counts"] == {
        "whole season": 6, "first third": 2, "second third": 2, "last third": 2
    }  # fmt: skip
    assert (found["forecasts"], found["seasons"]) == (6, 2)
    brier = found["scores"]["second third"]["product"]["brier"]
    # .2^2 and .4^2: mean .1; residuals -.06 and .06, so sqrt(2 * .0072) / 2
    assert brier == {"mean": pytest.approx(0.1), "se": pytest.approx(0.06)}
    gain = found["differences"]["second third"]["standings"]["brier"]
    assert gain["mean"] == pytest.approx(0.1 - 0.25)
    assert gain["se"] == pytest.approx(0.06)
    assert found["per_forecast"][1]["p_champion"] == 0.8
    assert found["per_forecast"][1]["p_title"] == {"a": 0.8, "b": pytest.approx(0.2)}


def test_summarise_titles__bins_count_forecasts_and_contenders():
    found = summarise_titles([forecast(2020, n, 0.7) for n in (1, 2, 3)])["bins"]
    filled = {(one["lower"], one["upper"]): one for one in found if one["count"]}
    assert list(filled) == [(0.2, 0.4), (0.6, 0.8)]
    high = filled[0.6, 0.8]
    assert (high["count"], high["contenders"], high["frequency"]) == (3, 1, 1.0)
    assert high["mean_forecast"] == pytest.approx(0.7)
