from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, initial_state, outlook
from predictor.bayes.strength import COVARIATES
from predictor.features.weekend import Weekend
from predictor.forecast.draws import draw_weekend, symmetric_root
from predictor.vocabulary import Horizon

CONFIG = FilterConfig()


def weekend(ids=("a", "b", "c"), grid=None, **fields):
    n = len(ids)
    unknown = np.full(n, np.nan)
    known = Weekend(
        "2025-x", 2025, "monaco", Horizon.AFTER_QUALIFYING, tuple(ids),
        tuple(f"t-{d}" for d in ids),
        unknown, unknown, unknown, unknown,
        unknown if grid is None else np.array(grid, float), np.zeros(n, bool),
    )  # fmt: skip
    return replace(known, **fields)


def draw(w, sims=range(400), event="2025-x", grid=None):
    return draw_weekend(
        outlook(initial_state(), w, 1.0, CONFIG), w, CONFIG, seed=3, sims=sims, event=event,
        grid_order=grid,
    )  # fmt: skip


def test_draw_weekend__a_shard_gives_the_same_numbers_as_the_whole():
    known = np.array([1.0, 2.0, 3.0])
    for grid in (None, known):  # practice is drawn with either
        whole, part = draw(weekend(), grid=grid), draw(weekend(), sims=range(100, 200), grid=grid)
        for name in ("skill", "from_grid", "of_slot", "setback", "disorder", "grid"):
            np.testing.assert_array_equal(getattr(whole, name)[100:200], getattr(part, name))


def test_draw_weekend__a_shard_of_a_full_field_is_the_whole_to_the_last_bit():
    """BLAS would not give that: a row's last digit depends on how many are multiplied with it."""
    ids = tuple(f"d{i:02}" for i in range(20))
    w = weekend(ids)
    ahead = outlook(initial_state(), w, 1.0, CONFIG)
    root = np.random.default_rng(4).normal(size=ahead.strength_cov.shape)
    ahead = replace(ahead, strength_cov=root @ root.T, gap_cov=root[:20, :20] @ root[:20, :20].T)

    def drawn(sims):
        return draw_weekend(ahead, w, CONFIG, seed=3, sims=sims, event="2025-x")

    whole = drawn(range(3000))
    for sims in (range(1), range(1700, 1701), range(2999, 3000), range(1000, 2000), range(7, 9)):
        part = drawn(sims)
        for name in ("skill", "from_grid", "of_slot", "setback", "disorder", "grid"):
            expected = getattr(whole, name)[sims.start : sims.stop]
            np.testing.assert_array_equal(getattr(part, name), expected, f"{name} {sims}")


def test_draw_weekend__a_driver_keeps_his_numbers_whoever_else_is_entered():
    # With practice known: where it is drawn, the middle of the field hangs on who is in it.
    three = draw(weekend(grid=(1, 2, 3), practice_gap=np.zeros(3)), grid=np.array([1.0, 2.0, 3.0]))
    two = draw(weekend(("c", "a"), (2, 1), practice_gap=np.zeros(2)), grid=np.array([2.0, 1.0]))
    np.testing.assert_array_equal(three.setback[:, [2, 0]], two.setback)
    np.testing.assert_allclose(three.skill[:, [2, 0]], two.skill, atol=1e-12)
    np.testing.assert_array_equal(three.disorder, two.disorder)


def test_draw_weekend__every_grid_is_a_permutation():
    grid = draw(weekend()).grid
    assert (np.sort(grid, axis=1) == [1, 2, 3]).all()


def test_draw_weekend__a_known_grid_is_kept_and_the_front_is_worth_more():
    drawn = draw(weekend(grid=(2, 1, 3)), grid=np.array([2.0, 1.0, 3.0]))
    assert (drawn.grid == [2, 1, 3]).all()
    assert (
        drawn.from_grid.mean(axis=0)[[1, 0, 2]] == np.sort(drawn.from_grid.mean(axis=0))[::-1]
    ).all()


def from_grid_and_slot(w, weights, grid=None):
    """Give what the grid adds and what slots are worth, for weights that are known."""
    n = len(w.driver_ids)
    ahead = outlook(initial_state(), w, 1.0, CONFIG)
    mean = np.zeros(n + len(COVARIATES))
    for name, weight in weights.items():
        mean[n + COVARIATES.index(name)] = weight
    ahead = replace(
        ahead, strength_mean=mean, strength_cov=np.zeros((len(mean), len(mean))), stickiness=0.5
    )
    drawn = draw_weekend(ahead, w, CONFIG, seed=3, sims=range(50), event="x", grid_order=grid)
    return drawn.from_grid, drawn.of_slot, drawn.grid


