"""Charts of a hand-made real race and of simulated ones: the same rows mean the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.circuit_fit import race_laps
from predictor.simulator.race_inputs import StopPlan, Strategies, default_circuit
from predictor.simulator.reference.races import simulate_slowly
from predictor.vocabulary import Compound
from tests.circuit_fit.builders import race, retired, with_stops
from tests.simulator.builders import QUIET, grand_prix
from tests.simulator.builders import race as simulated_race
from tests.validation.lap_charts import (
    GREEN,
    RED,
    SAFETY_CAR,
    VSC,
    real_chart,
    simulated_charts,
)

HARD = 2


def shown(plain, lap, bit):
    plain.flags[:, lap - 1] |= bit
    return plain


def test_real_chart__stops_are_those_after_which_the_car_drove_on():
    given = with_stops(race(4, 20), {0: ((5, HARD),), 1: ((12, HARD),)})
    given.pit_in[2, 19] = given.pit_in[3, 9] = True  # after the flag; to retire
    chart = real_chart(retired(given, {3: (10, 0.0)}))
    assert np.argwhere(chart.changed).tolist() == [[0, 4], [1, 11]]
    assert chart.stops.sum() == 2
    assert chart.compound[0, 4] != chart.compound[0, 5] == HARD
    assert chart.retired.tolist() == [False, False, False, True]
    assert np.isnan(chart.place[3, 10:]).all()


def test_real_chart__the_gravest_flag_of_a_lap_and_no_yellow_one():
    given = race(4, 20)
    for lap, bit in ((3, race_laps.YELLOW), (5, race_laps.VSC), (8, race_laps.SAFETY_CAR)):
        shown(given, lap, bit)
    shown(shown(given, 9, race_laps.SAFETY_CAR), 9, race_laps.RED)
    chart = real_chart(replace(given, safety_cars=((8, 3),), red_flags=((9, 0),)))
    assert chart.flag[[2, 4, 7, 8, 9]].tolist() == [GREEN, VSC, SAFETY_CAR, RED, GREEN]
    assert (chart.n_safety_cars, chart.n_vscs, chart.n_reds) == (1, 1, 1)
    # Three full laps listed are four that it lasted on; the VSC one, the red flag one.
    assert chart.neutralised_laps == 6.0


def test_real_chart__under_a_red_flag_only_other_tyres_are_a_change():
    given = with_stops(shown(race(3, 20), 6, race_laps.RED), {0: ((6, HARD),)})
    given.pit_in[:, 5] = True
    chart = real_chart(given)
    assert np.argwhere(chart.changed).tolist() == [[0, 5]]
    assert not chart.stops.any()


def test_real_chart__a_lapped_car_has_laps_and_no_gap():
    given = race(3, 20, gap_s=np.array([np.nan, 3.0, 9.0]), gap_laps=np.array([0.0, 0.0, 2.0]))
    chart = real_chart(given)
    assert chart.gap_s[:2].tolist() == [0.0, 3.0]
    assert np.isnan(chart.gap_s[2])
    assert (chart.behind_s == 0.0).all()  # all cross the line together in this made-up race
    assert chart.laps_down.tolist() == [0.0, 0.0, 2.0]


def test_real_chart__the_retired_and_the_disqualified_have_no_result():
    given = replace(race(3, 20), status=("finished", "dsq", "dnf"))
    assert np.isnan(real_chart(given).result).tolist() == [False, True, True]


def test_simulated_charts__a_race_worked_out_by_hand():
    # The leader laps in 90 s, the other in 91, and loses 20 s on lap 3 of 10.
    plans = (StopPlan((Compound.MEDIUM,)), StopPlan((Compound.SOFT, Compound.HARD), (0.3,)))
    only = Strategies(plans, np.array([[1.0, 0.0], [0.0, 1.0]]), jitter=0.0)
    circuit = replace(QUIET, pit_loss_green_s=20.0, fuel_s_per_lap=0.0, slot_s=0.0)
    (chart,) = simulated_charts(simulated_race([0.0, 1.0], strategies=only, circuit=circuit))
    assert chart.place.tolist() == [[1.0] * 10, [2.0] * 10]
    assert np.argwhere(chart.stops).tolist() == [[1, 2]]
    assert chart.time_s[0] == pytest.approx(90.0, abs=0.01)
    assert chart.time_s[1, 4:] == pytest.approx(91.0, abs=0.01)
    assert chart.time_s[1, 2] == pytest.approx(111.0, abs=0.01)
    soft, hard = 0, 2
    assert chart.compound[1].tolist() == [soft] * 3 + [hard] * 7
    assert chart.gap_s[1] == pytest.approx(30.0, abs=0.6)
    assert np.diff(chart.behind_s[1, 3:]) == pytest.approx(1.0, abs=0.01)
    assert chart.behind_s[1, -1] == pytest.approx(chart.gap_s[1], abs=0.01)
    assert chart.laps_down.tolist() == [0.0, 0.0]


def test_simulated_charts__a_lapped_cars_last_lap_is_not_driven():
    (chart,) = simulated_charts(simulated_race([0.0, 8.0], n_laps=40))
    assert chart.laps_down.tolist() == [0.0, 3.0]
    assert np.isfinite(chart.place[1]).sum() == 37
    assert np.isnan(chart.gap_s[1])
    assert chart.behind_s[1, 36] == pytest.approx(8.0 * 37, abs=2.0)


def test_simulated_charts__a_pit_lane_start_has_no_slot():
    (chart,) = simulated_charts(simulated_race([0.0, 1.0], pit_lane_start=np.array([False, True])))
    assert chart.grid[0] == 1.0
    assert np.isnan(chart.grid[1])


def test_simulated_charts__agree_with_the_outcomes_of_the_same_races():
    inputs = grand_prix(12, n_laps=30, circuit=default_circuit())
    outcomes = simulate_slowly(inputs)
    for sim, chart in enumerate(simulated_charts(inputs)):
        retired_there = outcomes.retired[sim]
        assert chart.retired.tolist() == retired_there.tolist()
        assert chart.neutralised_laps == outcomes.neutralised_laps[sim]
        assert (chart.flag != GREEN).sum() == outcomes.neutralised_laps[sim]
        assert chart.changed.sum(axis=1).tolist() == outcomes.n_stops[sim].tolist()
        assert (
            np.isfinite(chart.place).sum(axis=1).tolist() == outcomes.laps_completed[sim].tolist()
        )
        timed = (chart.flag == GREEN) & ~chart.changed
        timed[:, 0] = False
        best = np.where(timed & np.isfinite(chart.time_s), chart.time_s, np.inf).min(axis=1)
        if not outcomes.red_flags[
            sim
        ]:  # a new start is in the chart's lap, not in the one that counts
            assert best.argmin() == outcomes.fastest_lap[sim]
