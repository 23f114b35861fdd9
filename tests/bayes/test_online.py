from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, FormState, advance, initial_state, outlook
from predictor.features.weekend import RaceOutcome, Weekend, with_horizon
from predictor.fingerprint import decode, digest, encode
from predictor.vocabulary import Horizon

CONFIG = FilterConfig()
IDS = tuple("abcdefgh")


def weekend(season=2025, circuit="monaco"):
    n = len(IDS)
    gap = np.linspace(0.0, 2.0, n)
    return Weekend(
        f"{season}-x", season, circuit, Horizon.AFTER_QUALIFYING, IDS, tuple("wwxxyyzz"),
        gap + 0.1, np.full(n, np.nan), gap, np.arange(1.0, n + 1), np.zeros(n, bool), "published",
    )  # fmt: skip


def outcome(order=tuple(range(8))):
    n = len(IDS)
    order = tuple(order)
    unknown = np.full(n, np.nan)
    return RaceOutcome(order, order, np.zeros(n, bool), unknown, unknown)


def test_advance__a_stored_belief_continues_to_the_same_bytes():
    state = advance(initial_state(), weekend(), outcome(), CONFIG)
    stored = decode(encode(state), FormState)
    again = weekend(circuit="monza")
    assert digest(advance(state, again, outcome(), CONFIG)) == digest(
        advance(stored, again, outcome(), CONFIG)
    )


def test_advance__learns_stickiness_where_the_grid_decides():
    state = initial_state()
    for _ in range(4):
        state = advance(state, weekend(circuit="monaco"), outcome(), CONFIG)
        state = advance(state, weekend(circuit="monza"), outcome(reversed(range(8))), CONFIG)
    assert state.stickiness["monaco"] == (1.0,) * 4
    sticky = outlook(state, weekend(circuit="monaco"), 1.0, CONFIG).stickiness
    loose = outlook(state, weekend(circuit="monza"), 1.0, CONFIG).stickiness
    elsewhere = outlook(state, weekend(circuit="imola"), 1.0, CONFIG).stickiness
    assert sticky > elsewhere == 0.0 > loose


def test_advance__keeps_only_the_latest_races_of_a_circuit():
    state = initial_state()
    for _ in range(6):
        state = advance(state, weekend(), outcome(), CONFIG)
    assert len(state.stickiness["monaco"]) == CONFIG.stickiness_races


def test_outlook__is_less_certain_the_further_ahead():
    state = advance(initial_state(), weekend(), outcome(), CONFIG)
    near = outlook(state, weekend(), 1.0, CONFIG)
    far = outlook(state, weekend(), 10.0, CONFIG)
    assert np.all(np.diag(far.strength_cov)[:8] > np.diag(near.strength_cov)[:8])
    np.testing.assert_array_equal(far.strength_mean, near.strength_mean)


def test_outlook__a_winter_with_new_regulations_widens_more_than_a_plain_one():
    state = advance(initial_state(), weekend(2024), outcome(), CONFIG)
    plain = replace(CONFIG, new_regulations=())
    changed = replace(CONFIG, new_regulations=(2025,))
    same = outlook(state, weekend(2025), 1.0, plain)
    new = outlook(state, weekend(2025), 1.0, changed)
    assert np.all(np.diag(new.strength_cov)[:8] > np.diag(same.strength_cov)[:8])
    assert np.ptp(new.strength_mean[:8]) < np.ptp(same.strength_mean[:8])


def test_outlook__practice_moves_the_pace_of_the_weekend_but_not_its_prediction():
    state = advance(initial_state(), weekend(), outcome(), CONFIG)
    known = with_horizon(weekend(), Horizon.AFTER_PRACTICE)
    reversed_gap = replace(known, practice_gap=known.practice_gap[::-1].copy())
    before = outlook(state, with_horizon(weekend(), Horizon.BEFORE_WEEKEND), 1.0, CONFIG)
    after = outlook(state, reversed_gap, 1.0, CONFIG)
    assert after.gap_mean[0] - after.gap_mean[7] > before.gap_mean[0] - before.gap_mean[7]
    assert after.predicted_gap == pytest.approx(before.predicted_gap)


def test_advance__a_race_without_any_grid_teaches_nothing_of_strength():
    known = weekend()
    no_grid = replace(known, grid=np.full(len(IDS), np.nan), grid_source="")
    before = advance(initial_state(), known, outcome(), CONFIG)
    after = advance(before, no_grid, outcome(reversed(range(8))), CONFIG)
    np.testing.assert_array_equal(after.strength.mean, before.strength.mean)
    assert np.isfinite(after.strength.cov).all()
    assert after.stickiness == before.stickiness
    assert after.hazard != before.hazard


def test_advance__a_hole_in_the_season_leaves_a_wider_belief():
    before = advance(initial_state(), weekend(), outcome(), CONFIG)
    near = advance(before, weekend(), outcome(), CONFIG)
    far = advance(before, weekend(), outcome(), CONFIG, steps=5.0)
    assert np.trace(far.strength.cov) > np.trace(near.strength.cov)