WEIGHTS = {"grid": 1.0, "grid_stickiness": 0.2, "out_of_place": 0.5}


def test_draw_weekend__a_car_moved_back_adds_what_it_earned_and_the_places_behind_it():
    w = weekend(tuple("abcdef"), qualifying_gap=np.arange(6) / 10)
    grid = np.array([6.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    from_grid, of_slot, _ = from_grid_and_slot(w, WEIGHTS, grid)
    # The first earned the second slot and stands four tenths of ten places behind it; half of the
    # sticky weight's .2 is added for the slot itself.
    first = -np.log(2.5) - 0.5 * 0.4 - 0.1 * np.log(6.5)
    expected = [first, *(-1.1 * np.log(grid[1:] + 0.5))]
    np.testing.assert_allclose(from_grid, np.broadcast_to(expected, (50, 6)), atol=1e-12)
    slots = -1.1 * np.log(grid + 0.5)
    np.testing.assert_allclose(of_slot, np.broadcast_to(slots, (50, 6)), atol=1e-12)


def test_draw_weekend__where_the_grid_is_drawn_nobody_is_out_of_his_place():
    from_grid, of_slot, grid = from_grid_and_slot(weekend(tuple("abcdef")), WEIGHTS)
    np.testing.assert_allclose(from_grid, -1.1 * np.log(grid + 0.5), atol=1e-12)
    np.testing.assert_allclose(from_grid, of_slot, atol=1e-12)


def test_draw_weekend__events_of_a_season_share_the_belief_and_nothing_else():
    known = np.array([1.0, 2.0, 3.0])
    one, other = draw(weekend(), grid=known), draw(weekend(), event="2025-y", grid=known)
    np.testing.assert_array_equal(one.skill, other.skill)
    assert not np.array_equal(one.setback, other.setback)


def test_draw_weekend__events_of_a_season_share_one_lap_pace_but_not_the_weekend():
    certain = replace(CONFIG, qualifying=replace(CONFIG.qualifying, noise_sd=1e-6))
    w = weekend()
    ahead = replace(outlook(initial_state(), w, 1.0, certain), team_weekend_sd=0.0)

    def grid(outlook_, event_id):
        at = replace(w, event_id=event_id)
        return draw_weekend(outlook_, at, certain, seed=3, sims=range(99), event=event_id).grid

    np.testing.assert_array_equal(grid(ahead, "2025-x"), grid(ahead, "2025-y"))
    brings = replace(ahead, team_weekend_sd=5.0)
    assert not np.array_equal(grid(brings, "2025-x"), grid(brings, "2025-y"))


def test_draw_weekend__a_sprint_shares_the_weekend_of_its_race():
    certain = replace(CONFIG, qualifying=replace(CONFIG.qualifying, noise_sd=1e-6))
    w = weekend()
    ahead = outlook(initial_state(), w, 1.0, certain)
    race, sprint = (
        draw_weekend(ahead, w, certain, seed=3, sims=range(99), event=event)
        for event in ("2025-x", "2025-x/sprint")
    )
    np.testing.assert_array_equal(race.grid, sprint.grid)
    assert not np.array_equal(race.setback, sprint.setback)


def test_draw_weekend__skill_has_the_mean_and_spread_believed():
    w = weekend(("a", "b"), lineages=("x", "x"), practice_gap=np.zeros(2))
    drawn = draw(w, sims=range(20000), grid=np.array([1.0, 2.0])).skill
    s = CONFIG.strength
    spread = drawn[:, 0] - drawn[:, 1]  # the team cancels, two drivers remain
    variance = 2 * (s.driver_sd**2 + s.driver_walk**2 + s.driver_lately_sd**2)
    assert spread.mean() == pytest.approx(0.0, abs=0.02)
    assert spread.var() == pytest.approx(variance, rel=0.05)


def test_symmetric_root__squares_to_the_covariance_even_when_singular():
    cov = np.array([[1.0, 1.0], [1.0, 1.0]])
    root = symmetric_root(cov)
    np.testing.assert_allclose(root @ root, cov, atol=1e-12)
    np.testing.assert_array_equal(root, root.T)


def test_draw_weekend__a_session_to_come_has_a_share_of_the_noise_it_is_learned_with():
    w = weekend(lineages=("x", "x", "y"), practice_gap=np.zeros(3))
    config = replace(
        CONFIG,
        strength=replace(CONFIG.strength, gap_cap=99.0),
        qualifying=replace(CONFIG.qualifying, noise_sd=0.6, drawn_noise=0.5),
    )
    ahead = outlook(initial_state(), w, 1.0, config)
    mean = np.zeros(3 + len(COVARIATES))
    mean[3 + COVARIATES.index("qualifying_gap")] = 1.0
    ahead = replace(
        ahead, strength_mean=mean, strength_cov=np.zeros((len(mean), len(mean))),
        gap_mean=np.zeros(3), gap_cov=np.zeros((3, 3)), team_weekend_sd=0.8,
    )  # fmt: skip
    gap = -draw_weekend(ahead, w, config, seed=3, sims=range(20_000), event="2025-x").skill
    # Pole cancels in a difference, and of team-mates what they share.
    assert (gap[:, 1] - gap[:, 0]).var() == pytest.approx(2 * 0.3**2, rel=0.05)
    assert (gap[:, 2] - gap[:, 0]).var() == pytest.approx(2 * (0.3**2 + 0.4**2), rel=0.05)


def practice(w, *, sims=range(20_000), grid=True, event="2025-x", gap=0.0, gap_cov=0.0):
    """Give the practice gaps that a draw was made with, all else taken out of it."""
    n = len(w.driver_ids)
    config = replace(CONFIG, strength=replace(CONFIG.strength, practice_cap=99.0))
    ahead = outlook(initial_state(), w, 1.0, config)
    mean = np.zeros(n + len(COVARIATES))
    mean[n + COVARIATES.index("practice_gap")] = 1.0
    ahead = replace(
        ahead, strength_mean=mean, strength_cov=np.zeros((len(mean), len(mean))),
        gap_mean=np.zeros(n) + gap, gap_cov=gap_cov * np.eye(n), team_weekend_sd=0.0,
    )  # fmt: skip
    slots = np.arange(1.0, n + 1) if grid else None
    drawn = draw_weekend(ahead, w, config, seed=3, sims=sims, event=event, grid_order=slots)
    return -drawn.skill


@pytest.mark.parametrize("grid", [True, False])
def test_draw_weekend__known_practice_is_kept(grid):
    gaps = np.array([-0.4, 0.1, 0.3])
    kept = practice(weekend(practice_gap=gaps), sims=range(50), grid=grid, gap=9.0, gap_cov=1.0)
    np.testing.assert_allclose(kept, np.broadcast_to(gaps, (50, 3)), atol=1e-12)


def test_draw_weekend__practice_is_drawn_for_who_has_none_and_for_nobody_else():
    gaps = np.array([-0.4, np.nan, 0.3])
    drawn = practice(weekend(practice_gap=gaps))
    assert (drawn[:, 0].std(), drawn[:, 2].std()) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert drawn[:, 1].std() > 0.3


@pytest.mark.parametrize("grid", [True, False])
def test_draw_weekend__unknown_practice_is_drawn_around_the_pace(grid):
    q = CONFIG.qualifying
    w = weekend(lineages=("x", "x", "y"))
    drawn = practice(w, grid=grid, gap=np.array([0.0, 0.3, 1.0]), gap_cov=0.04)
    # The middle of the field cancels in a difference; what team-mates share does too.
    of_mates, of_rivals = drawn[:, 1] - drawn[:, 0], drawn[:, 2] - drawn[:, 0]
    own = 2 * (0.04 + (q.drawn_noise * q.practice_noise_sd) ** 2)
    assert of_mates.mean() == pytest.approx(0.3, abs=0.02)
    assert of_mates.var() == pytest.approx(own, rel=0.05)
    assert of_rivals.mean() == pytest.approx(1.0, abs=0.03)
    assert of_rivals.var() == pytest.approx(
        own + 2 * (q.drawn_noise * q.practice_team_sd) ** 2, rel=0.05
    )
    np.testing.assert_allclose(np.median(drawn, axis=1), 0.0, atol=1e-12)


def test_draw_weekend__practice_is_of_its_weekend_and_shared_with_the_sprint():
    w = weekend(lineages=("x", "x", "x"))  # what the team shares is gone with the middle
    race = practice(w, sims=range(99))
    np.testing.assert_array_equal(race, practice(w, sims=range(99), event="2025-x/sprint"))
    elsewhere = replace(w, event_id="2025-y")
    assert not np.allclose(race, practice(elsewhere, sims=range(99)))


def test_draw_weekend__disorder_is_standard_normal_one_a_race_and_new_in_each():
    drawn = draw(weekend(), sims=range(20_000)).disorder
    assert drawn.shape == (20_000,)  # one for all drivers
    assert (drawn.mean(), drawn.std()) == pytest.approx((0.0, 1.0), abs=0.02)
    for other in ("2025-y", "2025-x/sprint"):
        one = draw(weekend(), sims=range(20_000), event=other).disorder
        assert np.corrcoef(drawn, one)[0, 1] == pytest.approx(0.0, abs=0.03)
