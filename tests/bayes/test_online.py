from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes import race_form, strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.online import (
    FilterConfig,
    FormState,
    advance,
    drifted,
    expected_practice,
    initial_state,
    outlook,
    race_covariates,
)
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
        gap - np.median(gap), np.full(n, np.nan), gap, np.full(n, np.nan), np.arange(1.0, n + 1),
        np.zeros(n, bool), "published",
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


def test_outlook__does_not_hang_on_the_order_in_which_circuits_were_seen():
    correlations = {"monaco": (0.1,), "imola": (0.2,), "spa": (0.3,)}
    assert sum([0.1, 0.2, 0.3]) != sum([0.3, 0.2, 0.1])
    seen = [
        FormState(season=2025, stickiness=dict(pairs))
        for pairs in (correlations.items(), reversed(correlations.items()))
    ]
    one, other = (outlook(state, weekend(), 1.0, CONFIG).stickiness for state in seen)
    assert one == other


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
    # What is of late fades towards the rest, and turns no two drivers round here.
    assert np.all(np.abs(far.strength_mean[:8]) <= np.abs(near.strength_mean[:8]) + 1e-12)
    np.testing.assert_array_equal(far.strength_mean[8:], near.strength_mean[8:])


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
    np.testing.assert_array_equal(
        after.strength.mean, drifted(before, known.season, 1.0, CONFIG).strength.mean
    )
    assert np.isfinite(after.strength.cov).all()
    assert after.stickiness == before.stickiness
    assert after.hazard != before.hazard


def test_advance__a_hole_in_the_season_leaves_a_wider_belief():
    before = advance(initial_state(), weekend(), outcome(), CONFIG)
    near = advance(before, weekend(), outcome(), CONFIG)
    far = advance(before, weekend(), outcome(), CONFIG, steps=5.0)
    assert np.trace(far.strength.cov) > np.trace(near.strength.cov)


def test_drifted__every_winter_forgets_half_of_the_form_and_says_whether_rules_are_new():
    gaps = replace(outcome(), finish_gap=np.linspace(0.0, 3.5, len(IDS)))
    state = advance(initial_state(), weekend(2023), gaps, CONFIG)
    rules = replace(CONFIG, new_regulations=(2025,))
    once, twice = (drifted(state, year, 1.0, rules) for year in (2024, 2025))
    # A car of two: 1.75 and 1.25 % in front of the middle.
    assert state.race_form.cars["w"] == pytest.approx((1.5, 1.0))
    assert once.race_form.cars["w"] == pytest.approx((0.75, 0.5))
    assert twice.race_form.cars["w"] == pytest.approx((0.375, 0.25))
    assert (state.hazard.newness, once.hazard.newness, twice.hazard.newness) == (0.0, 0.0, 1.0)
    assert drifted(state, 2026, 1.0, rules).hazard.newness == 0.0
    # A history may begin with new rules, too.
    assert drifted(initial_state(), 2025, 1.0, rules).hazard.newness == 1.0
    # Nothing is forgotten within a season.
    assert drifted(once, 2024, 3.0, rules).race_form == once.race_form
    ahead = outlook(state, weekend(2025), 1.0, rules).race_form
    by_hand = race_form.race_form(twice.race_form, IDS, weekend().lineages, CONFIG.race_form)
    np.testing.assert_array_equal(ahead, by_hand)


def test_outlook__new_rules_are_as_old_as_the_races_that_lie_between():
    rules = replace(CONFIG, new_regulations=(2025,))
    rise, keep = CONFIG.hazard.new_rules_rise, CONFIG.hazard.new_rules_keep
    winter = advance(initial_state(), weekend(2024), outcome(), rules)

    def mean_hazard(state, steps, config=rules):
        return outlook(state, weekend(2025), steps, config).hazard.mean()

    plain = mean_hazard(winter, 1.0, CONFIG)
    assert mean_hazard(winter, 1.0) == pytest.approx(plain * (1 + rise))
    assert mean_hazard(winter, 4.0) == pytest.approx(plain * (1 + rise * keep**3))
    raced = advance(winter, weekend(2025), outcome(), rules)
    assert raced.hazard.newness == pytest.approx(keep)
    late = advance(winter, weekend(2025), outcome(), rules, steps=4.0)  # three were not known
    assert late.hazard.newness == pytest.approx(keep**4)


UNKNOWN = np.full(len(IDS), np.nan)


def test_expected_practice__keeps_what_was_seen_and_else_takes_the_gap_to_the_middle():
    three = replace(weekend(), practice_gap=np.array([0.3, np.nan, np.nan]))
    assert expected_practice(three, np.array([5.0, 6.0, 9.0])).tolist() == [0.3, 0.0, 3.0]
    draws = np.array([[5.0, 6.0, 9.0], [2.0, 1.0, 0.0]])
    assert expected_practice(three, draws).tolist() == [[0.3, 0.0, 3.0], [0.3, 0.0, -1.0]]


def test_advance__learns_from_practice_of_one_lap_pace_and_of_strength():
    turned = replace(weekend(), practice_gap=weekend().practice_gap[::-1].copy())
    one, other = (advance(initial_state(), w, outcome(), CONFIG) for w in (weekend(), turned))
    at = one.qualifying.names.index("driver:a")
    assert one.qualifying.mean[at] < other.qualifying.mean[at]
    # The same win is more of a surprise after a slow practice, and teaches more.
    at = one.strength.names.index("driver:a")
    assert one.strength.mean[at] < other.strength.mean[at]


