"""Constants of circuits and crews: checked, completed, and handed on."""

from __future__ import annotations

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.forecast.circuits import (
    FIELD_CREW,
    CircuitFile,
    Constant,
    Crew,
    CrewFile,
    PlanRow,
    PlanTable,
    RaceModel,
    crew_of,
    crews_at,
    pit_boxes,
    race_model,
)
from predictor.simulator.race_inputs import default_circuit
from predictor.vocabulary import Compound

MEDIUM, HARD = Compound.MEDIUM, Compound.HARD


def test_race_model__what_a_file_leaves_out_keeps_its_default():
    found = race_model(CircuitFile(constants={"pit_loss_green_s": Constant(25.0)}))
    assert found.parameters.pit_loss_green_s == 25.0
    assert found.parameters.lap_noise_s == default_circuit().lap_noise_s
    assert (found.accident, found.failure, found.plans) == (1.0, 1.0, ())


def test_race_model__whole_laps_stay_whole():
    found = race_model(CircuitFile(constants={"safety_car_laps": Constant((2.0, 3.0, 5.0))}))
    assert found.parameters.safety_car_laps == (2, 3, 5)
    assert all(isinstance(lap, int) for lap in found.parameters.safety_car_laps)


@pytest.mark.parametrize(
    ("file", "named"),
    [
        (CircuitFile(constants={"pit_los": Constant(25.0)}), "constants.pit_los"),
        (CircuitFile(constants={"lap_noise_s": Constant(-1.0)}), "lap_noise_s"),
        (CircuitFile(constants={"lap_noise_s": Constant((1.0, 2.0))}), "constants.lap_noise_s"),
        (CircuitFile(constants={"tyre_slope_s": Constant(0.1)}), "constants.tyre_slope_s"),
        (CircuitFile(constants={"tyre_slope_s": Constant((0.1, 0.1))}), "tyre_slope_s"),
        (CircuitFile(constants={"aid_from_lap": Constant(2.5)}), "constants.aid_from_lap"),
        (CircuitFile(hazards={"rain": Constant(1.0)}), "hazards.rain"),
        (CircuitFile(hazards={"accident": Constant(-1.0)}), "hazards.accident"),
        (CircuitFile(hazards={"accident": Constant(float("nan"))}), "hazards.accident"),
        (
            CircuitFile(strategies=PlanTable(plans=(PlanRow((MEDIUM, HARD), (0.4,), 0.7),))),
            "strategies.plans",
        ),
        (
            CircuitFile(strategies=PlanTable(plans=(PlanRow((MEDIUM,), (0.4,), 1.0),))),
            "StopPlan",
        ),
        (CircuitFile(strategies=PlanTable(jitter=0.9)), "strategies.jitter"),
        (CircuitFile(strategies=PlanTable(shared_jitter=0.6)), "strategies.shared_jitter"),
        (CircuitFile(strategies=PlanTable(first_stop=0.6)), "strategies.first_stop"),
        (CircuitFile(speed_kmh=Constant(20.0)), "speed_kmh"),
        (CircuitFile(speed_kmh=Constant((200.0, 210.0))), "speed_kmh"),
        (CircuitFile(strategies=PlanTable(spread=-0.1)), "strategies.spread"),
    ],
)
def test_race_model__says_which_constant_cannot_be(file, named):
    with pytest.raises(F1Error) as caught:
        race_model(file)
    assert named in caught.value.where


def test_race_model__shares_that_were_rounded_sum_to_one():
    rows = (PlanRow((MEDIUM, HARD), (0.4,), 0.333), PlanRow((HARD, MEDIUM), (0.6,), 0.666))
    found = race_model(CircuitFile(strategies=PlanTable(jitter=0.1, spread=0.4, plans=rows)))
    strategies = found.strategies(3)
    np.testing.assert_allclose(strategies.shares, [[1 / 3, 2 / 3]] * 3)
    assert (strategies.jitter, strategies.spread) == (0.1, 0.4)


def test_lap_s__grows_with_the_length_and_stays_a_lap():
    monaco = race_model(CircuitFile(speed_kmh=Constant(156.0)))
    assert monaco.lap_s(3.337) == pytest.approx(77.0, abs=0.1)
    assert monaco.lap_s(2 * 2.5) == pytest.approx(2 * monaco.lap_s(2.5))
    assert (monaco.lap_s(0.3), monaco.lap_s(60.0)) == (50.0, 130.0)  # a slip of the calendar


def test_race_model__without_plans_the_usual_ones():
    assert len(RaceModel().strategies(4).plans) == 6


def test_crew_of__refuses_what_no_crew_can_be():
    assert crew_of(CrewFile(Constant(2.2), Constant(3.0))) == Crew(2.2, 3.0)
    for median, shape in ((0.0, 3.0), (2.2, 0.5), (float("nan"), 3.0)):
        with pytest.raises(F1Error):
            crew_of(CrewFile(Constant(median), Constant(shape)))


def test_pit_boxes__two_cars_share_a_box_and_strangers_have_the_fields_crew():
    crews = {"ferrari": Crew(2.1, 4.0), FIELD_CREW: Crew(2.6, 3.0)}
    boxes = pit_boxes(("ferrari", "cadillac", "ferrari"), crews)
    assert list(boxes.team) == [1, 0, 1]
    assert [boxes.crews.median_s[i] for i in boxes.crew] == [2.1, 2.6, 2.1]


def test_pit_boxes__a_third_car_has_no_box_to_wait_for():
    assert list(pit_boxes(("a", "a", "a", "b"), {}).team) == [-1, -1, -1, 1]


def test_crews_at__only_who_is_there():
    crews = {"ferrari": Crew(), "haas": Crew(), FIELD_CREW: Crew()}
    assert sorted(crews_at(("haas", "new"), crews)) == [FIELD_CREW, "haas"]
