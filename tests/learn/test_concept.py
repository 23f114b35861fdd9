"""A model that has become worse is told, and one that has not is left alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.monitoring.concept import BOUND, concept_drift

BETS = [k / 10 for k in range(1, 10)]


def test_concept_drift__two_races_by_hand():
    """Begun at race 1 (weight 1/2), at race 2 (1/6), not yet begun (1/3)."""
    first, second = 0.1 / BOUND, -0.2 / BOUND
    report = concept_drift([2.6, 2.4], [2.5, 2.6])
    from_first = np.mean([(1 + b * first) * (1 + b * second) for b in BETS])
    from_second = np.mean([1 + b * second for b in BETS])
    after_one = np.mean([1 + b * first for b in BETS]) / 2 + 1 / 2
    after_two = from_first / 2 + from_second / 6 + 1 / 3
    assert report.evidence == pytest.approx(max(1.0, after_one, after_two))
    assert report.mean == pytest.approx(-0.05)
    assert report.se == pytest.approx(math.sqrt((0.15**2 + 0.15**2) / 1 / 2))
    assert not report.is_alarm


def test_concept_drift__the_alarm_names_its_race_and_stays():
    losses = [2.5] * 20 + [2.0] * 20
    report = concept_drift(losses, [2.2] * 20 + [2.5] * 20)
    assert report.is_alarm
    assert report.alarm_race == 11
    assert concept_drift(losses[:10], [2.2] * 10).alarm_race is None


def test_concept_drift__a_change_in_mid_season_is_seen():
    good, bad = [-0.1] * 12, [0.4] * 12
    report = concept_drift([2.5 + d for d in good + bad], [2.5] * 24)
    assert report.is_alarm
    assert report.alarm_race > 12


def test_concept_drift__two_terrible_races_are_no_alarm():
    """However terrible: each counts as `BOUND`, or the rate would not be kept."""
    report = concept_drift([9.2, 9.2] + [2.5] * 10, [2.5] * 12)
    assert not report.is_alarm
    bounded = concept_drift([2.5 + BOUND, 2.5 + BOUND] + [2.5] * 10, [2.5] * 12)
    assert report.evidence == bounded.evidence


@pytest.mark.parametrize("draw", ["normal", "skewed", "coin"])
def test_concept_drift__false_alarms_keep_their_rate(draw):
    """Differences with mean 0 after bounding, looked at after every one of 40 races."""
    rng = np.random.default_rng(4)
    n_alarms = 0
    for _ in range(200):
        if draw == "normal":
            d = rng.normal(0.0, 0.2, 40)
        elif draw == "skewed":
            d = np.where(rng.random(40) < 0.2, 0.4, -0.1)
        else:
            d = rng.choice([-BOUND, BOUND], 40)
        n_alarms += concept_drift(2.5 + d, np.full(40, 2.5)).is_alarm
    assert n_alarms / 200 <= 0.05


def test_concept_drift__no_race_says_nothing():
    report = concept_drift([], [])
    assert (report.n_races, report.mean, report.se, report.evidence) == (0, 0.0, 0.0, 1.0)
    assert not report.is_alarm
    assert concept_drift([2.0], [2.5]).se == 0.0


@pytest.mark.parametrize(
    ("losses", "others"), [([1.0], []), ([math.nan], [1.0]), ([1.0], [math.inf])]
)
def test_concept_drift__refuses_what_cannot_be_compared(losses, others):
    with pytest.raises(F1Error, match="race by race"):
        concept_drift(losses, others)
