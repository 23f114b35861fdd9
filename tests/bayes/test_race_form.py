import numpy as np
import pytest

from predictor.bayes.race_form import RaceFormConfig, observe_finish, race_form

CONFIG = RaceFormConfig(decay=0.5, prior_races=2.0, gap_cap=4.0)
DRIVERS = ("a", "b", "c")


def test_race_form__is_the_decayed_mean_shrunk_to_the_middle_of_the_field():
    seen = observe_finish({}, DRIVERS, np.array([0.0, 1.0, 3.0]), CONFIG)
    assert race_form(seen, DRIVERS, CONFIG) == pytest.approx([1 / 3, 0.0, -2 / 3])
    seen = observe_finish(seen, DRIVERS, np.array([0.0, 2.0, 2.5]), CONFIG)
    # a: .5 x 1 + 2 over .5 + 1 + 2 races; c: .5 x -2 - .5
    assert race_form(seen, DRIVERS, CONFIG) == pytest.approx([2.5 / 3.5, 0.0, -1.5 / 3.5])


def test_observe_finish__who_was_not_classified_keeps_his_form():
    before = observe_finish({}, DRIVERS, np.array([0.0, 1.0, 3.0]), CONFIG)
    after = observe_finish(before, DRIVERS, np.array([np.nan, 0.0, 1.0]), CONFIG)
    assert after["a"] == before["a"]
    assert after["b"] != before["b"]


def test_observe_finish__laps_behind_count_no_more_than_the_cap():
    far = observe_finish({}, DRIVERS, np.array([0.0, 1.0, 30.0]), CONFIG)
    assert far == observe_finish({}, DRIVERS, np.array([0.0, 1.0, 4.0]), CONFIG)


@pytest.mark.parametrize("gap", [[np.nan] * 3, [0.0, np.nan, np.nan]])
def test_observe_finish__gaps_that_nobody_timed_teach_nothing(gap):
    before = {"a": (1.0, 2.0)}
    assert observe_finish(before, DRIVERS, np.array(gap), CONFIG) == before


def test_race_form__a_newcomer_is_in_the_middle():
    assert race_form({"a": (1.0, 2.0)}, ("new", "a"), CONFIG).tolist() == [0.0, 0.25]