def test_advance__the_race_is_learnt_with_practice_as_it_was_seen():
    # Of the first race nothing is predicted, no circuit is sticky, and a and b have no time.
    shown = np.where(np.arange(8) < 2, np.nan, weekend().practice_gap)
    known = replace(weekend(), practice_gap=shown, qualifying_gap=UNKNOWN)
    pace = outlook(initial_state(), known, 1.0, CONFIG).gap_mean
    practice = np.where(np.isnan(shown), pace - np.median(pace), shown)
    s = CONFIG.strength
    x = strength.covariates(
        known.grid,
        known.grid,
        np.full(8, s.gap_cap),
        np.zeros(8),
        practice,
        UNKNOWN,
        np.zeros(8),
        stickiness=0.0,
        config=s,
    )
    by_hand = strength.observe_order(
        NamedGaussian.empty(), IDS, known.lineages, x, tuple(range(8)), s
    )
    learnt = advance(initial_state(), known, outcome(), CONFIG).strength
    np.testing.assert_allclose(learnt.mean, by_hand.mean, atol=1e-12)


def test_race_covariates__a_race_is_learnt_with_slots_as_they_are():
    grid = np.array([8.0, *range(1, 8)])
    x = race_covariates(initial_state(), replace(weekend(), grid=grid), CONFIG)
    columns = [strength.COVARIATES.index(name) for name in ("grid", "out_of_place")]
    assert x[:, columns[0]] == pytest.approx(-np.log(grid + 0.5))
    assert x[:, columns[1]].tolist() == [0.0] * 8


def test_advance__learns_from_a_sprint_how_much_it_tells():
    same_way = replace(weekend(), sprint_place=np.arange(1.0, 9.0))
    none, seen, against = (
        advance(initial_state(), w, result, CONFIG)
        for w, result in (
            (weekend(), outcome()),
            (same_way, outcome()),
            (same_way, outcome(reversed(range(8)))),
        )
    )
    at = none.strength.names.index("beta:sprint")
    prior = CONFIG.strength.beta_mean[strength.COVARIATES.index("sprint")]
    assert none.strength.mean[at] == pytest.approx(prior, abs=1e-12)
    assert against.strength.mean[at] < prior < seen.strength.mean[at]


def test_outlook__of_a_grid_known_qualifying_matters_only_where_practice_is_missing():
    state = advance(initial_state(), weekend(), outcome(), CONFIG)
    turned = weekend().qualifying_gap[::-1].copy()
    whole = [
        outlook(state, replace(weekend(), qualifying_gap=gap), 1.0, CONFIG).gap_mean
        for gap in (turned, UNKNOWN)
    ]
    np.testing.assert_array_equal(*whole)
    one_missing = weekend().practice_gap.copy()
    one_missing[3] = np.nan
    known, without = (
        outlook(
            state, replace(weekend(), practice_gap=one_missing, qualifying_gap=gap), 1.0, CONFIG
        ).gap_mean
        for gap in (turned, UNKNOWN)
    )
    assert known[0] - known[7] > without[0] - without[7]


def test_outlook__one_session_does_not_count_for_two():
    # In 2021-22, and of a sprint, one session is both the sprint's qualifying and qualifying.
    gap = weekend().qualifying_gap
    state = advance(initial_state(), weekend(), outcome(), CONFIG)
    both = replace(weekend(), practice_gap=UNKNOWN, sprint_qualifying_gap=gap)
    once = replace(both, qualifying_gap=UNKNOWN)
    one, other = outlook(state, both, 1.0, CONFIG), outlook(state, once, 1.0, CONFIG)
    np.testing.assert_array_equal(one.gap_mean, other.gap_mean)
    np.testing.assert_array_equal(one.gap_cov, other.gap_cov)


def one_time(n):
    return np.array([0.4, *[np.nan] * (n - 1)])[:n]


SHOWN = {
    "nothing": {},
    "practice alone": {"practice_gap": lambda n: np.linspace(-1.0, 1.0, n)},
    "qualifying alone": {"qualifying_gap": lambda n: np.linspace(0.0, 2.0, n)},
    "one car in practice": {"practice_gap": one_time},
    "one car in both": {"practice_gap": one_time, "qualifying_gap": one_time},
    "a sprint of one car": {"sprint_place": one_time},
}


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("n", [1, 2, 26])
def test_advance__whatever_was_not_seen_leaves_numbers_and_no_warning(n, shown):
    unknown, ids = np.full(n, np.nan), tuple(f"d{i:02}" for i in range(n))
    bare = Weekend(
        "2025-x", 2025, "x", Horizon.AFTER_QUALIFYING, ids, tuple(f"t{i // 2}" for i in range(n)),
        unknown, unknown, unknown, unknown, np.arange(1.0, n + 1), np.zeros(n, bool), "published",
    )  # fmt: skip
    known = replace(bare, **{name: gaps(n) for name, gaps in SHOWN[shown].items()})
    state = initial_state()
    order = tuple(range(n))
    result = RaceOutcome(order, order, np.zeros(n, bool), unknown, unknown)
    for _ in range(2):
        state = advance(state, known, result, CONFIG)
    for belief in (state.qualifying, state.strength):
        assert np.isfinite(belief.mean).all()
        assert np.isfinite(belief.cov).all()
    ahead = outlook(state, known, 1.0, CONFIG)
    assert np.isfinite(expected_practice(known, ahead.gap_mean)).all()
