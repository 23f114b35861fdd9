"""Cars of one race choose their plans more or less alike, and each plan keeps its share."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.simulator.race_inputs import StopPlan, Strategies
from predictor.simulator.reference.races import simulate_slowly
from predictor.simulator.simulate import simulate
from predictor.simulator.trace import trace_race
from predictor.vocabulary import Compound
from tests.simulator.builders import grand_prix, race

MEDIUM, HARD = Compound.MEDIUM, Compound.HARD
PLANS = (StopPlan((MEDIUM, HARD), (0.5,)), StopPlan((MEDIUM, HARD, MEDIUM), (0.3, 0.6)))


def stops(spread, n_sims=512):
    shares = np.tile([0.7, 0.3], (6, 1))
    strategies = Strategies(PLANS, shares, jitter=0.0, spread=spread)
    return simulate(race([0.0] * 6, n_sims=n_sims, strategies=strategies)).n_stops


def test_spread__without_any_all_cars_of_a_race_follow_one_plan():
    made = stops(0.0)
    assert (made == made[:, :1]).all()
    assert set(np.unique(made)) == {1, 2}


@pytest.mark.parametrize("spread", [0.0, 0.3, 1.0])
def test_spread__leaves_the_shares_as_they_are(spread):
    # By hand: 512 races that agree wholly have a standard error of .02.
    assert (stops(spread) == 2).mean() == pytest.approx(0.3, abs=0.06)


def test_spread__cars_on_their_own_differ_within_most_races():
    made = stops(1.0)
    # By hand: six cars agree with probability .7^6 + .3^6 = .118.
    assert (made == made[:, :1]).all(axis=1).mean() == pytest.approx(0.118, abs=0.05)


def test_spread__kernel_and_referee_choose_the_same():
    given = grand_prix(n_sims=64)
    strategies = given.strategies
    alike = Strategies(strategies.plans, strategies.shares, strategies.jitter, spread=0.3)
    given = grand_prix(n_sims=64, strategies=alike)
    fast, slow = simulate(given), simulate_slowly(given)
    np.testing.assert_array_equal(fast.position, slow.position)
    np.testing.assert_array_equal(fast.n_stops, slow.n_stops)


@pytest.mark.parametrize("spread", [-0.1, 1.1, float("nan")])
def test_spread__refuses_what_is_no_share(spread):
    with pytest.raises(F1Error, match="spread"):
        Strategies(PLANS, np.tile([0.7, 0.3], (2, 1)), spread=spread)


def test_jitter__leaves_planned_stops_some_laps_apart():
    # Stops on laps 3 and 18 of 60 move by up to 15 laps: without a bound, to laps 2 and 3.
    # Planned stops, and the start, are a sixth of the distance apart.
    plans = (StopPlan((MEDIUM, HARD, MEDIUM), (0.05, 0.3)),)
    strategies = Strategies(plans, np.ones((4, 1)), jitter=0.25)
    given = race([0.0] * 4, n_sims=64, n_laps=60, strategies=strategies)
    fast, slow = simulate(given), simulate_slowly(given)
    np.testing.assert_array_equal(fast.gap_s, slow.gap_s)
    laps = [
        np.flatnonzero(stopped) for row in range(64) for stopped in trace_race(given, row).stopped.T
    ]
    assert min(one[0] for one in laps) == 11
    assert min(one[1] - one[0] for one in laps) == 10


@pytest.mark.parametrize("jitter", [-0.1, 0.6, float("nan")])
def test_jitter__refuses_what_no_stop_can_be_moved_by(jitter):
    with pytest.raises(F1Error, match="jitter"):
        Strategies(PLANS, np.tile([0.7, 0.3], (2, 1)), jitter=jitter)
