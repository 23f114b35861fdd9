"""Distributions of features are compared as worked out by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.features.feature_counts import (
    N_BINS,
    DriftReference,
    count_races,
    drift_reference,
    reference_counts,
)
from predictor.learn.monitoring.drift import (
    FALSE_ALARM_RATE,
    _probability,
    _student_tail,
    feature_drift,
    ks,
    psi,
    statistics,
)
from predictor.vocabulary import Horizon


@dataclass
class Rows:
    """What a feature table must have to be counted."""

    event_id: str
    season: int
    values: np.ndarray
    horizon: Horizon = Horizon.AFTER_QUALIFYING


def test_psi__three_bins_by_hand():
    """50, 30 and 20 of 100 against 2, 3 and 5 of 10, each with one car of 52, 33, 25 in 110."""
    p = [(50 + 52 / 110) / 101, (30 + 33 / 110) / 101, (20 + 25 / 110) / 101]
    q = [(2 + 52 / 110) / 11, (3 + 33 / 110) / 11, (5 + 25 / 110) / 11]
    expected = sum((a - b) * math.log(a / b) for a, b in zip(p, q, strict=True))
    got = psi(np.array([50.0, 30.0, 20.0]), np.array([2.0, 3.0, 5.0]))
    assert got == pytest.approx(expected, rel=1e-12)


def test_psi__equal_shares_and_empty_sides_are_nought():
    some = np.array([3.0, 0.0, 1.0])
    assert psi(some, 7 * some) == pytest.approx(0.0, abs=1e-12)
    assert psi(some, np.zeros(3)) == 0.0
    assert psi(np.zeros(3), some) == 0.0


def test_psi__an_empty_bin_weighs_much_but_not_infinitely():
    got = psi(np.array([100.0, 0.0]), np.array([0.0, 100.0]))
    assert 4.0 < got < 12.0


def test_ks__by_hand():
    """Cumulated .5 .8 1 against .2 .5 1: the largest difference is .3."""
    assert ks(np.array([50.0, 30.0, 20.0]), np.array([2.0, 3.0, 5.0])) == pytest.approx(0.3)
    assert ks(np.zeros(3), np.ones(3)) == 0.0


def test_statistics__the_share_without_a_value_is_one_of_them():
    reference, current = np.zeros((2, 1, N_BINS + 1))
    reference[0, [0, -1]] = 6.0, 2.0  # a quarter unknown
    current[0, [0, -1]] = 1.0, 3.0
    assert statistics(reference, current)[:, 0] == pytest.approx([0.0, 0.0, 0.5])


def test_count_races__by_hand():
    rows = Rows("2020-a", 2020, np.array([[0.0], [1.0], [1.5], [9.0], [np.nan], [-np.inf]]))
    (counts,) = count_races([rows], [(0.0, 1.0, 2.0)])
    assert counts[0].tolist() == [2, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1]


def races(n, season=2020, seed=1):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 20, 2)).astype(np.float32)
    values[:, :, 1] = values[:, :, 1] > 1.2  # one in nine
    return [Rows(f"{season}-{i}", season, one) for i, one in enumerate(values)]


def test_drift_reference__bins_hold_a_tenth_each_and_few_values_have_few_bins():
    reference = drift_reference(races(50), ("gap", "flag"), "sha256:x")
    gap, flag = reference_counts(reference).sum(axis=0)
    assert gap.sum() == flag.sum() == 1000
    assert abs(gap[:N_BINS].astype(int) - 100).max() <= 1
    assert len(reference.edges[1]) <= 2
    assert flag[0] == sum(int((one.values[:, 1] == 0).sum()) for one in races(50))


def test_drift_reference__counts_a_race_once_at_the_horizon_that_knows_most():
    tables = races(3)
    early = [replace(one, horizon=Horizon.BEFORE_WEEKEND) for one in tables]
    whole = drift_reference(tables, ("gap", "flag"), "")
    assert drift_reference(early + tables, ("gap", "flag"), "") == whole
    with pytest.raises(F1Error, match="no race to take"):
        drift_reference(early, ("gap", "flag"), "")


def test_drift_reference__refuses_tables_of_other_features():
    with pytest.raises(F1Error, match="cannot be counted"):
        drift_reference(races(3), ("gap",), "")


def test_drift_reference__survives_json():
    reference = drift_reference(races(30), ("gap", "flag"), "sha256:x")
    text = msgspec.json.encode(reference)
    assert msgspec.json.decode(text, type=DriftReference) == reference
    assert {len(race) for race in reference.counts} == {2 * 11}  # 704 of 64 features


@pytest.mark.parametrize(
    "damage",
    [
        {"counts": ("0" * 22,)},
        {"counts": ("~" * 22,) * 3},
        {"counts": ("é" * 22,) * 3},
        {"counts": ("0" * 21, "0" * 23, "0" * 22)},
        {"edges": ((1.0,),)},
        {"edges": ((1.0,), (1.0,) * N_BINS)},
        {"seasons": (2020,)},
        {"events": (), "counts": (), "seasons": ()},
    ],
)
def test_reference_counts__refuses_what_it_has_not_written(damage):
    reference = drift_reference(races(3), ("gap", "flag"), "")
    with pytest.raises(F1Error, match="cannot be read"):
        reference_counts(replace(reference, **damage))


def seasons(n_seasons, rng, *, n_races=20, n_features=8, effect=0.3):
    """Races whose features shift a little from season to season and from race to race."""
    found = []
    for year in range(2000, 2000 + n_seasons):
        season = rng.normal(0.0, effect, n_features)
        for i in range(n_races):
            shift = season + rng.normal(0.0, effect, n_features)
            values = rng.normal(size=(20, n_features)) + shift
            found.append(Rows(f"{year}-{i}", year, values.astype(np.float32)))
    return found


NAMES = tuple("abcdefgh")


def split(found, n_now=20):
    return drift_reference(found[:-20], NAMES, "sha256:x"), found[-20:][:n_now]


def test_feature_drift__ordinary_seasons_seldom_alarm():
    """Looked at after every fifth race, 60 seasons after 8 of training."""
    n_alarms = 0
    for seed in range(60):
        reference, now = split(seasons(10, np.random.default_rng(seed)))
        reports = [feature_drift(reference, now[:n]) for n in (5, 10, 15, 20)]
        n_alarms += any(report.alarms for report in reports)
    assert n_alarms / 60 <= FALSE_ALARM_RATE + 0.05  # two standard errors


def test_feature_drift__permuting_races_would_alarm_all_the_time():
    """Why seasons are permuted: a season's races are alike (this is no test of the product)."""
    found = seasons(9, np.random.default_rng(3))
    counts = reference_counts(drift_reference(found, NAMES, "")).astype(float)
    whole, now = counts.sum(axis=0), counts[-20:].sum(axis=0)
    rng = np.random.default_rng(1)
    drawn = [counts[rng.choice(len(counts), 20, replace=False)].sum(axis=0) for _ in range(199)]
    shuffled = np.array([ks(whole - one, one)[0] for one in drawn])
    assert ks(whole - now, now)[0] > np.quantile(shuffled, 0.95)


