"""Plans as they were driven, and how alike the cars of one race choose."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from predictor.circuit_fit.driven_plans import driven_plans
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR
from predictor.circuit_fit.stop_plans import agreement, fit_plans
from tests.circuit_fit.builders import race, retired, with_stops

ONE, TWO = ((24, 2),), ((18, 2), (42, 1))


def stopped(circuit, plans, season=2024):
    return with_stops(race(n_cars=len(plans), circuit=circuit, season=season),
                      dict(enumerate(plans)))  # fmt: skip


def test_driven_plans__compounds_and_shares_of_the_distance():
    (first, second) = driven_plans(stopped("monza", [ONE, TWO]))
    assert (first.compounds, first.at) == ((1, 2), (0.4,))
    assert (second.compounds, second.at) == ((1, 2, 1), (0.3, 0.7))
    assert second.on_green == (True, True)


def test_driven_plans__stops_under_a_safety_car_are_no_plan():
    given = stopped("monza", [ONE])
    given.flags[:, 23] = SAFETY_CAR
    assert driven_plans(given)[0].on_green == (False,)


def test_driven_plans__red_flags_and_retirements_tell_nothing():
    red = stopped("monza", [ONE])
    red.flags[:, 30] = RED
    assert driven_plans(red) == []
    assert driven_plans(retired(stopped("monza", [ONE]), {0: (40, 0.0)})) == []


def test_driven_plans__of_more_stops_than_the_simulator_has_the_closest_is_dropped():
    four = ((10, 2), (20, 1), (40, 2), (42, 1))
    (plan,) = driven_plans(stopped("monza", [four]))
    assert plan.at == pytest.approx((10 / 60, 20 / 60, 40 / 60))


def test_is_planned__a_first_stop_within_the_first_laps_is_none_unless_a_flag_is_out():
    repaired, planned = stopped("monza", [((8, 2),), ((9, 2),)]), (False, True)
    assert tuple(plan.is_planned for plan in driven_plans(repaired)) == planned
    repaired.flags[:, 7] = SAFETY_CAR
    assert all(plan.is_planned for plan in driven_plans(repaired))


def test_fit_plans__a_repair_is_no_plan():
    repaired = ((3, 1), (24, 2))
    races = [stopped("monza", [ONE, ONE, repaired], 2018 + n) for n in range(4)]
    plans = fit_plans(races)["monza"]
    assert (plans.compounds, plans.at, plans.shares) == (((1, 2),), ((0.4,),), (1.0,))
    assert plans.first_stop == 0.15


def moving(shift, own, season):
    """Eight cars of one plan: a race's own shift of their stop, and theirs, in laps."""
    return stopped("monza", [((24 + shift + lap, 2),) for lap in own], season)


def test_fit_plans__what_all_cars_of_a_race_move_their_stops_by_is_shared():
    together = [moving(shift, (0,) * 8, 2000 + n) for n, shift in enumerate((-6, 0, 6) * 4)]
    plans = fit_plans(together)["monza"]
    # Twelve races of variance 26.2 laps² of 60: a uniform of that spread reaches 8.9 laps.
    assert plans.shared_jitter == pytest.approx(np.sqrt(3 * 36 * 8 / 11) / 60)
    assert plans.jitter == pytest.approx(0.0)


def test_fit_plans__what_every_car_moves_its_stop_by_is_its_own():
    apart = [moving(0, (-6, -6, 0, 0, 0, 0, 6, 6), 2000 + n) for n in range(12)]
    plans = fit_plans(apart)["monza"]
    assert plans.shared_jitter == pytest.approx(0.0)
    # less what races bring about by themselves
    assert plans.jitter == pytest.approx(0.65 * np.sqrt(3 * 36 * 4 / 7) / 60)


def test_fit_plans__what_few_cars_move_a_races_mean_by_is_chance():
    pairs = [(-6, -6), (-6, 6), (6, -6), (6, 6)] * 3
    plans = fit_plans([moving(0, pair, 2000 + n) for n, pair in enumerate(pairs)])["monza"]
    # Means of two vary by 18 laps² by chance, and here, in twelve races, by 18 * 12 / 11.
    assert plans.shared_jitter == pytest.approx(np.sqrt(3 * (18 * 12 / 11 - 18)) / 60)


