"""Reference models against numbers worked out by hand, on races of two or three cars."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from predictor.evaluate import elo, grid_frequency, order_frequency, plain_plackett_luce
from predictor.evaluate.baselines import BASELINES, baseline_forecasts
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.vocabulary import Horizon

C = Horizon.AFTER_QUALIFYING


def weekend(event="2020-x", grid=(1, 2), gap=(0.0, 0.5)):
    n = len(grid)
    ids = tuple("abcdef"[:n])
    unknown = np.full(n, np.nan)
    teams = tuple(f"team-{d}" for d in ids)
    gap, grid = np.array(gap, float), np.array(grid, float)
    return Weekend(
        event, 2020, "x", C, ids, teams, unknown, unknown, gap, unknown, grid, np.zeros(n, bool),
        "grid",
    )  # fmt: skip


def outcome(*ranking, retired=()):
    out = np.array([i in retired for i in range(len(ranking))])
    classified = tuple(i for i in ranking if i not in retired)
    unknown = np.full(len(ranking), np.nan)
    return RaceOutcome(classified, tuple(ranking), out, unknown, unknown)


def without_grid(one):
    nothing = np.full(len(one.driver_ids), np.nan)
    return replace(one, grid=nothing, grid_source="", qualifying_gap=nothing)


def test_grid_frequency__the_prior_leans_on_the_slot():
    p = grid_frequency.forecast(grid_frequency.GridFrequency(), weekend())
    ahead = 1.0 / (1.0 + math.exp(-0.25))  # the prior falls by e over four places
    assert p == pytest.approx(np.array([[ahead, 1 - ahead], [1 - ahead, ahead]]))


def test_grid_frequency__counts_by_hand():
    state = grid_frequency.GridFrequency()
    for _ in range(4):  # always the other way round
        state = grid_frequency.learn(state, weekend(), outcome(1, 0))
    prior = 8.0 / (1.0 + math.exp(-0.25))
    assert grid_frequency.forecast(state, weekend())[0, 0] == pytest.approx(prior / 12.0)
    assert grid_frequency.forecast(state, weekend(grid=(2, 1)))[1, 0] == pytest.approx(prior / 12.0)


NEW = order_frequency.OrderFrequency()


@pytest.mark.parametrize("learn", [order_frequency.learn_last_race, order_frequency.learn_points])
def test_order_frequency__counts_by_hand(learn):
    assert order_frequency.forecast(NEW, weekend()) == pytest.approx(np.full((2, 2), 0.5))
    state = learn(NEW, weekend(), outcome(0, 1))  # no order was known before it
    prior = 1.0 / (1.0 + math.exp(-0.25))
    assert order_frequency.forecast(state, weekend())[0, 0] == pytest.approx(prior)
    state = learn(state, weekend(), outcome(0, 1))  # the first stayed first: one more of nine
    assert order_frequency.forecast(state, weekend())[0, 0] == pytest.approx((8 * prior + 1) / 9)


def ahead(state):
    """Give the drivers in a state's order."""
    return sorted(state.merit, key=state.merit.get, reverse=True)


def test_order_frequency__the_last_race_is_one_and_points_are_of_the_season():
    races = [outcome(0, 1, 2), outcome(0, 1, 2), outcome(2, 1, 0)]
    three = weekend(grid=(1, 2, 3), gap=(0.0, 0.1, 0.2))
    last = points = NEW
    for race in races:
        last = order_frequency.learn_last_race(last, three, race)
        points = order_frequency.learn_points(points, three, race)
    # Points: a 25 + 25 + 15, b 18 * 3, c 15 + 15 + 25: one more than b.
    assert ahead(last) == ["c", "b", "a"]
    assert ahead(points) == ["a", "c", "b"]
    later = order_frequency.learn_points(points, replace(three, season=2021), outcome(1, 2, 0))
    assert ahead(later) == ["b", "c", "a"]
    # A season's first race is met by the order of the one before: its third, b, won.
    assert (later.counts - points.counts)[[2, 1, 0], [0, 1, 2]].tolist() == [1.0, 1.0, 1.0]


def test_order_frequency__the_retired_earn_nothing_and_the_unknown_are_last():
    state = order_frequency.learn_points(NEW, weekend(), outcome(1, 0, retired=(0,)))
    assert state.merit == {"b": (25.0, 0.0), "a": (0.0, -1.0)}
    three = weekend(grid=(1, 2, 3), gap=(0.0, 0.1, 0.2))
    p = order_frequency.forecast(state, three)
    assert np.argsort(-p[:, 0]).tolist() == [1, 0, 2]


