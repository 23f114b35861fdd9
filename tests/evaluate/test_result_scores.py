"""Forecasts made before the starters were known, scored by hand."""

from __future__ import annotations

import math

import pytest

from predictor.evaluate.result_scores import scores_by_result
from predictor.evaluate.scores import score_race
from predictor.evaluate.summary import SUMMARY_METRICS

SAID = {"a": (0.6, 0.3, 0.1), "b": (0.3, 0.4, 0.3), "c": (0.1, 0.3, 0.6)}


def test_scores_by_result__in_the_order_of_the_result():
    found = scores_by_result(SAID, ("b", "a", "c"))
    assert set(found) == set(SUMMARY_METRICS)
    assert found["winner_log_loss"] == pytest.approx(-math.log(0.3))
    assert found["top_1"] == 0.0
    # Cumulated: b 0.3 0.7 against 1 1, a 0.6 0.9 against 0 1, c 0.1 0.4 against 0 0.
    expected = (0.49 + 0.09 + 0.36 + 0.01 + 0.01 + 0.16) / (3 * 2)
    assert found["rps"] == pytest.approx(expected)


def test_scores_by_result__who_did_not_start_stands_last():
    import numpy as np  # noqa: PLC0415

    expected = score_race(np.array([SAID["c"], SAID["b"], SAID["a"]]))
    found = scores_by_result(SAID, ("c", "b"))
    assert {name: found[name] for name in expected} == expected


def test_scores_by_result__who_was_not_forecast_is_passed_over():
    assert scores_by_result(SAID, ("c", "x", "b", "a")) == scores_by_result(SAID, ("c", "b", "a"))


@pytest.mark.parametrize(
    ("said", "starters"),
    [
        (SAID, ()),
        (SAID, ("x", "a")),
        ({"a": (0.5, 0.4, 0.1), "b": (0.5, 0.4, 0.1)}, ("a", "b")),
    ],
    ids=["nobody started", "a winner of whom nothing was said", "no place to each driver"],
)
def test_scores_by_result__none_where_there_is_nothing_to_score(said, starters):
    assert scores_by_result(said, starters) == {}