def test_fit_plans__behind_the_points_a_stop_is_a_gamble():
    cars = [((24, 2),)] * 10 + [((14, 2),), ((34, 2),)] * 5
    plans = fit_plans([stopped("monza", cars, 2000 + n) for n in range(4)])["monza"]
    assert plans.jitter == pytest.approx(0.0)


def test_fit_plans__circuits_that_always_differ_keep_their_plans():
    races = [stopped("one", [ONE] * 4, 2018 + n) for n in range(6)]
    races += [stopped("two", [TWO] * 4, 2018 + n) for n in range(6)]
    found = fit_plans(races)
    assert found["one"].compounds[0] == (1, 2)
    assert found["one"].shares[0] == pytest.approx(1.0)
    assert found["two"].shares[-1] == pytest.approx(1.0)
    assert found["two"].at[-1] == pytest.approx((0.3, 0.7))
    assert sum(found[""].shares) == pytest.approx(1.0)
    assert found[""].shares[0] == pytest.approx(0.5)


def test_fit_plans__few_stops_come_first_and_stops_rise():
    mixed = [stopped("monza", [ONE, TWO, TWO, ((30, 0),)], 2018 + n) for n in range(4)]
    plans = fit_plans(mixed)["monza"]
    assert [len(at) for at in plans.at] == sorted(len(at) for at in plans.at)
    assert all(a < b for at in plans.at for a, b in pairwise(at))


def test_fit_plans__races_that_are_one_or_the_other_give_a_narrow_spread():
    alike = [stopped("monza", [ONE] * 4 if n % 2 else [TWO] * 4, 2000 + n) for n in range(8)]
    mixed = [stopped("monza", [ONE, TWO, ONE, TWO], 2000 + n) for n in range(8)]
    assert fit_plans(alike)["monza"].spread < 0.1
    # Two of four: any two agree in a third of cases, less than by chance.
    assert fit_plans(mixed)["monza"].spread == pytest.approx(1.0, abs=1e-3)


def test_agreement__by_hand():
    assert agreement([0.5, 0.5], 1.0) == pytest.approx(0.5)
    assert agreement([1.0], 0.3) == pytest.approx(1.0)
    # A window of a half: with probability x within one half, on average over where it begins
    # the integral of (1 - t)² + t² over 0..1 is 2/3.
    assert agreement([0.5, 0.5], 0.5) == pytest.approx(2 / 3, abs=1e-3)


def test_fit_plans__few_cars_that_stop_thrice_do_it_in_as_many_ways_as_they_did():
    ways = [((15, c), (30, d), (45, e)) for c, d, e in ((2, 2, 2), (1, 2, 1), (2, 1, 2))]
    races = [stopped("monza", [ONE] * 27 + ways, 2000 + n) for n in range(4)]
    plans = fit_plans(races)["monza"]
    assert len(plans.compounds) == 4
    assert plans.shares == pytest.approx((0.9, 1 / 30, 1 / 30, 1 / 30))


def test_fit_plans__a_race_says_how_a_number_of_stops_is_made_as_far_as_cars_made_it():
    """One car alone in each of four races, nine together in one more."""
    other = ((18, 2), (42, 0))
    races = [stopped("monza", [ONE] * 9 + [TWO], 2000 + n) for n in range(4)]
    races.append(stopped("monza", [ONE] + [other] * 9, 2010))
    plans = fit_plans(races)["monza"]
    found = dict(zip(plans.compounds, plans.shares, strict=True))
    assert found[1, 2, 0] > found[1, 2, 1]  # race by race it would be one to four


def test_fit_plans__the_rarest_ways_of_a_circuit_are_left_out():
    rare = ((24, 0),)
    races = [stopped("monza", [ONE] * 24 + [rare], 2000 + n) for n in range(4)]
    assert fit_plans(races)["monza"].compounds == ((1, 2),)
    races = [stopped("monza", [ONE] * 9 + [rare], 2000 + n) for n in range(4)]
    assert fit_plans(races)["monza"].compounds == ((1, 2), (1, 0))


def test_fit_plans__a_plan_hardly_anybody_drove_is_not_offered():
    races = [stopped("monza", [ONE] * 20, 1900 + n) for n in range(20)]
    races[0] = stopped("monza", [ONE] * 19 + [((30, 0),)], 1900)
    assert fit_plans(races)["monza"].compounds == ((1, 2),)
