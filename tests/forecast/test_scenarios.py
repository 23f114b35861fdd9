import pytest

from predictor.forecast.scenarios import (
    Climate,
    ClimateConfig,
    circuit_in,
    scenario_probabilities,
)
from predictor.simulator.race_inputs import default_circuit
from predictor.vocabulary import Scenario

ALL = tuple(Scenario)
CONFIG = ClimateConfig(
    wet_share=0.1, wet_prior_races=10, safety_car_share=0.5, safety_car_prior_races=4
)


def test_scenario_probabilities__by_hand_at_a_rainy_circuit():
    p = scenario_probabilities(ALL, Climate(wet=(3, 10), safety_car=(6, 6)), CONFIG)
    wet, safety_car = (3 + 1) / 20, (6 + 2) / 10
    assert p[Scenario.WET] == pytest.approx(wet)
    assert p[Scenario.SAFETY_CAR] == pytest.approx((1 - wet) * safety_car)
    assert p[Scenario.DRY] == pytest.approx((1 - wet) * (1 - safety_car))


@pytest.mark.parametrize("asked", [ALL, ALL[:1], ALL[1:], (Scenario.WET,)])
def test_scenario_probabilities__sum_to_one_over_what_is_asked_for(asked):
    p = scenario_probabilities(asked, Climate(), CONFIG)
    assert list(p) == list(asked)
    assert sum(p.values()) == pytest.approx(1.0)


def test_circuit_in__a_dry_race_brings_out_no_safety_car():
    dry = circuit_in(Scenario.DRY, default_circuit())
    assert dry.other_safety_cars == 0.0
    assert dry.p_safety_car_after_accident == dry.p_safety_car_after_failure == 0.0
    assert dry.p_red_flag_after_accident == 0.0


def test_circuit_in__what_would_bring_out_a_safety_car_brings_out_a_virtual_one():
    usual, dry = default_circuit(), circuit_in(Scenario.DRY, default_circuit())
    assert dry.p_vsc_after_accident == pytest.approx(
        usual.p_vsc_after_accident + usual.p_safety_car_after_accident
    )
    assert circuit_in(Scenario.WET, usual) is usual
