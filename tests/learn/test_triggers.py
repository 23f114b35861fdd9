"""Reasons to train come when they should, with their figures, and not by chance."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from predictor.learn.monitoring.triggers import (
    ReasonKind,
    RetrainingRules,
    SeasonSeen,
    accuracy_is_below,
    retraining_reasons,
)

RULES = RetrainingRules(new_regulations=(2022,))
DATES = ("2021-03-28", "2021-04-18", "2021-05-02", "2021-05-09", "2021-05-23")
FRESH = SeasonSeen(2021, DATES, is_over=False, trained_until="2021-05-23", version="1.0")


def kinds(seen, rules=RULES):
    return [reason.kind for reason in retraining_reasons(seen, rules)]


def test_reasons__a_model_that_knows_all_there_is_may_stay():
    assert retraining_reasons(FRESH, RULES) == ()
    assert retraining_reasons(replace(FRESH, is_over=True), RULES) == ()


def test_reasons__a_season_that_is_over_and_new_to_the_model():
    over = replace(FRESH, is_over=True, trained_until="2021-05-02")
    (reason,) = retraining_reasons(over, RULES)
    assert reason.kind is ReasonKind.SEASON
    assert reason.text == "the season 2021 is over, 2 of its races are new to the model"


def test_reasons__a_model_that_missed_a_whole_season():
    stale = replace(FRESH, race_dates=DATES[:1], trained_until="2019-12-01")
    (reason,) = retraining_reasons(stale, RULES)
    assert (reason.kind, reason.key) == (ReasonKind.SEASON, "season 2020 over")
    assert retraining_reasons(replace(stale, trained_until="2020-12-13"), RULES) == ()


def test_reasons__the_schedule_counts_days_of_the_data_and_new_races():
    old = replace(FRESH, trained_until="2020-12-13")
    (reason,) = retraining_reasons(old, RULES)
    assert reason.kind is ReasonKind.SCHEDULE
    assert "5 races in 161 days" in reason.text
    # 31 days a month, and fewer races than are worth it.
    assert kinds(old, replace(RULES, after_races=6)) == []
    assert kinds(old, replace(RULES, after_months=161 / 30.4375)) == [ReasonKind.SCHEDULE]
    assert kinds(old, replace(RULES, after_months=162 / 30.4375)) == []
    assert kinds(old, replace(RULES, after_months=0)) == []


def test_reasons__the_schedule_is_the_same_reason_until_more_races_have_come():
    old = replace(FRESH, trained_until="2020-12-13")
    keys = {
        retraining_reasons(replace(old, race_dates=dates), RULES)[0].key
        for dates in (DATES[:4], DATES)
    }
    later = replace(old, race_dates=(*DATES, "2021-06-06", "2021-06-20", "2021-06-27"))
    assert len(keys) == 1
    assert retraining_reasons(later, RULES)[0].key not in keys


def test_reasons__new_regulations_once_there_are_races_under_them():
    dates = tuple(day.replace("2021", "2022") for day in DATES)
    seen = replace(FRESH, season=2022, race_dates=dates, trained_until="2021-12-12")
    assert ReasonKind.REGULATIONS in kinds(seen)
    assert kinds(replace(seen, race_dates=dates[:3])) == []
    assert ReasonKind.REGULATIONS not in kinds(replace(seen, trained_until=dates[2]))
    assert ReasonKind.REGULATIONS not in kinds(seen, RetrainingRules())


def test_reasons__drift_names_what_drifted_and_is_new_with_a_new_version():
    drifted = replace(FRESH, drifted=("a", "b", "c", "d"), worse_than=("grid baseline",))
    features, concept = retraining_reasons(drifted, RULES)
    assert features.text.endswith("training: a, b, c and 1 more")
    assert concept.text == "the model has become worse than the grid baseline"
    again = retraining_reasons(replace(drifted, version="1.1"), RULES)
    assert {one.key for one in again}.isdisjoint({features.key, concept.key})
    assert kinds(drifted) == [ReasonKind.FEATURE_DRIFT, ReasonKind.CONCEPT_DRIFT]


def test_reasons__accuracy_below_the_floor_with_the_figures():
    seen = replace(FRESH, in_top_3=(True, False) * 8)
    (reason,) = retraining_reasons(seen, RULES)
    assert reason.text == (
        "the winner was among the three most likely in 8 of 16 races, the floor is 80%"
    )


def test_accuracy_is_below__the_binomial_by_hand():
    # 14 of 24 or fewer at .8: the sum of the lower tail.
    tail = sum(comb(24, k) * 0.8**k * 0.2 ** (24 - k) for k in range(15))
    hits = [True] * 14 + [False] * 10
    assert accuracy_is_below(hits, 0.8, tail * 1.001)
    assert not accuracy_is_below(hits, 0.8, tail * 0.999)
    assert not accuracy_is_below([], 0.8, 0.5)
    assert not accuracy_is_below([False], 0.8, 0.01)


@pytest.mark.parametrize(("share", "most"), [(0.9, 0.002), (0.8, 0.05)])
def test_accuracy_is_below__seldom_by_chance_though_looked_at_after_every_race(share, most):
    """.9 is what published forecasts of 2014-2021 have; .8 is the floor itself."""
    hits = np.random.default_rng(2).random((2000, 24)) < share
    alarms = [
        any(accuracy_is_below(season[:n].tolist(), 0.8, 0.01) for n in range(1, 25))
        for season in hits
    ]
    assert np.mean(alarms) <= most
