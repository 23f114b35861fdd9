from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.race_form import (
    RaceFormBelief,
    RaceFormConfig,
    observe_finish,
    open_season,
    race_form,
)

CONFIG = RaceFormConfig(
    decay=0.5, prior_races=2.0, gap_cap=4.0, winter_keep=0.5, debut_gap=1.0, debut_keep=0.8
)
DRIVERS, TEAMS = ("a", "b", "c"), ("x", "y", "z")
NOTHING = RaceFormBelief()


def seen(belief, gap, drivers=DRIVERS, teams=TEAMS, config=CONFIG):
    return observe_finish(belief, drivers, teams, np.array(gap), config)


def form(belief, drivers=DRIVERS, teams=TEAMS, config=CONFIG):
    return race_form(belief, drivers, teams, config)


def test_race_form__is_the_decayed_mean_shrunk_to_what_the_car_has_shown():
    # Lone cars have nobody to part driver and car: the car has all of it, and the seat again.
    once = seen(NOTHING, [0.0, 1.0, 3.0])
    car = 1 / 3  # 1 % in front of the middle over 1 + 2 races
    assert form(once) == pytest.approx([(1 + 2 * car) / 3, 0.0, (-2 - 2 * 2 * car) / 3])
    twice = seen(once, [0.0, 2.0, 2.5])
    # a: .5 x 1 + 2 over .5 + 1 + 2 races
    assert form(twice)[0] == pytest.approx((2.5 + 2 * 2.5 / 3.5) / 3.5)


def test_observe_finish__parts_car_and_driver_by_team_mates():
    belief = seen(NOTHING, [0.0, 2.0, 1.0, 1.0], ("a", "b", "c", "d"), ("x", "x", "y", "y"))
    # In front of the middle (1 %): a +1, b -1, c and d 0. Car x: their mean.
    assert belief.cars == {"x": (0.0, 1.0), "y": (0.0, 1.0)}
    assert belief.drivers["a"] == (2.0, 1.0)
    assert belief.drivers["b"] == (-2.0, 1.0)
    again = seen(belief, [0.0, 2.0, 1.0, 1.0], ("a", "b", "c", "d"), ("x", "x", "y", "y"))
    # He is 2 % in front of b, who is known to lose 2/3 %: a is worth 2 - 2/3.
    assert again.drivers["a"] == pytest.approx((0.5 * 2.0 + 2.0 - 2 / 3, 1.5))


def test_race_form__who_changes_seats_has_the_new_car_and_his_own_part():
    belief = seen(NOTHING, [0.0, 0.2, 2.0, 2.2], ("a", "b", "c", "d"), ("x", "x", "y", "y"))
    assert form(belief, ("a",), ("x",)) > 0
    moved, mate = form(belief, ("a", "c"), ("y", "y"))
    assert moved < 0  # a slow car, whatever its driver has won elsewhere
    assert moved == pytest.approx(belief.cars["y"][0] / 3 + belief.drivers["a"][0] / 3)
    assert mate < 0


def test_observe_finish__who_was_not_classified_keeps_his_form():
    before = seen(NOTHING, [0.0, 1.0, 3.0])
    after = seen(before, [np.nan, 0.0, 1.0])
    assert after.seats["a@x"] == before.seats["a@x"]
    assert after.seats["b@y"] != before.seats["b@y"]


def test_observe_finish__laps_behind_count_no_more_than_the_cap():
    assert seen(NOTHING, [0.0, 1.0, 30.0]) == seen(NOTHING, [0.0, 1.0, 4.0])


@pytest.mark.parametrize("gap", [[np.nan] * 3, [0.0, np.nan, np.nan]])
def test_observe_finish__gaps_that_nobody_timed_teach_nothing(gap):
    before = replace(NOTHING, seats={"a@x": (1.0, 2.0)})
    assert replace(seen(before, gap), newness={}) == before


def test_race_form__a_debutant_stands_behind_his_car_for_a_while():
    field = seen(NOTHING, [0.0, 1.0, 3.0])
    debut = form(field, ("new",), ("x",))[0]
    assert debut == pytest.approx(field.cars["x"][0] / 3 - 1.0)
    raced = seen(field, [np.nan] * 3, ("new", "b", "c"))
    assert form(raced, ("new",), ("x",))[0] == pytest.approx(field.cars["x"][0] / 3 - 0.8)
    # Of the first race known nobody is called new.
    assert set(field.newness.values()) == {0.0}


def test_open_season__leaves_a_part_of_what_was_seen():
    before = seen(NOTHING, [0.0, 1.0, 3.0])
    after = open_season(before, CONFIG)
    assert after.seats["a@x"] == (0.5, 0.5)
    assert after.cars["x"] == (0.5, 0.5)
    apart = open_season(replace(before, drivers={"a": (2.0, 1.0)}), CONFIG)
    assert apart.drivers["a"] == (1.0, 0.5)
    assert after.newness == before.newness
    assert 0.0 < form(after)[0] < form(before)[0]