def test_grid_frequency__without_a_grid_the_rolling_gap_ranks():
    state = grid_frequency.learn(grid_frequency.GridFrequency(), weekend(), outcome(0, 1))
    assert grid_frequency.forecast(state, without_grid(weekend()))[0, 0] > 0.5
    slower = grid_frequency.GridFrequency(gaps={"driver:a": (1.0,), "driver:b": (0.2,)})
    assert grid_frequency.forecast(slower, without_grid(weekend()))[1, 0] > 0.5


def test_elo__one_race_and_its_forecast_by_hand():
    config = elo.EloConfig(driver_gain=0.2, team_gain=0.3, scale=2.0)
    state = elo.learn(elo.Elo(), weekend(), outcome(1, 0), config)
    # equals were even odds: half a win more than expected, half a win less
    assert state.ratings["driver:b"] == pytest.approx(0.1)
    assert state.ratings["team:team-a"] == pytest.approx(-0.15)
    p = elo.forecast(state, without_grid(weekend()), config)
    assert p[1, 0] == pytest.approx(1.0 / (1.0 + math.exp(-2.0 * 0.5)), abs=0.025)


def test_elo__a_winter_draws_ratings_to_the_middle():
    state = elo.learn(elo.Elo(), weekend(), outcome(1, 0))
    later = replace(weekend(), season=2021)
    before, after = (elo.forecast(state, without_grid(w))[1, 0] for w in (weekend(), later))
    assert 0.5 < after < before


def test_plain_plackett_luce__the_prior_by_hand():
    p = plain_plackett_luce.forecast(plain_plackett_luce.PlainForm(), weekend())
    front = math.log(2.5) - math.log(1.5)
    mean = 1.0 * front + 0.4 * 0.5
    # two drivers and two teams, each with a walk, and the weights of grid and gap
    variance = 2 * (0.3**2 + 0.6**2) + 0.3**2 * (front**2 + 0.5**2)
    z = np.linspace(-6.0, 6.0, 2001)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    ahead = float(density @ (1.0 / (1.0 + np.exp(-(mean + math.sqrt(variance) * z)))))
    hazard = 0.12
    by_hand = (1 - hazard) ** 2 * ahead + (1 - hazard) * hazard + hazard**2 / 2
    assert p[0, 0] == pytest.approx(by_hand, abs=0.025)


def test_plain_plackett_luce__learns_who_is_strong_and_who_retires():
    state = plain_plackett_luce.PlainForm()
    race = weekend(grid=(1, 2, 3), gap=(0.0, 0.3, 0.6))
    for _ in range(15):
        state = plain_plackett_luce.learn(state, race, outcome(2, 1, 0, retired=(0,)))
    before = plain_plackett_luce.forecast(plain_plackett_luce.PlainForm(), race)
    after = plain_plackett_luce.forecast(state, race)
    assert after[2, 0] / after[1, 0] > 2.0 * before[2, 0] / before[1, 0]
    assert after[0, 2] > before[0, 2] + 0.05
    assert state.strength.mean[state.strength.names.index("driver:c")] > 0.1


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("n_drivers", [2, 20, 22])
def test_baselines__rows_and_columns_sum_to_one(name, n_drivers):
    model = BASELINES[name]
    ids = tuple(f"d{i:02}" for i in range(n_drivers))
    unknown = np.full(n_drivers, np.nan)
    one = Weekend("2020-x", 2020, "x", C, ids, tuple(f"t{i // 2}" for i in range(n_drivers)),
                  unknown, unknown, np.linspace(0, 3, n_drivers), unknown,
                  np.arange(n_drivers) + 1.0, np.zeros(n_drivers, bool), "grid")  # fmt: skip
    state = model.learn(model.begin(), one, outcome(*reversed(range(n_drivers)), retired=(0,)))
    for known in (one, without_grid(one)):
        p = model.forecast(state, known)
        assert p.shape == (n_drivers, n_drivers)
        assert p.sum(axis=0) == pytest.approx(1.0)
        assert p.sum(axis=1) == pytest.approx(1.0)
        assert p.min() > 0.0


@dataclass(frozen=True)
class Race:
    weekend: Weekend
    outcome: RaceOutcome


def test_baseline_forecasts__a_race_is_forecast_before_it_is_learnt():
    races = [Race(weekend(f"2020-{i}"), outcome(0, 1)) for i in range(3)]
    turned = [*races[:1], *(replace(race, outcome=outcome(1, 0)) for race in races[1:])]
    one, other = (
        {(f.event_id, f.name): f.p_position for f in baseline_forecasts((), given, [C])}
        for given in (races, turned)
    )
    for name in BASELINES:
        assert np.array_equal(one["2020-1", name], other["2020-1", name])
        same = np.array_equal(one["2020-2", name], other["2020-2", name])
        assert same == (name == "uniform")
