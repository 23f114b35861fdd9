import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.bayes.earned_slot import qualified
from predictor.bayes.strength import COVARIATES, StrengthConfig, covariates

CONFIG = StrengthConfig(gap_surprise=0.5, earned_places=1.0)
PREDICTED = np.array([0.0, 0.2, 0.4, 0.6, 0.8])
SLOTS = np.arange(1.0, 6.0)


def test_qualified__who_starts_where_his_gap_ranks_earned_his_slot():
    gap, earned = qualified(SLOTS, PREDICTED, PREDICTED, CONFIG)
    assert gap.tolist() == PREDICTED.tolist()
    assert earned.tolist() == SLOTS.tolist()


def test_qualified__a_penalty_leaves_what_was_earned_and_one_place():
    # The fastest starts last: his gap ranks first, and one place behind that is the second.
    # The others inherit a place each, and stand in front of their rank.
    gap, earned = qualified(np.array([5.0, 1.0, 2.0, 3.0, 4.0]), PREDICTED, PREDICTED, CONFIG)
    assert gap.tolist() == PREDICTED.tolist()
    assert earned.tolist() == [2.0, 1.0, 2.0, 3.0, 4.0]


def test_qualified__a_spoilt_lap_is_believed_up_to_a_surprise():
    # Beside the middle the first lost 3 %; half a per cent of it counts, as for who has no time.
    for spoilt in (3.0, np.nan):
        shown = np.array([spoilt, 0.2, 0.4, 0.6, 0.8])
        gap, earned = qualified(np.array([5.0, 1.0, 2.0, 3.0, 4.0]), shown, PREDICTED, CONFIG)
        assert gap == pytest.approx([0.5, 0.2, 0.4, 0.6, 0.8])
        # .5 ranks third, and one place behind is the fourth.
        assert earned.tolist() == [4.0, 1.0, 2.0, 3.0, 4.0]


def test_qualified__the_level_of_what_was_predicted_does_not_matter():
    shown = np.array([9.0, 0.2, np.nan, 0.6, 0.8])
    grid = np.array([4.0, 1.0, 5.0, 2.0, 3.0])
    one, other = (qualified(grid, shown, PREDICTED + level, CONFIG) for level in (0.0, -7.0))
    assert one[0] == pytest.approx(other[0])
    assert one[1].tolist() == other[1].tolist()


def test_qualified__without_any_time_every_slot_is_earned():
    gap, earned = qualified(SLOTS[::-1], np.full(5, np.nan), PREDICTED, CONFIG)
    assert gap.tolist() == [CONFIG.gap_cap] * 5
    assert earned.tolist() == SLOTS[::-1].tolist()


@given(st.permutations(range(1, 9)), st.lists(st.floats(0.0, 4.0), min_size=8, max_size=8))
def test_qualified__nobody_earned_less_than_he_has_or_is_slower_than_he_was(grid, shown):
    slots = np.array(grid, dtype=float)
    gap, earned = qualified(slots, np.array(shown), np.zeros(8), CONFIG)
    assert (earned <= slots).all()
    assert (gap <= shown).all()


@pytest.mark.parametrize("car", [0, 3, 12])
def test_qualified__no_place_lost_ever_helps(car):
    config, gap, none = StrengthConfig(), np.arange(20) / 10, np.zeros(20)
    others = [i for i in range(20) if i != car]
    weights = np.array(config.beta_mean)
    worth = []
    for slot in range(20):
        grid = np.empty(20)
        grid[[*others[:slot], car, *others[slot:]]] = np.arange(1.0, 21.0)
        believed, earned = qualified(grid, gap, gap, config)
        x = covariates(
            grid, earned, believed, gap, none, none, none, stickiness=0.0, config=config
        )[car]
        # As the race is run: a fifth of what the slot is worth is track position, not pace.
        place = weights[COVARIATES.index("grid")] * -np.log(slot + 1.5)
        worth.append((x @ weights, x @ weights - 0.2 * place))
    assert (np.diff(worth, axis=0) < 0.0).all()
