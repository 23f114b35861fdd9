"""What is told of races worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.report.race_story import crossover_laps, fastest_lap, happenings, stints
from predictor.simulator.conditions import Conditions
from predictor.simulator.race_inputs import (
    StopPlan,
    Strategies,
    conditions_for,
    no_stop_strategies,
)
from predictor.simulator.trace import trace_race
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import QUIET, grand_prix, race

AT_LAP_3 = replace(QUIET, overtaking_threshold_s=1.85, slot_s=0.5, aid_gain_s=0.1)


def told(inputs, codes="ABCD", row=0):
    return happenings(trace_race(inputs, row), codes)


def of_kind(happened, kind):
    return [one for one in happened if one["kind"] == kind]


def stop_at(share, d, car=0):
    plans = (StopPlan((Compound.MEDIUM, Compound.HARD), (share,)), StopPlan((Compound.MEDIUM,)))
    return Strategies(plans, np.array([[1.0, 0.0] if i == car else [0.0, 1.0] for i in range(d)]),
                      jitter=0.0)  # fmt: skip


def test_happenings__a_quiet_race_is_a_start_and_a_finish():
    start, finish = told(race([0.0, 0.5, 1.0]))
    assert start == {
        "lap": 1, "kind": "start", "driver": "A", "from_grid": 1, "order": ["A", "B", "C"],
        "most_gained": {"driver": "A", "places": 0}, "most_lost": {"driver": "A", "places": 0},
    }  # fmt: skip
    assert finish == {
        "lap": 10, "kind": "finish", "driver": "A", "second": "B", "margin_s": 5.25, "laps_down": 0
    }  # fmt: skip


def test_happenings__a_lead_won_on_the_first_lap_belongs_to_the_start():
    # nobody passes on it: the car on pole comes from the pit lane
    happened = told(race([0.0, 0.0], pit_lane_start=np.array([True, False])))
    assert [one["kind"] for one in happened] == ["start", "finish"]
    start = happened[0]
    assert (start["driver"], start["from_grid"], start["order"]) == ("B", 2, ["B", "A"])
    assert start["most_gained"] == {"driver": "B", "places": 1}
    assert start["most_lost"] == {"driver": "A", "places": 1}


def test_happenings__a_pass_for_the_lead_is_told_once():
    happened = told(race([1.8, 0.0], circuit=AT_LAP_3))  # with the aid, which is on from lap 3
    assert of_kind(happened, "lead") == [
        {"lap": 3, "kind": "lead", "driver": "B", "from": "A", "how": "pass"}
    ]
    assert of_kind(happened, "pass") == []


def test_happenings__a_pass_for_second_names_both():
    # the leader is out of reach from the second lap on
    happened = told(race([-2.0, 1.8, 0.0], circuit=AT_LAP_3))
    assert of_kind(happened, "pass") == [
        {"lap": 3, "kind": "pass", "driver": "C", "passed": "B", "position": 2}
    ]


def test_happenings__passes_below_the_podium_are_not_told():
    happened = told(race([-6.0, -4.0, -2.0, 1.8, 0.0], circuit=AT_LAP_3), "ABCDE")
    assert of_kind(happened, "pass") == []
    assert of_kind(happened, "lead") == []


def test_happenings__a_stop_of_the_leader_hands_the_lead_on():
    happened = told(race([0.0, 0.0], strategies=stop_at(0.5, 2)))
    assert of_kind(happened, "lead") == [
        {"lap": 5, "kind": "lead", "driver": "B", "from": "A", "how": "pit_stop"}
    ]
    assert of_kind(happened, "stop") == [
        {"lap": 5, "kind": "stop", "driver": "A", "from": "MEDIUM", "to": "HARD",
         "tyre_age_laps": 5, "standstill_s": 0.0, "penalty_s": 0.0, "flag": "green",
         "reason": "plan", "covers": None, "position_before": 1, "position_after": 2}
    ]  # fmt: skip
    assert of_kind(happened, "pass") == []  # whoever is in the pits is not overtaken


def test_happenings__a_retirement_hands_the_lead_on_and_may_bring_a_flag_out():
    p = np.array([[1.0, 0.0, 0.0]], np.float32)
    circuit = replace(QUIET, p_safety_car_after_failure=0.0, p_vsc_after_failure=1.0,
                      vsc_laps=(2, 2))  # fmt: skip
    happened = told(race([0.0, 0.5, 1.0], p_failure=p, circuit=circuit, n_laps=40))
    (gone,) = of_kind(happened, "retirement")
    lap = gone["lap"]
    assert 1 < lap < 38
    assert gone == {
        "lap": lap, "kind": "retirement", "driver": "A", "cause": "failure", "flag": "vsc",
        "position_before": 1,
    }  # fmt: skip
    assert of_kind(happened, "lead") == [
        {"lap": lap, "kind": "lead", "driver": "B", "from": "A", "how": "retirement"}
    ]
    assert of_kind(happened, "flag") == [
        {"lap": lap + 1, "kind": "flag", "flag": "vsc", "last_lap": lap + 2,
         "after": [{"driver": "A", "cause": "failure"}]}
    ]  # fmt: skip


def test_happenings__a_race_that_nobody_finishes_has_no_winner():
    p = np.ones((1, 2), np.float32)
    assert of_kind(told(race([0.0, 0.5], p_failure=p)), "finish") == []


def test_happenings__are_in_order_of_laps():
    inputs = grand_prix(5)
    codes = [f"D{i:02}" for i in range(20)]
    for row in range(5):
        laps = [one["lap"] for one in told(inputs, codes, row)]
        assert laps == sorted(laps)


def test_stints__join_up_from_the_first_lap_to_the_last():
    trace = trace_race(race([0.0, 0.0], strategies=stop_at(0.3, 2)), 0)
    stops, driven = stints(trace, 0, "AB")
    assert [stop["lap"] for stop in stops] == [3]
    assert driven == [
        {"compound": "MEDIUM", "first_lap": 1, "last_lap": 3},
        {"compound": "HARD", "first_lap": 4, "last_lap": 10},
    ]
    assert stints(trace, 1, "AB") == ([], [{"compound": "MEDIUM", "first_lap": 1, "last_lap": 10}])


def test_fastest_lap__says_by_how_much():
    wear = replace(QUIET, tyre_slope_s=(0.25,) * 5, fuel_s_per_lap=0.0)
    trace = trace_race(race([0.0, 0.5, 1.0], circuit=wear), 0)
    # the second lap is the first that counts, on tyres a quarter of a second slower than new
    assert fastest_lap(trace, "ABC") == {
        "driver": "A", "lap": 2, "lap_time_s": 90.25, "next_best": "B",
        "margin_s": pytest.approx(0.5, abs=1e-3),
    }  # fmt: skip


def test_fastest_lap__none_where_no_lap_counts():
    assert fastest_lap(trace_race(race([0.0, 0.5], n_laps=1), 0), "AB") is None


def test_happenings__a_penalty_is_served_at_a_stop_or_added_at_the_flag():
    circuit = replace(QUIET, p_penalty=1.0, penalty_s=(5.0, 5.0))
    # a race of full length, in which an offence is certain; A stops on its last lap but one
    inputs = race([0.0, 0.5], circuit=circuit, n_laps=60, strategies=stop_at(59 / 60, 2))
    given = {one["driver"]: one for one in of_kind(told(inputs), "penalty")}
    assert {name: (one["penalty_s"], one["served"]) for name, one in given.items()} == {
        "A": (5.0, "stop"), "B": (5.0, "flag"),
    }  # fmt: skip
    assert all(1 <= one["lap"] <= 60 for one in given.values())
    assert [given[name]["served_on_lap"] for name in "AB"] == [59, None]
    (stop,) = of_kind(told(inputs), "stop")
    assert (stop["lap"], stop["standstill_s"], stop["penalty_s"]) == (59, 5.0, 5.0)
    (finish,) = of_kind(told(inputs), "finish")
    # B: a slot of 0.25 s, 60 laps of half a second and its penalty; A: the stop with its own
    assert finish["driver"] == "A"
    assert finish["margin_s"] == pytest.approx(0.25 + 30.0 + 5.0 - 19.4 - 5.0, abs=1e-3)


def test_stints__a_stop_has_no_part_in_a_penalty_that_is_served_elsewhere():
    trace = trace_race(race([0.0, 0.0], strategies=stop_at(0.3, 2)), 0)
    given = replace(trace, penalty_s=np.array([5.0, 0.0]), offence_lap=np.array([2, 0]))
    for served_on, share in ((3, 5.0), (0, 0.0)):
        served = replace(given, penalty_served_on=np.array([served_on, 0]))
        assert [stop["penalty_s"] for stop in stints(served, 0, "AB")[0]] == [share]


def test_happenings__a_stop_says_whose_stop_it_covers():
    circuit = replace(QUIET, p_cover=1.0, cover_window_s=1.0, cover_laps=6)
    plans = tuple(StopPlan((Compound.MEDIUM, Compound.HARD), (at,)) for at in (0.5, 0.25))
    strategies = Strategies(plans, np.eye(2), jitter=0.0)
    happened = told(race([0.0, 0.0], n_laps=20, circuit=circuit, strategies=strategies))
    stops = [(one["lap"], one["driver"], one["reason"], one["covers"])
             for one in of_kind(happened, "stop")]  # fmt: skip
    assert stops == [(5, "B", "plan", None), (6, "A", "cover", "B")]


def test_happenings__time_lost_at_once_has_its_lap_and_places():
    # 8 s lost by the leader, with a second car half a second behind it: it is passed
    inputs = race([0.0, 0.0, 6.0], n_laps=20, loss_s=np.array([[8.0, 0.0, 0.4]], np.float32))
    (loss,) = of_kind(told(inputs), "loss")
    assert 1 < loss["lap"] <= 20
    assert loss == {"lap": loss["lap"], "kind": "loss", "driver": "A", "loss_s": 8.0,
                    "position_before": 1, "position_after": 2}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"p_first_lap_setback": 1.0, "damage_s": 0.0}, "damage"),
        ({"p_free_stop": 1.0, "free_stop_laps": 1, "last_stop_laps": 3}, "free"),
    ],
)
def test_happenings__a_stop_says_why_no_plan_has_it(changes, reason):
    planned = stop_at(0.75, 2) if reason != "free" else no_stop_strategies(2)
    inputs = race([0.0, 3.0], n_laps=20, circuit=replace(QUIET, **changes), strategies=planned)
    stops = of_kind(told(inputs), "stop")
    assert {one["reason"] for one in stops} == {reason}


def test_happenings__an_early_stop_from_the_back_is_a_gamble():
    plans = (StopPlan((Compound.SOFT, Compound.HARD), (0.75,)),)
    strategies = Strategies(plans, np.ones((5, 1)), jitter=0.0)
    inputs = race([0.0, 1.5, 3.0, 4.5, 6.0], n_laps=20, strategies=strategies,
                  circuit=replace(QUIET, p_early_stop=0.5))  # fmt: skip
    stops = of_kind(told(inputs, "ABCDE"), "stop")
    assert {one["reason"] for one in stops if one["driver"] in "ABC"} == {"plan"}
    # by hand: twice a half, on the fifth slot
    assert [one["reason"] for one in stops if one["driver"] == "E"] == ["gamble"]


def test_happenings__a_stop_under_a_flag_says_so():
    inputs = race([0.0, 0.5], n_laps=40, circuit=replace(QUIET, p_free_change=1.0),
                  conditions=conditions_for(Scenario.SAFETY_CAR))  # fmt: skip
    (stop,) = of_kind(told(inputs), "stop")
    assert (stop["driver"], stop["reason"], stop["flag"]) == ("B", "flag", "safety_car")


def test_happenings__a_retirement_says_which_flag_comes_out_for_it():
    p = np.array([[0.0, 1.0, 0.0]], np.float32)
    said = {}
    for flag, chance in (("red", 1.0), (None, 0.0)):
        circuit = replace(QUIET, p_red_flag_after_accident=chance, p_vsc_after_accident=0.0,
                          p_safety_car_after_accident=0.0)  # fmt: skip
        happened = told(race([0.0, 0.5, 1.0], p_accident=p, circuit=circuit, n_laps=40))
        (gone,) = of_kind(happened, "retirement")
        assert (gone["driver"], gone["cause"]) == ("B", "accident")
        said[flag] = gone["flag"]
        assert [one["lap"] for one in of_kind(happened, "flag")] == [gone["lap"] + 1] * bool(flag)
    assert said == {"red": "red", None: None}


def test_happenings__a_flag_that_is_out_already_does_not_come_out_for_a_retirement():
    trace = trace_race(race([0.0, 0.5]), 0)
    flag, new = trace.flag.copy(), trace.flag_new.copy()
    flag[3:7], new[3] = 2, True  # a safety car, laps 3 to 6
    gone = np.array([0, 4])
    happened = happenings(replace(trace, flag=flag, flag_new=new, retired_on=gone), "AB")
    assert [one["flag"] for one in of_kind(happened, "retirement")] == [None]


def test_happenings__whoever_is_lapped_is_laps_down_at_the_finish():
    # 8 s a lap over 25 laps and a slot of .25 s: 200.25 s behind, two laps of 90 s
    (finish,) = of_kind(told(race([0.0, 8.0], n_laps=25)), "finish")
    assert (finish["margin_s"], finish["laps_down"]) == (200.25, 2)


@pytest.mark.parametrize(("p_wet_start", "at_start"), [(1.0, "wet"), (0.0, "dry")])
def test_happenings__a_race_with_rain_says_how_it_starts_and_when_the_track_changes(
    p_wet_start, at_start
):
    wet = Conditions(Scenario.WET, wet=True, crossovers=2, p_wet_start=p_wet_start)
    trace = trace_race(race([0.0, 0.5], n_laps=40, conditions=wet), 0)
    first, second = crossover_laps(trace)
    assert 1 < first <= 20 < second <= 40  # one in each half
    other = {"wet": "dry", "dry": "wet"}[at_start]
    assert of_kind(happenings(trace, "AB"), "weather") == [
        {"lap": 1, "kind": "weather", "track": at_start, "at_start": True},
        {"lap": first, "kind": "weather", "track": other, "at_start": False},
        {"lap": second, "kind": "weather", "track": at_start, "at_start": False},
    ]
    # cars come in on the very lap, as no delay is asked for
    assert np.flatnonzero(trace.stopped[:, 0]).tolist() == [first, second]


def test_happenings__a_dry_race_says_nothing_of_the_weather():
    trace = trace_race(race([0.0, 0.5]), 0)
    assert of_kind(happenings(trace, "AB"), "weather") == []
    assert crossover_laps(trace) == []
