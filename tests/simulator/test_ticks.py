from dataclasses import replace

import numpy as np

from predictor.simulator.race_inputs import conditions_for
from predictor.simulator.ticks import NEVER, PURPOSES, TICKS_PER_S, prepare, to_ticks
from predictor.vocabulary import Scenario
from tests.simulator.builders import QUIET, grand_prix, race


def test_to_ticks__rounds_seconds():
    assert to_ticks(0.5) == 8192
    assert to_ticks(1 / 3) == 5461


def test_prepare__turns_seconds_and_probabilities_into_integers():
    circuit = replace(QUIET, other_safety_cars=0.3, other_vscs=0.1)
    k, a = prepare(race([0.0, 0.25], circuit=circuit))
    assert k.lap == 90 * TICKS_PER_S
    assert a.pace.tolist() == [[0, 4096]]
    # four chances, in a fifth of 4500 s
    assert k.incident == round(0.4 / 4 / 5 * 2**24)
    assert k.incident_safety_car == round(0.75 * 2**24)
    assert k.crossovers == -1


def test_prepare__planned_laps_are_shares_of_the_distance():
    _, a = prepare(grand_prix(1, n_laps=50))
    assert a.plan_lap[0].tolist() == [21, NEVER, NEVER]
    assert a.plan_lap[5].tolist() == [10, 22, 36]
    assert (a.plan_up_to[:, -1] == 2**24).all()


def test_prepare__rain_scales_hazards_and_never_above_one():
    inputs = race(
        [0.0, 1.0],
        p_accident=np.array([[0.1, 0.9]], np.float32),
        conditions=replace(conditions_for(Scenario.WET), accident_scale=1.5),
    )
    _, a = prepare(inputs)
    np.testing.assert_allclose(a.p_accident, [[0.15, 1.0]], rtol=1e-6)


def test_prepare__crossovers_fit_the_length_of_the_race():
    wet = conditions_for(Scenario.WET)
    assert prepare(grand_prix(1, n_laps=57, conditions=wet))[0].crossovers == 2
    assert prepare(grand_prix(1, n_laps=19, conditions=wet))[0].crossovers == 0


def test_prepare__every_purpose_has_a_key_of_its_own_and_no_scenario_changes_it():
    dry = prepare(grand_prix(1))[1].keys
    wet = prepare(grand_prix(1, conditions=conditions_for(Scenario.WET)))[1].keys
    assert len({tuple(row) for row in dry.tolist()}) == len(PURPOSES)
    np.testing.assert_array_equal(dry, wet)


def test_prepare__the_median_standstill_is_the_circuits():
    _, a = prepare(grand_prix(1))
    quantiles = a.standstill / TICKS_PER_S
    assert abs(np.median(quantiles) - 2.5) < 0.01
    assert (np.diff(a.standstill) >= 0).all()