@pytest.mark.parametrize(
    ("fault", "statistic"),
    [(lambda v: v * 10, "psi"), (lambda v: v + 4, "ks"), (lambda v: v * np.nan, "unknown")],
)
def test_feature_drift__a_planted_fault_is_told_and_named(fault, statistic):
    reference, now = split(seasons(10, np.random.default_rng(5)))
    assert feature_drift(reference, now).alarms == ()
    for one in now[12:]:
        one.values[:, 2] = fault(one.values[:, 2])
    report = feature_drift(reference, now)
    assert (report.psi_max > 0.0) == bool(report.psi_feature)
    assert [alarm.name for alarm in report.alarms] == ["c"]
    (alarm,) = report.alarms
    assert alarm.p < FALSE_ALARM_RATE
    assert alarm.value > alarm.usual
    assert statistic != "unknown" or (alarm.statistic, alarm.value) == ("unknown", 1.0)


def test_feature_drift__an_alarm_ends_with_its_cause():
    reference, now = split(seasons(10, np.random.default_rng(5)))
    for one in now[5:10]:
        one.values[:, 2] *= 10
    assert [bool(feature_drift(reference, now[:n]).alarms) for n in (5, 10, 15)] == [0, 1, 0]


def test_feature_drift__is_not_made_of_too_little():
    found = seasons(10, np.random.default_rng(5))
    reference, now = split(found)
    assert "4 races are too few" in feature_drift(reference, now[:4]).note
    assert feature_drift(reference, []).note
    early = [replace(one, horizon=Horizon.AFTER_PRACTICE) for one in now]
    assert feature_drift(reference, early).n_races == 0
    short = drift_reference(found[:80], NAMES, "")
    assert feature_drift(short, now).note == (
        "3 seasons of training data are too few to know what is usual"
    )


def test_feature_drift__the_order_of_cars_and_of_training_seasons_is_nothing():
    found = seasons(10, np.random.default_rng(6))
    reference, now = split(found)
    report = feature_drift(reference, now)
    assert (
        feature_drift(reference, [replace(one, values=one.values[::-1]) for one in now]) == report
    )
    training = found[:-20]
    by_year = [training[i : i + 20] for i in range(0, len(training), 20)]
    turned = drift_reference([one for year in by_year[::-1] for one in year], NAMES, "sha256:x")
    assert feature_drift(turned, now) == report


def test_feature_drift__refuses_a_reference_of_other_features():
    reference, now = split(seasons(10, np.random.default_rng(5)))
    assert not feature_drift(reference, now, features_digest="sha256:x").note
    with pytest.raises(F1Error, match="other features"):
        feature_drift(reference, now, features_digest="sha256:y")


def test_feature_drift__the_first_season_of_a_history_is_no_yardstick():
    reference, _ = split(seasons(10, np.random.default_rng(5)))
    assert set(reference.seasons) == set(range(2001, 2009))


def test_student_tail__is_students():
    """Closed forms for 2 and 4 degrees of freedom, a table's value for 10."""
    z = np.array([0.0, 0.5, 2.0, 5.0, 40.0])
    two = 0.5 - z / (2.0 * np.sqrt(2.0 + z**2))
    four = 0.5 - 0.375 * z / np.sqrt(1 + z**2 / 4) * (1 - z**2 / (1 + z**2 / 4) / 12)
    assert _student_tail(z, 2.0) == pytest.approx(two, rel=1e-9)
    assert _student_tail(z, 4.0) == pytest.approx(four, rel=1e-6, abs=1e-12)
    assert _student_tail(np.array([2.7638]), 10.0) == pytest.approx([0.01], rel=1e-4)


def test_probability__is_uniform_where_seasons_are_alike():
    """Ten seasons of 600 statistics with one spread: each changes places with the others."""
    drawn = np.exp(np.random.default_rng(7).normal(0.0, 0.3, (10, 3, 200)))
    p = np.stack([_probability(np.delete(drawn, i, axis=0), drawn[i]) for i in range(10)])
    assert p.max() <= 0.5
    for level, near in ((0.25, 0.02), (0.05, 0.01), (0.01, 0.005), (0.001, 0.001)):
        assert np.mean(p < level) == pytest.approx(level, abs=near)
