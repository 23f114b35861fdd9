from dataclasses import replace

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.simulator.circuit import CircuitParameters
from predictor.simulator.race_inputs import (
    PitCrews,
    StopPlan,
    Strategies,
    conditions_for,
    default_strategies,
    no_stop_strategies,
)
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import race


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pace_s", np.zeros(2, np.float32)),
        ("pace_s", np.full((1, 2), np.nan, np.float32)),
        ("pace_s", np.full((1, 2), 9.0, np.float32)),
        ("grid", np.array([[1, 1]], np.int16)),
        ("grid", np.array([[0, 1]], np.int16)),
        ("p_failure", np.array([[0.1, 1.1]], np.float32)),
        ("p_accident", np.array([[0.1, np.nan]], np.float32)),
        ("p_accident", np.zeros((2, 2), np.float32)),
        ("pit_lane_start", np.zeros(3, np.bool_)),
        ("tyre_wear", np.zeros(1, np.float32)),
        ("strategies", no_stop_strategies(3)),
        ("n_laps", 0),
        ("n_laps", 101),
        ("lap_s", 5.0),
        ("first_sim", -1),
        ("first_sim", 2**32 - 1),
        ("tyre_wear", np.array([1.0, np.nan], np.float32)),
        ("team", np.array([0, 0, 1], np.int8)),
        ("team", np.array([0, -2], np.int8)),
        ("crew", np.array([0, 1], np.int8)),
    ],
)
def test_race_inputs__refuses_what_cannot_be_raced(name, value):
    with pytest.raises(F1Error, match="cannot be simulated") as caught:
        race([0.0, 1.0], **{name: value})
    assert f"RaceInputs.{name}" in str(caught.value)


def test_race_inputs__refuses_more_cars_than_the_kernel_can_number():
    with pytest.raises(F1Error, match="33 drivers"):
        race([0.0] * 33)


def test_race_inputs__refuses_a_third_car_of_a_team():
    with pytest.raises(F1Error, match="more than twice"):
        race([0.0, 1.0, 2.0], team=np.zeros(3, np.int8))


def test_race_inputs__refuses_more_stops_than_laps():
    with pytest.raises(F1Error, match="3 stops in 3 laps"):
        race([0.0, 1.0], n_laps=3, strategies=default_strategies(2))


@pytest.mark.parametrize(
    ("median_s", "shape"),
    [((), ()), ((2.0,), (0.5,)), ((2.0,), ()), ((float("nan"),), (3.0,)), ((-1.0,), (3.0,))],
)
def test_pit_crews__refuses_impossible_crews(median_s, shape):
    with pytest.raises(F1Error, match="PitCrews"):
        PitCrews(median_s, shape)


@pytest.mark.parametrize(
    "change",
    [{"p_wet_start": 1.5}, {"wrong_tyre_s": float("nan")}, {"crossovers": 4}, {"wrong_tyre_s": -1}],
)
def test_conditions__refuses_impossible_constants(change):
    with pytest.raises(F1Error) as caught:
        replace(conditions_for(Scenario.WET), **change)
    assert f"Conditions.{next(iter(change))}" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"cold_tyre_s": 1.0},
        {"cold_tyre_s": (1.0,) * 4},
        {"tyre_cliff_s": (1.0, 1.0, 1.0, 1.0, float("nan"))},
        {"tyre_cliff_factor": 0.5},
        {"tyre_cliff_factor": 9.0},
        {"blue_flag_s": -1.0},
        {"p_penalty": 1.1},
        {"penalty_s": (10.0, 5.0)},
        {"long_penalty_share": 2.0},
        {"least_stint_laps": -1},
        {"safety_car_laps": (2, 1, 3)},
        {"safety_car_laps": (2.5, 3.5)},
        {"safety_car_laps": (0, 3)},
        {"vsc_laps": (2,)},
        {"first_lap_setback_s": 80.0},
        {"lap_noise_s": -0.1},
        {"p_red_flag_after_accident": 1.5},
        {"tyre_slope_s": (0.1, 0.1)},
        {"vsc_laps": (3, 2)},
        {"pit_loss_green_s": float("nan")},
        {"stationary_shape": 0.0},
        {"safety_car_laps": (2, 300)},
        {"other_vscs": 9.0},
    ],
)
def test_circuit_parameters__refuses_impossible_constants(change):
    with pytest.raises(F1Error) as caught:
        CircuitParameters(**change)
    assert next(iter(change)) in str(caught.value)


@pytest.mark.parametrize("mean", [1.0, 1.4, 1.75, 2.0, 2.6, 3.0])
def test_default_strategies__mix_to_the_mean_asked_for(mean):
    strategies = default_strategies(20, stops_mean=mean)
    stops = np.array([len(plan.at) for plan in strategies.plans])
    assert (strategies.shares @ stops) == pytest.approx(mean)


def test_default_strategies__every_dry_plan_uses_two_compounds():
    for plan in default_strategies(2).plans:
        assert len(set(plan.compounds)) >= 2


@pytest.mark.parametrize(
    ("compounds", "at"),
    [
        ((Compound.SOFT,), (0.5,)),
        ((Compound.SOFT, Compound.HARD), (1.0,)),
        ((Compound.SOFT, Compound.HARD, Compound.SOFT), (0.6, 0.4)),
        ((Compound.SOFT,) * 5, (0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_stop_plan__refuses_plans_that_do_not_hang_together(compounds, at):
    with pytest.raises(F1Error, match="stop plan"):
        StopPlan(compounds, at)


def test_strategies__refuses_shares_that_do_not_sum_to_one():
    plans = no_stop_strategies(2).plans
    with pytest.raises(F1Error, match="sum to one"):
        Strategies(plans, np.full((2, 2), 0.4))


def test_conditions_for__knows_every_scenario():
    for scenario in Scenario:
        assert conditions_for(scenario).name is scenario
    assert conditions_for(Scenario.WET).lap_noise_scale > 1
    assert replace(conditions_for(Scenario.SAFETY_CAR), force_safety_car=False, name="dry") == (
        conditions_for(Scenario.DRY)
    )
