"""Time lost at once, leads that are managed, and how close a car follows, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.simulator.race_inputs import StopPlan, Strategies
from predictor.simulator.trace import trace_race
from predictor.vocabulary import Compound
from tests.simulator.builders import QUIET, race
from tests.simulator.test_full_model import both

# a quarter of what a lead has beyond two seconds, half a second at the most
MANAGED = replace(
    QUIET, lead_kept_s=2.0, lead_share=0.25, lead_given_s=0.5, settled_from=0.0, settled_share=0.0
)


def loses(seconds, n_sims):
    return np.tile(np.array([[0.0, seconds]], np.float32), (n_sims, 1))


def test_loss__is_lost_on_one_lap_and_not_again():
    inputs = race([0.0, 2.0], n_sims=64, loss_s=loses(8.0, 64))
    outcomes = both(inputs)
    # a slot, ten laps of two seconds, and eight
    assert (outcomes.gap_s[:, 1] == 0.25 + 20.0 + 8.0).all()
    laps = set()
    for row in range(64):
        lost = np.diff(trace_race(inputs, row).time_s[:, 1]) - 2.0
        assert sorted(lost.tolist()) == [0.0] * 9 + [8.0]
        laps.add(int(lost.argmax()) + 1)
    # By hand: a lap is left out of 64 draws with probability .9^64 = .001.
    assert laps == set(range(1, 11))


def test_loss__nothing_to_lose_is_lost_on_no_lap():
    assert both(race([0.0, 2.0], loss_s=loses(0.0, 1))).gap_s[0, 1] == 20.25


def test_lead__of_what_is_more_than_needed_some_is_given_away():
    # The lead before laps 1 to 4 is .25, 2.25, 4.1875 and 5.6875: given are 0, .0625, and half a
    # second twice. The second car is at .25 + 4 laps of two seconds.
    outcomes = both(race([0.0, 2.0], n_laps=4, circuit=MANAGED))
    assert outcomes.gap_s[0, 1] == 8.25 - 1.0625


def test_lead__a_car_with_a_stop_to_come_gives_nothing_away():
    plans = (StopPlan((Compound.MEDIUM, Compound.HARD), (0.75,)), StopPlan((Compound.MEDIUM,)))
    stops = Strategies(plans, np.eye(2), jitter=0.0)
    circuit = replace(MANAGED, pit_loss_green_s=0.0)
    outcomes = both(race([0.0, 2.0], n_laps=4, circuit=circuit, strategies=stops))
    # from lap 3 on, with the stop: half a second twice
    assert outcomes.n_stops.tolist() == [[1, 0]]
    assert outcomes.gap_s[0, 1] == 8.25 - 1.0


@pytest.mark.parametrize(("spread_s", "gap_s"), [(0.0, 0.5), (0.125, 0.5), (1.0, 0.75)])
def test_held__a_car_follows_by_the_low_bits_of_its_lap(spread_s, gap_s):
    # Its lap is a quarter of a second slower than the reference: 4,096 ticks, of which a spread
    # of an eighth, 2,048 ticks, keeps nothing and one of a second keeps all.
    circuit = replace(QUIET, follow_spread_s=spread_s)
    outcomes = both(race([1.0, 0.25], circuit=circuit))
    assert outcomes.gap_s.tolist() == [[0.0, gap_s]]
