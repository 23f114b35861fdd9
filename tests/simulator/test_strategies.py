import numpy as np
import pytest

from predictor.simulator.strategies import StopPlan, Strategies, default_strategies
from predictor.vocabulary import Compound

SOFT, MEDIUM, HARD = Compound.SOFT, Compound.MEDIUM, Compound.HARD
NONE = StopPlan((HARD,))
ONE = StopPlan((MEDIUM, HARD), (0.4,))
TWO = StopPlan((SOFT, MEDIUM, HARD), (0.3, 0.6))


def plans(*shares):
    return Strategies((NONE, ONE, TWO), np.array([shares]))


def test_within__plans_with_fewer_stops_than_laps_keep_their_proportions():
    kept = plans(0.1, 0.3, 0.6).within(2)
    assert kept.plans == (NONE, ONE)
    assert kept.shares[0] == pytest.approx([0.25, 0.75])


def test_within__a_race_with_room_for_all_is_as_it_was():
    given = plans(0.1, 0.3, 0.6)
    assert given.within(3) is given


def test_within__where_no_plan_is_left_nobody_stops():
    for given in (default_strategies(2), plans(0.0, 0.4, 0.6)):
        kept = given.within(1)
        assert all(plan.at == () for plan in kept.plans)
        assert kept.shares.sum(axis=1) == pytest.approx(1.0)
