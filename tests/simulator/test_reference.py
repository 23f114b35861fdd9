"""Races worked out by hand, and the kernel against the referee, race by race."""

from dataclasses import fields, replace

import numpy as np
import pytest

from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import StopPlan, Strategies, conditions_for, no_stop_strategies
from predictor.simulator.reference.races import simulate_slowly
from predictor.simulator.simulate import simulate
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import QUIET, grand_prix, race


def assert_same(a: Outcomes, b: Outcomes) -> None:
    for field in fields(Outcomes):
        np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name), field.name)


def both(inputs):
    outcomes = simulate(inputs)
    assert_same(outcomes, simulate_slowly(inputs))
    return outcomes


def one_stop(d, at=0.5, compounds=(Compound.MEDIUM, Compound.HARD), stopping=(0,)):
    plans = (StopPlan(compounds, (at,)), StopPlan((Compound.MEDIUM,)))
    shares = np.array([[1.0, 0.0] if i in stopping else [0.0, 1.0] for i in range(d)])
    return Strategies(plans, shares, jitter=0.0)


def test_simulate__cars_in_clean_air_finish_apart_by_grid_slots_and_pace():
    # a slot is 0.25 s; ten laps of 0.5 s and 1 s
    outcomes = both(race([0.0, 0.5, 1.0]))
    assert outcomes.position.tolist() == [[1, 2, 3]]
    assert outcomes.gap_s.tolist() == [[0.0, 5.25, 10.5]]
    assert outcomes.laps_completed.tolist() == [[10, 10, 10]]


def test_simulate__a_faster_car_below_the_threshold_is_held_at_the_minimum_gap():
    outcomes = both(race([1.0, 0.0]))
    assert outcomes.position.tolist() == [[1, 2]]
    assert outcomes.gap_s.tolist() == [[0.0, 0.5]]
    assert outcomes.passes.tolist() == [0]


def test_simulate__a_car_above_the_threshold_passes_and_pays_for_the_duel():
    # Held at 2.5 on lap 1, on which nobody passes; on lap 2 still 2.5, against 4.0, and 0.3 s for
    # the duel; then 2 s a lap.
    outcomes = both(race([2.0, 0.0]))
    assert outcomes.position.tolist() == [[2, 1]]
    assert outcomes.gap_s[0, 0] == pytest.approx(10 * 2.0 - (2.5 + 0.3), abs=1e-3)


def test_simulate__a_pass_needs_the_threshold_once_the_cars_are_in_line():
    # 0.25 s behind on the grid a lap 1.6 s faster is enough, at 0.5 s it takes 1.85 s
    circuit = replace(QUIET, overtaking_threshold_s=1.85, slot_s=0.5)
    held = both(race([1.8, 0.0], circuit=circuit))
    assert held.position.tolist() == [[1, 2]]
    aid = replace(circuit, aid_gain_s=0.1)  # 1.9 s from lap 3 on
    passed = both(race([1.8, 0.0], circuit=aid))
    assert passed.position.tolist() == [[2, 1]]
    assert passed.passes.tolist() == [1]


def test_simulate__a_car_passes_two_only_if_it_beats_both():
    # Times on the line, with 1.35 s ahead of a car to pass it (1.85 - 0.5). Lap 1 lines them up
    # at 3.0, 3.5, 4.0; on lap 2 they are at 6.0, 6.5, and 4.0, which is ahead of 6.0 by 2.
    both_passed = both(race([3.0, 3.0, 0.0], n_laps=2))
    assert both_passed.position.tolist() == [[2, 3, 1]]
    assert both_passed.gap_s.tolist() == [
        [pytest.approx(1.7, abs=1e-3), pytest.approx(2.2, abs=1e-3), 0.0]
    ]
    # 2.0, 2.5, 3.0, then 4.0, 4.75 and 3.0: ahead of 4.75 by enough, of 4.0 not, so it slots in
    one_passed = both(race([2.0, 2.25, 0.0], n_laps=2))
    assert one_passed.position.tolist() == [[1, 3, 2]]
    assert one_passed.gap_s.tolist() == [[0.0, 0.75, 0.25]]


def test_simulate__nobody_passes_on_the_first_lap():
    # 6 s slower than the car behind it, which is held at half a second all the same
    outcomes = both(race([6.0, 0.0], n_laps=1))
    assert outcomes.position.tolist() == [[1, 2]]
    assert outcomes.gap_s.tolist() == [[0.0, 0.5]]
    assert both(race([6.0, 0.0], n_laps=2)).position.tolist() == [[2, 1]]


def test_simulate__a_stop_costs_the_pit_loss():
    outcomes = both(race([0.0, 0.0], strategies=one_stop(2)))
    assert outcomes.n_stops.tolist() == [[1, 0]]
    assert outcomes.position.tolist() == [[2, 1]]
    # the second car was held at 0.5 s behind the first until it came in
    assert outcomes.gap_s[0, 0] == pytest.approx(19.4 - 0.5, abs=1e-3)


