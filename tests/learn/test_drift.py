"""Distributions of features are compared as worked out by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.learn.drift import ks, psi, statistics
from predictor.learn.feature_counts import (
    N_BINS,
    DriftReference,
    count_races,
    drift_reference,
    reference_counts,
)
from predictor.vocabulary import Horizon


@dataclass
class Rows:
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
