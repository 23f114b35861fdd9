from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, initial_state, outlook
from predictor.features.weekend import Weekend
from predictor.forecast.draws import draw_weekend, symmetric_root
from predictor.vocabulary import Horizon

CONFIG = FilterConfig()


def weekend(ids=("a", "b", "c"), grid=None):
    n = len(ids)
    return Weekend(
        "2025-x", 2025, "monaco", Horizon.AFTER_QUALIFYING, tuple(ids),
        tuple(f"t-{d}" for d in ids),
        np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan),
        np.full(n, np.nan) if grid is None else np.array(grid, float), np.zeros(n, bool),
    )  # fmt: skip


def draw(w, sims=range(400), event="2025-x", grid=None):
    return draw_weekend(
        outlook(initial_state(), w, 1.0, CONFIG), w, CONFIG, seed=3, sims=sims, event=event,
        grid_order=grid,
    )  # fmt: skip


def test_draw_weekend__a_shard_gives_the_same_numbers_as_the_whole():
    whole, part = draw(weekend()), draw(weekend(), sims=range(100, 200))
    for name in ("skill", "from_grid", "setback", "grid"):
        np.testing.assert_array_equal(getattr(whole, name)[100:200], getattr(part, name))


def test_draw_weekend__a_driver_keeps_his_numbers_whoever_else_is_entered():
    three = draw(weekend(grid=(1, 2, 3)), grid=np.array([1.0, 2.0, 3.0]))
    two = draw(weekend(("c", "a"), grid=(2, 1)), grid=np.array([2.0, 1.0]))
    np.testing.assert_array_equal(three.setback[:, [2, 0]], two.setback)
    np.testing.assert_allclose(three.skill[:, [2, 0]], two.skill, atol=1e-12)


def test_draw_weekend__every_grid_is_a_permutation():
    grid = draw(weekend()).grid
    assert (np.sort(grid, axis=1) == [1, 2, 3]).all()


def test_draw_weekend__a_known_grid_is_kept_and_the_front_is_worth_more():
    drawn = draw(weekend(grid=(2, 1, 3)), grid=np.array([2.0, 1.0, 3.0]))
    assert (drawn.grid == [2, 1, 3]).all()
    assert (
        drawn.from_grid.mean(axis=0)[[1, 0, 2]] == np.sort(drawn.from_grid.mean(axis=0))[::-1]
    ).all()


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
    w = replace(weekend(("a", "b")), lineages=("x", "x"))
    drawn = draw(w, sims=range(20000), grid=np.array([1.0, 2.0])).skill
    s = CONFIG.strength
    spread = drawn[:, 0] - drawn[:, 1]  # the team cancels, two drivers remain
    variance = 2 * (s.driver_sd**2 + s.driver_walk**2)
    assert spread.mean() == pytest.approx(0.0, abs=0.02)
    assert spread.var() == pytest.approx(variance, rel=0.05)


def test_symmetric_root__squares_to_the_covariance_even_when_singular():
    cov = np.array([[1.0, 1.0], [1.0, 1.0]])
    root = symmetric_root(cov)
    np.testing.assert_allclose(root @ root, cov, atol=1e-12)
    np.testing.assert_array_equal(root, root.T)
