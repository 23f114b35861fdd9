"""A traced race is the kernel's race, and its laps add up to it."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import StopPlan, Strategies, conditions_for
from predictor.simulator.simulate import simulate
from predictor.simulator.trace import FLAGS, REASONS, cut, gaps_to_leader, trace_race
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import QUIET, grand_prix, race


@pytest.mark.parametrize("scenario", list(Scenario))
def test_trace_race__is_the_kernels_race_in_every_field(scenario):
    inputs = grand_prix(48, conditions=conditions_for(scenario), first_sim=7000)
    whole = simulate(inputs)
    for row in (0, 7, 31, 47):
        trace = trace_race(inputs, row)
        for field in fields(Outcomes):
            np.testing.assert_array_equal(
                getattr(trace.outcomes, field.name)[0], getattr(whole, field.name)[row], field.name
            )


@pytest.mark.parametrize("row", range(6))
def test_trace_race__its_last_lap_is_the_result(row):
    trace = trace_race(grand_prix(6, conditions=conditions_for(Scenario.SAFETY_CAR)), row)
    o = trace.outcomes
    # what was not served is added at the flag
    added = np.where(trace.penalty_served_on > 0, 0.0, trace.penalty_s)
    time = trace.time_s[-1] + added
    running = ~o.retired[0]
    assert (np.argsort(np.argsort(time[running])) + 1).tolist() == o.position[0][running].tolist()
    np.testing.assert_allclose(time - np.nanmin(time), o.gap_s[0], atol=1e-3)
    assert np.count_nonzero(trace.offence_lap) == o.penalties[0]
    np.testing.assert_array_equal(np.isnan(trace.time_s[-1]), o.retired[0])
    np.testing.assert_array_equal(trace.stopped.sum(axis=0), o.n_stops[0])
    np.testing.assert_array_equal(trace.retired_on[o.retired[0]] - 1,
                                  o.laps_completed[0][o.retired[0]])  # fmt: skip
    assert (trace.flag > 0).sum() == o.neutralised_laps[0]
    waved = [FLAGS[kind] for kind in trace.flag[trace.flag_new]]
    assert waved.count("safety_car") == o.safety_cars[0] >= 1
    assert waved.count("vsc") == o.vscs[0]


@pytest.mark.parametrize("row", range(6))
@pytest.mark.parametrize("scenario", [Scenario.DRY, Scenario.WET])
def test_trace_race__its_fastest_timed_lap_is_the_referees(row, scenario):
    trace = trace_race(grand_prix(6, conditions=conditions_for(scenario)), row)
    times = np.where(trace.timed, trace.lap_time_s, np.inf)
    assert times.min(axis=0).argmin() == trace.outcomes.fastest_lap[0]


def test_trace_race__every_lap_ranks_the_running_before_the_retired():
    inputs = grand_prix(4)
    for row in range(4):
        trace = trace_race(inputs, row)
        assert (np.sort(trace.position, axis=1) == np.arange(1, 21)).all()
        for lap in range(1, trace.n_laps + 1):
            order = np.argsort(trace.position[lap])
            gap = trace.gap_s[lap][order]
            n_running = np.count_nonzero(~np.isnan(gap))
            assert (np.diff(gap[:n_running]) >= 0).all()
            assert gap[0] == 0.0
            assert np.isnan(gap[n_running:]).all()


def test_trace_race__one_stop_by_hand():
    plans = (StopPlan((Compound.MEDIUM, Compound.HARD), (0.4,)), StopPlan((Compound.SOFT,)))
    plan = Strategies(plans, np.eye(2), jitter=0.0)
    circuit = replace(QUIET, stationary_s=2.0, stationary_shape=100.0, fuel_s_per_lap=0.0)
    trace = trace_race(race([0.0, 0.0], strategies=plan, circuit=circuit), 0)
    assert np.flatnonzero(trace.stopped[:, 0]).tolist() == [4]
    assert not trace.stopped[:, 1].any()
    names = [list(Compound)[i].value for i in trace.compound[:, 0]]
    assert names == ["MEDIUM"] * 4 + ["HARD"] * 7
    assert trace.tyre_age[:, 0].tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6]
    assert trace.tyre_age[:, 1].tolist() == list(range(11))
    assert trace.standstill_s[4, 0] == pytest.approx(2.0, abs=0.15)
    assert np.isnan(np.delete(trace.standstill_s[:, 0], 4)).all()
    # laps of the reference car but for the lap with the stop: 19.4 s of pit lane, and the stop
    assert trace.lap_time_s[2, 0] == 90.0
    assert trace.lap_time_s[4, 0] == pytest.approx(90.0 + 19.4 + trace.standstill_s[4, 0], abs=1e-3)
    assert trace.clock_s[3, 0] == 270.0


def test_trace_race__a_retirement_has_its_lap_and_cause():
    p = np.array([[0.0, 1.0, 0.0]], np.float32)
    inputs = race([0.0, 0.5, 1.0], p_accident=p)
    trace = trace_race(inputs, 0)
    lap = trace.retired_on[1]
    assert 1 <= lap <= 10
    assert trace.by_accident.tolist() == [False, True, False]
    assert np.isnan(trace.time_s[lap:, 1]).all()
    assert not np.isnan(trace.time_s[:lap, 1]).any()
    assert trace.retired_on[[0, 2]].tolist() == [0, 0]


def test_cut__races_keep_their_numbers():
    inputs = grand_prix(30, first_sim=100)
    whole, part = simulate(inputs), simulate(cut(inputs, 11, 14))
    np.testing.assert_array_equal(whole.position[11:14], part.position)
    np.testing.assert_array_equal(whole.passes[11:14], part.passes)


def test_gaps_to_leader__are_those_of_each_race():
    inputs = grand_prix(3)
    gaps = gaps_to_leader(inputs)
    assert gaps.shape == (3, 58, 20)
    for row in range(3):
        np.testing.assert_allclose(gaps[row], trace_race(inputs, row).gap_s, atol=1e-3)


def test_trace_race__every_stop_has_a_reason_and_every_cover_a_car():
    for row in range(4):
        trace = trace_race(grand_prix(4, conditions=conditions_for(Scenario.SAFETY_CAR)), row)
        np.testing.assert_array_equal(trace.reason >= 0, trace.stopped)
        covers = trace.reason == REASONS.index("cover")
        np.testing.assert_array_equal(trace.covered >= 0, covers)
        for lap, car in np.argwhere(covers).tolist():
            assert trace.stopped[lap - 1, trace.covered[lap, car]]


def test_trace_race__time_lost_at_once_has_its_lap():
    trace = trace_race(race([0.0, 2.0], loss_s=np.array([[0.0, 8.0]], np.float32)), 0)
    assert trace.loss_s.tolist() == [0.0, 8.0]
    assert trace.loss_lap[0] == 0
    lap = trace.loss_lap[1]
    assert trace.time_s[lap, 1] - trace.time_s[lap - 1, 1] == 10.0


def test_trace_race__a_penalty_is_served_on_the_lap_of_a_stop_or_not_at_all():
    circuit = replace(QUIET, p_penalty=1.0, penalty_s=(5.0, 5.0))
    plans = (StopPlan((Compound.MEDIUM, Compound.HARD), (59 / 60,)), StopPlan((Compound.SOFT,)))
    strategies = Strategies(plans, np.eye(2), jitter=0.0)
    inputs = race([0.0, 0.5], circuit=circuit, n_laps=60, strategies=strategies)
    trace = trace_race(inputs, 0)
    assert trace.penalty_served_on.tolist() == [59, 0]
    assert trace.standstill_s[59, 0] == 5.0


def test_trace_race__the_track_is_wet_where_cars_on_slicks_lose_time():
    wet = replace(conditions_for(Scenario.WET), crossovers=1, p_wet_start=0.0, wrong_tyre_s=8.0,
                  crossover_delay=20, lap_noise_scale=0.0)  # fmt: skip
    trace = trace_race(race([0.0, 0.0], n_laps=40, conditions=wet), 0)
    changed = int(trace.wet.argmax())
    assert 1 < changed <= 40
    assert trace.wet.tolist() == [lap >= changed for lap in range(41)]
    on_slicks = changed < np.flatnonzero(trace.stopped[:, 0])[0]
    assert on_slicks  # a delay was drawn
    step = np.diff(trace.lap_time_s[[changed - 1, changed], 0])[0]
    assert step == pytest.approx(8.0, abs=0.1)  # less what fuel gives
