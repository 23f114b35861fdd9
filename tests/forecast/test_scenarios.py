from dataclasses import replace

import numpy as np
import pytest

from predictor.forecast.climate import Chances
from predictor.forecast.scenarios import circuit_in, conditions_in, scenario_probabilities
from predictor.simulator.outcomes import position_counts
from predictor.simulator.race_inputs import default_circuit, share_of_full_race
from predictor.simulator.simulate import simulate
from predictor.vocabulary import Scenario
from tests.simulator.builders import grand_prix

ALL = tuple(Scenario)


def test_scenario_probabilities__by_hand_at_a_rainy_circuit():
    p = scenario_probabilities(ALL, Chances(wet=0.2, safety_car=0.8))
    assert p[Scenario.WET] == pytest.approx(0.2)
    assert p[Scenario.SAFETY_CAR] == pytest.approx(0.8 * 0.8)
    assert p[Scenario.DRY] == pytest.approx(0.8 * 0.2)


@pytest.mark.parametrize("asked", [ALL, ALL[:1], ALL[1:], (Scenario.WET,)])
def test_scenario_probabilities__sum_to_one_over_what_is_asked_for(asked):
    p = scenario_probabilities(asked, Chances(wet=0.1, safety_car=0.5))
    assert list(p) == list(asked)
    assert sum(p.values()) == pytest.approx(1.0)


def test_scenario_probabilities__a_sprint_has_fewer_safety_cars():
    chances = Chances(wet=0.1, safety_car=0.8)
    whole = scenario_probabilities(ALL[:1] + ALL[2:], chances)
    third = scenario_probabilities(ALL[:1] + ALL[2:], chances, distance=1 / 3)
    assert whole[Scenario.SAFETY_CAR] == pytest.approx(0.8)
    assert third[Scenario.DRY] == pytest.approx(0.2 ** (1 / 3))


def test_circuit_in__a_dry_race_brings_out_no_safety_car_and_no_red_flag():
    dry = circuit_in(Scenario.DRY, default_circuit())
    assert dry.other_safety_cars == 0.0
    assert dry.p_safety_car_after_accident == dry.p_safety_car_after_failure == 0.0
    assert dry.p_red_flag_after_accident == 0.0


def test_circuit_in__a_virtual_one_keeps_its_chance_among_what_is_left():
    usual, dry = default_circuit(), circuit_in(Scenario.DRY, default_circuit())
    left = 1 - usual.p_safety_car_after_accident - usual.p_red_flag_after_accident
    assert dry.p_vsc_after_accident == pytest.approx(usual.p_vsc_after_accident / left)
    assert circuit_in(Scenario.WET, usual) is usual


def natural(n_sims=4000, **fields):
    return replace(grand_prix(n_sims), **fields)


def in_scenario(scenario, inputs):
    return replace(
        inputs,
        circuit=circuit_in(scenario, inputs.circuit),
        conditions=conditions_in(
            scenario,
            inputs.circuit,
            inputs.p_failure[0],
            inputs.p_accident[0],
            length=share_of_full_race(inputs.n_laps, inputs.lap_s),
        ),
    )


def test_conditions_in__dry_and_safety_car_races_are_those_of_an_unconditional_race():
    # Split an unconditional race by what came, and compare with the scenarios.
    inputs = natural()
    usual = simulate(inputs)
    for scenario, came in ((Scenario.DRY, False), (Scenario.SAFETY_CAR, True)):
        part = (usual.safety_cars > 0) == came
        simulated = simulate(in_scenario(scenario, inputs))
        assert ((simulated.safety_cars > 0) == came).all()
        assert simulated.retired.mean() == pytest.approx(usual.retired[part].mean(), abs=0.012)
        assert simulated.vscs.mean() == pytest.approx(usual.vscs[part].mean(), abs=0.15)


def test_conditions_in__the_mean_of_both_is_the_usual_race():
    inputs = natural(16_000)
    usual = simulate(inputs)
    p = (usual.safety_cars > 0).mean()
    mixed = sum(
        share * position_counts(simulate(in_scenario(scenario, inputs))) / inputs.n_sims
        for scenario, share in ((Scenario.DRY, 1 - p), (Scenario.SAFETY_CAR, p))
    )
    gap = np.abs(mixed - position_counts(usual) / inputs.n_sims)
    assert gap.max() < 0.02


def test_conditions_in__a_sprints_scenarios_are_those_of_an_unconditional_sprint():
    # Most safety cars of a circuit without retirements would not come in a sixth of the laps.
    circuit = replace(default_circuit(), other_safety_cars=1.5)
    inputs = natural(8000, circuit=circuit, n_laps=10)
    usual = simulate(inputs)
    came = usual.safety_cars > 0
    simulated = simulate(in_scenario(Scenario.SAFETY_CAR, inputs))
    assert simulated.retired.mean() == pytest.approx(usual.retired[came].mean(), abs=0.006)