def test_simulate__worn_tyres_cost_what_their_slope_says():
    slope = replace(QUIET, tyre_slope_s=(0.0, 0.25, 0.0, 0.0, 0.0))
    plans = (StopPlan((Compound.SOFT,)), StopPlan((Compound.MEDIUM,)))
    fixed = Strategies(plans, np.eye(2))
    outcomes = both(race([0.0, 0.0], strategies=fixed, circuit=slope))
    # 0 + 1 + ... + 9 = 45 quarters of a second, held up to 0.5 s after lap 1 (from 0.25 s)
    assert outcomes.gap_s[0, 1] == 0.5 + 45 * 0.25


def test_simulate__tyre_wear_multiplies_the_slope_of_one_driver():
    slope = replace(QUIET, tyre_slope_s=(0.25,) * 5)
    wear = np.array([1.0, 2.0], np.float32)
    outcomes = both(race([0.0, 0.0], circuit=slope, tyre_wear=wear))
    assert outcomes.gap_s[0, 1] == 0.5 + 45 * 0.25


def test_simulate__a_start_from_the_pit_lane_costs_its_loss():
    outcomes = both(race([0.0, 0.0], pit_lane_start=np.array([False, True])))
    assert outcomes.gap_s.tolist() == [[0.0, 8.25]]


def test_simulate__a_car_a_lap_behind_completes_fewer_laps():
    outcomes = both(race([0.0, 6.0], n_laps=40))
    # 0.25 + 240 s behind are two laps of 90 s and a bit
    assert outcomes.laps_completed.tolist() == [[40, 38]]


def test_simulate__a_certain_failure_stands_last_with_its_laps():
    p = np.array([[1.0, 0.0, 0.0]], np.float32)
    circuit = replace(QUIET, p_safety_car_after_failure=0.0, p_vsc_after_failure=0.0)
    outcomes = both(race([0.0, 0.5, 1.0], p_failure=p, circuit=circuit))
    assert outcomes.retired.tolist() == [[True, False, False]]
    assert outcomes.position.tolist() == [[3, 1, 2]]
    assert 0 <= outcomes.laps_completed[0, 0] < 10
    assert np.isnan(outcomes.gap_s[0, 0])
    assert outcomes.n_stops.tolist() == [[0, 0, 0]]


def test_simulate__retired_cars_stand_by_laps_completed():
    p = np.ones((64, 4), np.float32)
    outcomes = both(race([0.0, 0.5, 1.0, 1.5], n_sims=64, n_laps=40, p_accident=p))
    assert outcomes.retired.all()
    by_position = np.take_along_axis(
        outcomes.laps_completed, outcomes.position.argsort(axis=1), axis=1
    )
    assert (np.diff(by_position, axis=1) <= 0).all()


def test_simulate__a_safety_car_closes_the_field_up():
    safety_car = conditions_for(Scenario.SAFETY_CAR)
    circuit = replace(QUIET, safety_car_laps=(10, 10))
    inputs = race([0.0, 0.1], n_sims=64, n_laps=40, conditions=safety_car, circuit=circuit)
    outcomes = both(inputs)
    assert (outcomes.safety_cars == 1).all()
    # without it the gap would be 4.25 s; each green lap after it adds 0.1 s to 0.8 s
    assert (outcomes.gap_s[:, 1] < 4.25).all()
    assert outcomes.gap_s[:, 1].min() > 0.799


@pytest.mark.parametrize(
    ("scenario", "n_drivers", "n_laps", "n_sims"),
    [
        (Scenario.DRY, 20, 57, 130),
        (Scenario.WET, 20, 57, 100),
        (Scenario.SAFETY_CAR, 22, 44, 100),
        (Scenario.DRY, 32, 78, 20),
        (Scenario.WET, 3, 100, 40),
    ],
)
def test_simulate__agrees_with_the_referee_race_by_race(scenario, n_drivers, n_laps, n_sims):
    inputs = grand_prix(
        n_sims, n_drivers=n_drivers, n_laps=n_laps, conditions=conditions_for(scenario)
    )
    assert_same(simulate(inputs), simulate_slowly(inputs))


@pytest.mark.parametrize("scenario", list(Scenario))
def test_simulate__agrees_with_the_referee_in_a_sprint(scenario):
    inputs = grand_prix(
        100,
        n_laps=19,
        strategies=no_stop_strategies(20),
        conditions=conditions_for(scenario),
        first_sim=1000,
    )
    assert_same(simulate(inputs), simulate_slowly(inputs))


def test_simulate__agrees_with_the_referee_where_red_flags_are_common():
    circuit = replace(grand_prix(1).circuit, p_red_flag_after_accident=0.6)
    inputs = grand_prix(80, circuit=circuit)
    outcomes = both(inputs)
    assert outcomes.red_flags.sum() > 20
