"""Which of many races is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from predictor.report.simulated_race import (
    leader_odds,
    most_typical,
    nearest_races,
    told_race,
)
from predictor.season.state import Entry
from predictor.simulator.conditions import Conditions
from predictor.simulator.outcomes import Outcomes
from predictor.simulator.race_inputs import StopPlan, Strategies
from predictor.simulator.simulate import simulate
from predictor.simulator.trace import trace_race
from predictor.vocabulary import Compound, Scenario
from tests.simulator.builders import grand_prix, race


def outcomes(position, n_stops) -> Outcomes:
    """Give races in which nothing counts but places and stops."""
    made = simulate(race([0.0, 1.0], n_sims=len(position)))
    return replace(made, position=np.array(position, np.uint8), n_stops=np.array(n_stops, np.uint8))


def test_nearest_races__of_those_near_the_expected_order_the_usual_stops_come_first():
    # Of eight races two count as near; six have the order 1, 2, so the first two of these. Cars
    # stop once in the mean: the second of them stops as they do.
    position = [[2, 1], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [2, 1]]
    n_stops = [[1, 1], [0, 2], [1, 1], [2, 0], [1, 1], [1, 1], [1, 1], [1, 1]]
    assert nearest_races(outcomes(position, n_stops)) == [2, 1]


def test_nearest_races__a_single_race_is_the_nearest():
    assert nearest_races(outcomes([[2, 1]], [[0, 3]])) == [0]


def test_nearest_races__are_few_however_many_there_are():
    assert len(nearest_races(simulate(grand_prix(500)))) == 12


def test_most_typical__the_front_stops_when_it_usually_does():
    traces = []
    for lap in (4, 10, 11, 12, 19):
        plan = Strategies((StopPlan((Compound.MEDIUM, Compound.HARD), (lap / 20,)),),
                          np.ones((3, 1)), jitter=0.0)  # fmt: skip
        traces.append(trace_race(race([0.0, 1.0, 2.0], n_laps=20, strategies=plan), 0))
    assert most_typical(traces) == 2
    assert most_typical(traces[:1]) == 0


def test_told_race__says_how_the_track_is_at_the_start_and_on_which_laps_it_changes():
    # no crossover: wet from the start to the end; no rain at all: dry
    entries = [Entry(code.lower(), code, 1, code, "team", "Team", "team") for code in "AB"]
    wet = Conditions(Scenario.WET, wet=True)
    track = {
        name: told_race(trace_race(race([0.0, 1.0], conditions=given), 0), entries)["track"]
        for name, given in (("wet", wet), ("dry", Conditions()))
    }
    assert track == {
        "wet": {"at_start": "wet", "crossover_laps": []},
        "dry": {"at_start": "dry", "crossover_laps": []},
    }


def test_leader_odds__count_races_that_have_the_told_races_leader():
    # The told race is led by its first car throughout. Of four races it leads two after lap 1,
    # of which it wins one; after lap 2 it leads one, and wins it.
    trace = trace_race(race([0.0, 1.0], n_laps=2), 0)
    order = ["A", "B"] if trace.outcomes.position[0, 0] == 1 else ["B", "A"]
    first = order.index("A")
    own, other = (0.0, 3.0) if first == 0 else (3.0, 0.0)
    led, not_led = [own, other], [other, own]
    gaps = np.array(
        [
            [[0, 0], led, led],
            [[0, 0], led, not_led],
            [[0, 0], not_led, not_led],
            [[0, 0], not_led, not_led],
        ],
        np.float32,
    )
    won = [1, 2] if first == 0 else [2, 1]
    lost = won[::-1]
    position = np.array([won, lost, lost, lost], np.uint8)
    found = leader_odds(gaps, position, trace, ["A", "B"])
    assert found["n_races"] == 4
    assert found["drivers"] == order
    assert [(one["lap"], one["leader"], one["n_races"]) for one in found["laps"]] == [
        (1, order[0], 2),
        (2, order[0], 1),
    ]
    assert [one["p_win"] for one in found["laps"]] == [[0.5, 0.5], [1.0, 0.0]]
