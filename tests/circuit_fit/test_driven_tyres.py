"""A soft that laps flatter wears as fast as makes teams choose what they chose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from predictor.circuit_fit.driven_tyres import quickest, soft_slope
from predictor.circuit_fit.stop_plans import CircuitPlans
from predictor.simulator.race_inputs import default_circuit

SOFT, MEDIUM, HARD = range(3)
CIRCUIT = replace(
    default_circuit(),
    tyre_slope_s=(0.04, 0.04, 0.04, 0.05, 0.04),
    tyre_offset_s=(0.0, 0.5, 0.5, 0.0, 1.0),
    tyre_cliff_s=(90.0,) * 5,
    cold_tyre_s=(1.0,) * 5,
)
PLANS = CircuitPlans(
    ((SOFT, HARD), (MEDIUM, HARD), (SOFT, MEDIUM, SOFT)),
    ((0.3,), (0.5,), (0.3, 0.7)),
    (0.3, 0.6, 0.1),
    0.1, 0.1, 0.4, 5,
)  # fmt: skip


def test_quickest__by_hand():
    # Two stints of 25 laps: 25 * 24 / 2 laps of age each, at .04 s; half a second on each lap.
    stop = CIRCUIT.pit_loss_green_s + CIRCUIT.stationary_s + 1.0
    expected = 2 * 300 * 0.04 + 50 * 0.5 + stop
    assert quickest(CIRCUIT, (MEDIUM, HARD), 50, 8) == pytest.approx(expected)
    assert quickest(CIRCUIT, (HARD,), 50, 8) == pytest.approx(25 * 49 * 0.04 + 25.0)


def test_quickest__a_first_stop_waits_for_its_lap_and_a_tyre_falls_off_its_cliff():
    later = quickest(CIRCUIT, (MEDIUM, HARD), 50, 40)
    stop = CIRCUIT.pit_loss_green_s + CIRCUIT.stationary_s + 1.0
    assert later == pytest.approx((20 * 39 + 5 * 9) * 0.04 + 25.0 + stop)
    steep = replace(CIRCUIT, tyre_cliff_s=(0.08,) * 5, tyre_cliff_factor=2.0)
    # Ages 0, 1, 2 cost 0, .04, .08; from there on twice as much is added per lap.
    assert quickest(steep, (HARD,), 5, 1) == pytest.approx(0.04 + 0.08 + 0.16 + 0.24 + 2.5)


def test_soft_slope__a_race_on_it_is_then_as_quick_as_without():
    slope = soft_slope(CIRCUIT, PLANS, 50)
    worn = replace(CIRCUIT, tyre_slope_s=(slope, *CIRCUIT.tyre_slope_s[1:]))
    assert slope > 0.06
    assert quickest(worn, (SOFT, HARD), 50, 8) == pytest.approx(
        quickest(worn, (MEDIUM, HARD), 50, 8), abs=0.01
    )


def test_soft_slope__wear_that_is_enough_is_kept():
    worn = replace(CIRCUIT, tyre_slope_s=(0.2, 0.04, 0.04, 0.05, 0.04))
    assert soft_slope(worn, PLANS, 50) == 0.2


def test_soft_slope__without_a_plan_to_hold_it_against_the_laps_are_believed():
    alone = PLANS._replace(compounds=PLANS.compounds[:1], at=PLANS.at[:1], shares=(1.0,))
    assert soft_slope(CIRCUIT, alone, 50) == 0.04
