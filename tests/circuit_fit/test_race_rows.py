"""Rows of a table and a result become a race."""

from __future__ import annotations

import numpy as np

from predictor.circuit_fit.race_laps import SAFETY_CAR, relative_compounds
from predictor.circuit_fit.race_rows import neutralisations_of, race_of

EVENT = {
    "slug": "monaco", "round": 6, "scheduled_laps": 3,
    "circuit": {"id": "monaco", "length_km": 3.337},
}  # fmt: skip


def result_row(driver, position, **changes):
    return {
        "driver": driver, "team": "Ferrari", "position": position, "grid": position, "laps": 3,
        "gap_s": 0.0, "gap_laps": None, "time_penalty_s": None, "status": "finished",
        "reason": None,
    } | changes  # fmt: skip


RESULT = {
    "season": 2018, "round": 6,
    "results": [
        result_row("LEC", 1, time_penalty_s=5),
        result_row("VER", 2, grid=None, team="Toro Rosso", gap_laps=1),
        result_row("ALO", None, status="dnf", reason="Collision", laps=1),
        result_row("HUL", None, status="dns"),
    ],
    "pit_stops": [
        {"driver": "LEC", "lap": 2, "time_s": 24.1},
        {"driver": "HUL", "lap": 1, "time_s": 1.0},
    ],
}  # fmt: skip


def rows():
    laps = [("LEC", 1), ("LEC", 2), ("LEC", 3), ("VER", 1), ("VER", 2), ("ALO", 1), ("RES", 1)]
    n = len(laps)
    columns = {
        "driver": [d for d, _ in laps],
        "lap": [lap for _, lap in laps],
        "lap_time_s": [np.nan, 80.0, 79.0, 81.0, 82.0, 83.0, 84.0],
        "lap_end_s": [100.0 + i for i in range(n)],
        "compound": ["HYPERSOFT", "HYPERSOFT", "SUPERSOFT", "ULTRASOFT", None, "ULTRASOFT", "SOFT"],
        "tyre_life": [1, 2, 1, 1, 2, np.nan, 1],
        "stint": [1, 1, 2, 1, 1, np.nan, 1],
        "position": [1, 1, 1, 2, 2, 3, 4],
        "track_status": ["1", "124", "1", "1", None, "1", "1"],
        "pit_in": [False, True, False, False, False, False, False],
        "pit_out": [False, False, True, False, False, False, False],
    }
    return {name: np.array(values, object) for name, values in columns.items()}


def test_race_of__spreads_rows_over_starters_and_laps():
    names = frozenset({"HYPERSOFT", "ULTRASOFT", "SUPERSOFT"})
    found = race_of(EVENT, RESULT, rows(), names)
    assert found.drivers == ("LEC", "VER", "ALO")
    assert found.teams == ("ferrari", "toro-rosso", "ferrari")
    np.testing.assert_array_equal(found.compound, [[0, 0, 2], [1, -1, -1], [1, -1, -1]])
    np.testing.assert_array_equal(found.ran, [[1, 1, 1], [1, 1, 0], [1, 0, 0]])
    assert np.isnan(found.time_s[0, 0])
    assert found.time_s[0, 2] == 79.0
    assert found.flags[0, 1] & SAFETY_CAR
    assert not found.known[1, 1]
    assert found.accident[2] == 1.0
    assert np.isnan(found.grid[1])
    assert found.penalty_s[0] == 5.0
    assert found.gap_laps[1] == 1.0
    assert found.stops == ((0, 2, 24.1),)
    assert found.safety_cars is None  # nobody listed any


def test_relative_compounds__of_2018_by_their_order_and_since_then_by_name():
    old = relative_compounds(frozenset({"SUPERSOFT", "SOFT", "MEDIUM"}))
    assert old == {"SUPERSOFT": "SOFT", "SOFT": "MEDIUM", "MEDIUM": "HARD"}
    assert relative_compounds(frozenset({"MEDIUM", "HARD"})) == {"MEDIUM": "MEDIUM", "HARD": "HARD"}


def test_neutralisations_of__by_event_and_only_for_seasons_that_are_whole():
    cars = [
        {"Race": "2018 Mexico City Grand Prix", "Deployed": "5", "FullLaps": "3"},
        {"Race": "2018 Monaco Grand Prix", "Deployed": "2", "FullLaps": "0"},
        {"Race": "2019 Monaco Grand Prix", "Deployed": "9", "FullLaps": "1"},
    ]
    listed = neutralisations_of(cars, [{"Race": "2018 Monaco Grand Prix", "Lap": "3"}])
    assert listed.safety_cars["2018 mexico"] == ((5, 3),)
    assert listed.seasons == {2018}
    found = race_of(EVENT, RESULT, rows(), frozenset({"ULTRASOFT"}), listed)
    assert found.safety_cars == ((2, 0),)
    assert found.red_flags == ((3, 0),)
    later = race_of(EVENT, RESULT | {"season": 2019}, rows(), frozenset({"SOFT"}), listed)
    assert later.safety_cars is None
