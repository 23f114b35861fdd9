"""Stops that no plan has, or not on that lap: each rule worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.simulator.race_inputs import (
    StopPlan,
    Strategies,
    conditions_for,
    no_stop_strategies,
)
from predictor.simulator.trace import FLAGS, trace_race
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import QUIET, race
from tests.simulator.test_full_model import both

MEDIUM, HARD, SOFT = Compound.MEDIUM, Compound.HARD, Compound.SOFT
COVERING = replace(QUIET, p_cover=1.0, cover_window_s=1.0, cover_laps=6)
LATE = replace(QUIET, p_free_stop=1.0, free_stop_laps=1, last_stop_laps=3)


def stops_at(*shares, compounds=(MEDIUM, HARD), **changes):
    """Give each car a plan of its own: one stop at a share of the distance, or none."""
    plans = tuple(StopPlan(compounds, (at,)) if at else StopPlan(compounds[:1]) for at in shares)
    return Strategies(plans, np.eye(len(shares)), **({"jitter": 0.0} | changes))


def laps_of_stops(inputs, row=0):
    """Give the laps on which each car stopped in a race that kernel and referee agree on."""
    both(inputs)
    return [np.flatnonzero(stopped).tolist() for stopped in trace_race(inputs, row).stopped.T]


# answers


@pytest.mark.parametrize(
    ("changes", "lap"),
    [
        ({}, 6),
        ({"p_cover": 0.0}, 10),
        ({"cover_window_s": 0.25}, 10),  # half a second behind is too far
        ({"cover_window_s": 0.5}, 6),
        ({"cover_laps": 3}, 10),  # on lap 6 its stop is four laps away
        ({"cover_laps": 4}, 6),
    ],
)
def test_answers__a_car_covers_the_stop_of_the_one_right_behind_it(changes, lap):
    circuit = replace(COVERING, **changes)
    inputs = race([0.0, 0.0], n_laps=20, strategies=stops_at(0.5, 0.25), circuit=circuit)
    assert laps_of_stops(inputs) == [[lap], [5]]


def test_answers__a_car_that_just_stopped_does_not():
    plans = (StopPlan((MEDIUM, HARD, MEDIUM), (0.15, 0.5)), StopPlan((MEDIUM, HARD), (0.25,)))
    strategies = Strategies(plans, np.eye(2), jitter=0.0)
    # Without a pit lane the first car is still right ahead after its stop on lap 4, the first
    # that a plan may have in 20 laps.
    circuit = replace(COVERING, pit_loss_green_s=0.0)
    inputs = race([0.0, 0.0], n_laps=20, strategies=strategies, circuit=circuit)
    for least, laps in ((2, [4, 6]), (3, [4, 10])):
        allowed = replace(circuit, least_stint_laps=least)
        assert laps_of_stops(replace(inputs, circuit=allowed)) == [laps, [5]]


@pytest.mark.parametrize(("stopping", "answering"), [(5, 4), (6, None)])
def test_answers__only_a_stop_among_the_first_six_is_covered(stopping, answering):
    shares = [0.25 if car == stopping else 0.5 for car in range(7)]
    inputs = race([0.0] * 7, n_laps=20, strategies=stops_at(*shares), circuit=COVERING)
    laps = laps_of_stops(inputs)
    assert laps[stopping] == [5]
    assert [car for car, found in enumerate(laps) if found == [6]] == (
        [] if answering is None else [answering]
    )


# late free stops


@pytest.mark.parametrize(("pace", "leader"), [(2.0, [17]), (1.5, []), (1.6, [17])])
def test_free_stop__is_made_where_the_gap_behind_allows_it(pace, leader):
    # On lap 17, the last but three, the lead is a slot and 16 laps: 32.25, 24.25 or 25.85 s; a
    # stop and the margin are 24.4 s. The last car has nobody behind it.
    inputs = race([0.0, pace], n_laps=20, circuit=LATE)
    assert laps_of_stops(inputs) == [leader, [17]]


@pytest.mark.parametrize(
    ("at", "laps"),
    [
        (0.9, []),  # a stop to come, though it comes too late
        (0.75, [15]),  # two laps before
        (0.5, [10, 17]),
    ],
)
def test_free_stop__is_not_made_before_a_planned_one_or_right_after_it(at, laps):
    circuit = replace(LATE, pit_loss_green_s=1.0, least_stint_laps=5)
    inputs = race([0.0, 3.0], n_laps=20, circuit=circuit, strategies=stops_at(at, 0.0))
    assert laps_of_stops(inputs)[0] == laps


def test_free_stop__has_as_many_laps_to_choose_from_as_it_says():
    circuit = replace(LATE, free_stop_laps=4)
    inputs = race([0.0, 3.0], n_sims=64, n_laps=20, circuit=circuit)
    both(inputs)
    laps = {int(np.flatnonzero(trace_race(inputs, row).stopped[:, 1])[0]) for row in range(64)}
    assert laps == {14, 15, 16, 17}


# early stops


def early(at, p, compounds=(SOFT, HARD), n_sims=64):
    """Give when each of five cars stops that all plan to at a share of 20 laps, int[N, 5]."""
    circuit = replace(QUIET, p_early_stop=p)
    planned = stops_at(*[at] * 5, compounds=compounds)
    inputs = race([0.0] * 5, n_sims=n_sims, n_laps=20, circuit=circuit, strategies=planned)
    both(inputs)
    return np.array([trace_race(inputs, row).stopped.argmax(axis=0) for row in range(n_sims)])


def test_early_stop__is_likelier_the_further_behind_the_third_slot_a_car_starts():
    # half a chance for the fourth car, a whole one for the fifth
    laps = early(0.75, 0.5)
    assert (laps[:, :3] == 15).all()
    assert set(laps[:, 3].tolist()) <= {5, 6, 7, 8, 9, 10, 15}
    # By hand: the standard error of a half over 64 races is .0625.
    assert (laps[:, 3] == 15).mean() == pytest.approx(0.5, abs=0.2)
    assert set(laps[:, 4].tolist()) == {5, 6, 7, 8, 9, 10}


def test_early_stop__is_a_gamble_of_who_started_on_softs():
    assert (early(0.75, 1.0, compounds=(MEDIUM, SOFT), n_sims=8) == 15).all()


def test_early_stop__is_no_later_than_the_planned_one():
    assert (early(0.2, 1.0, n_sims=8) == 4).all()


def test_early_stop__nobody_without_a_stop_in_the_plan_makes_one():
    assert (early(0.0, 1.0, n_sims=8) == 0).all()


def test_early_stop__damage_on_the_first_lap_brings_a_car_in_on_the_second():
    circuit = replace(QUIET, p_first_lap_setback=1.0, first_lap_setback_s=6.0, damage_s=3.0)
    inputs = race(
        [0.0, 0.0], n_sims=32, n_laps=20, circuit=circuit, strategies=stops_at(0.75, 0.75)
    )
    both(inputs)
    laps = set()
    for row in range(32):
        trace = trace_race(inputs, row)
        lost = trace.time_s[0] - [0.0, 0.25]  # the grid slots
        for car in range(2):
            expected = [2] if lost[car] > 3.0 else [15]
            assert np.flatnonzero(trace.stopped[:, car]).tolist() == expected
            laps.add(expected[0])
    assert laps == {2, 15}


# behind a safety car


def changed_on(strategies, p_free_change, p_early_change, n_sims=48):
    """Give (lap of the safety car, who leads then, each car's stops), a race each."""
    circuit = replace(
        QUIET,
        p_free_change=p_free_change,
        p_early_change=p_early_change,
        free_change_laps=10,
        stop_window_safety_car=0,
        safety_car_laps=(3, 3),
    )
    conditions = conditions_for(Scenario.SAFETY_CAR)
    inputs = race([0.0, 0.1, 0.2], n_sims=n_sims, n_laps=40, circuit=circuit,
                  strategies=strategies, conditions=conditions)  # fmt: skip
    both(inputs)
    for row in range(n_sims):
        trace = trace_race(inputs, row)
        (lap,) = np.flatnonzero(trace.flag_new & (trace.flag == FLAGS.index("safety_car")))
        yield int(lap), int(trace.position[lap - 1].argmin()), [
            np.flatnonzero(stopped).tolist() for stopped in trace.stopped.T
        ]  # fmt: skip


def test_free_change__all_but_the_leader_change_old_tyres_behind_a_safety_car():
    seen = 0
    for lap, leader, stops in changed_on(no_stop_strategies(3, (MEDIUM,)), 1.0, 0.0):
        assert stops == [[] if car == leader else [lap] for car in range(3)]
        seen += 1
    assert seen == 48


def test_free_change__only_who_is_eager_makes_one():
    found = list(changed_on(no_stop_strategies(3, (MEDIUM,)), 0.5, 0.0, n_sims=96))
    changed = [len(laps) for lap, leader, stops in found
               for car, laps in enumerate(stops) if car != leader]  # fmt: skip
    # By hand: the standard error of a half over 192 cars is .036.
    assert np.mean(changed) == pytest.approx(0.5, abs=0.12)


@pytest.mark.parametrize("early", [0.0, 1.0])
def test_free_change__before_a_planned_stop_only_the_hasty_change(early):
    kinds = set()
    for lap, leader, stops in changed_on(stops_at(0.5, 0.5, 0.5), 1.0, early):
        for car in range(3):
            if lap <= 20:  # the stop of lap 20 is to come, or is made now
                hastens = early == 1.0 and car != leader and lap < 20
                expected, kind = ([lap] if hastens else [20]), "ahead"
            else:  # tyres of ten laps and more are old
                changes = car != leader and lap - 20 >= 10
                expected, kind = ([20, lap] if changes else [20]), changes
            assert stops[car] == expected, (lap, leader, car)
            kinds.add(kind)
    assert kinds == {"ahead", True, False}


# planned stops


def test_shared_jitter__moves_the_stops_of_a_race_alike():
    strategies = stops_at(0.5, 0.5, 0.5, shared_jitter=0.2)
    inputs = race([0.0, 3.0, 6.0], n_sims=64, n_laps=20, strategies=strategies)
    both(inputs)
    seen = set()
    for row in range(64):
        first, *others = trace_race(inputs, row).stopped.argmax(axis=0).tolist()
        assert others == [first, first]
        seen.add(first)
    # four laps either way of lap 10; one of nine is left out with probability .0005
    assert seen == set(range(6, 15))


def test_first_stop__is_not_planned_before_its_share_of_the_distance():
    plans = (StopPlan((MEDIUM, HARD, SOFT), (0.2, 0.6)), StopPlan((MEDIUM, HARD), (0.45,)))
    strategies = Strategies(plans, np.eye(2), jitter=0.0, first_stop=0.4)
    # lap 8 of 20 instead of 4; lap 12, and lap 9 of the other car, are as planned
    assert laps_of_stops(race([0.0, 3.0], n_laps=20, strategies=strategies)) == [[8, 12], [9]]


def test_free_change__nobody_hastens_a_stop_for_softs_which_would_not_last():
    for compound, hastens in ((SOFT, False), (HARD, True)):
        plans = stops_at(0.9, 0.9, 0.9, compounds=(MEDIUM, compound))
        for lap, leader, stops in changed_on(plans, 1.0, 1.0):
            for car in range(3):
                early = hastens and car != leader and lap < 36
                assert stops[car][0] == (lap if early else 36)


# while the race stands


def test_red_flag__everybody_changes_tyres_that_would_last_to_the_end():
    circuit = replace(QUIET, p_red_flag_after_accident=1.0, p_safety_car_after_accident=0.0)
    crashes = np.zeros((64, 3), np.float32)
    crashes[:, 2] = 1.0  # the last car's accident stops every race
    inputs = race([0.0, 0.1, 0.2], n_sims=64, n_laps=40, circuit=circuit, p_accident=crashes,
                  strategies=no_stop_strategies(3, (MEDIUM,)))  # fmt: skip
    both(inputs)
    changed = set()
    for row in range(64):
        trace = trace_race(inputs, row)
        red = np.flatnonzero(trace.flag_new & (trace.flag == FLAGS.index("red")))
        if not red.size:  # an accident on the last lap
            continue
        lap = red[0]
        # By hand: half of the distance is 20 laps; with more to go a soft would not last.
        expected = [int(lap)] if 40 - lap <= 20 else []
        for stopped in trace.stopped.T[:2]:
            assert np.flatnonzero(stopped).tolist() == expected
        changed.add(bool(expected))
    assert changed == {True, False}
