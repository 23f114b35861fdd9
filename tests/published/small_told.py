"""A told race of three cars over four laps, small enough to work out every sentence by hand.

A leads from pole, stops on lap 2, and B leads until a safety car comes out for lap 3, in which B
stops; C retires on lap 2 by accident. A wins by 1.5 s.
"""

from __future__ import annotations

from typing import Any

import msgspec

from predictor.published.told_types import ToldRace

__all__ = ["as_bytes", "small_told"]

_NAMES = {"A": ("ann-ash", "Ann Ash", "Red"), "B": ("bob-box", "Bob Box", "Red"),
          "C": ("cy-cole", "Cy Cole", "Blue")}  # fmt: skip
_GAPS = ({"A": 0.0, "B": 1.0, "C": 2.0}, {"B": 0.0, "A": 20.0}, {"A": 0.0, "B": 2.0},
         {"A": 0.0, "B": 1.5})  # fmt: skip
_FLAGS = ("green", "green", "safety_car", "green")
_COMPOUNDS = ("MEDIUM", "HARD")


def small_told(**changed: Any) -> ToldRace:
    """Give it as a value; keywords replace fields of the whole."""
    return msgspec.convert(_told() | changed, ToldRace)


def as_bytes(**changed: Any) -> bytes:
    """Give it as the file that ``simulate --publish`` writes."""
    return msgspec.json.encode(small_told(**changed))


def _told() -> dict[str, Any]:
    return {
        "kind": "simulated_race",
        "schema_version": "1.3.0",
        "event": {
            "event_id": "2025-monaco", "name": "Monaco Grand Prix", "season": 2025, "round": 8,
            "date": "2025-05-25", "circuit": "monaco", "session": "race", "horizon": "c",
            "grid_from": "qualifying",
        },
        "settings": {
            "seed": 1, "num_simulations": 1000, "scenarios": {"dry": 0.6, "safety_car": 0.4},
            "driver_weights": {}, "team_weights": {}, "use_bayesian": False,
            "inputs_digest": f"sha256:{'0' * 64}", "code_digest": f"sha256:{'0' * 64}",
        },
        "told": {"sim": 306, "scenario": "safety_car", "chosen": "typical in order and stops"},
        "race": _race(),
        "typicality": {
            "places_from_expected": _range(2.0, 3.0, 1.0, 5.0),
            "share_of_races_nearer": 0.1, "winner": "A", "p_win_of_winner": 0.5,
            "retirements": _range(1, 0.5, 0, 2), "passes": _range(0, 4, 0, 9),
            "stops_per_car": _range(2 / 3, 1, 0.5, 1.5), "safety_cars": _range(1, 1.2, 1, 2),
            "vscs": _range(0, 0.3, 0, 1), "red_flags": _range(0, 0.1, 0, 1),
            "neutralised_laps": _range(1, 2, 1, 3), "winning_margin_s": _range(1.5, 4, 0.5, 9),
        },
        "distribution": [_odds(code, p) for code, p in (("A", 0.55), ("B", 0.35), ("C", 0.1))],
        "gap_bands": {
            "n_races": 200, "quantiles": [0.05, 0.25, 0.5, 0.75, 0.95],
            "drivers": [
                {"driver": code, "gap_s": [[0.0, 0.0, 1.0, 2.0, 9.0]] * 3 + [[None] * 5]}
                for code in ("A", "B")
            ],
        },
        "leader_odds": {
            "n_races": 1000, "drivers": ["A", "B", "C"],
            "laps": [
                {"lap": 1, "leader": "A", "n_races": 500, "p_win": [0.6, 0.3, 0.1]},
                {"lap": 2, "leader": "B", "n_races": 98, "p_win": [0.3, 0.7, 0.0]},
                {"lap": 3, "leader": "A", "n_races": 520, "p_win": [0.8, 0.2, 0.0]},
                {"lap": 4, "leader": "A", "n_races": 550, "p_win": [1.0, 0.0, 0.0]},
            ],
        },
    }  # fmt: skip


def _race() -> dict[str, Any]:
    return {
        "n_laps": 4, "reference_lap_s": 75.0,
        "track": {"at_start": "dry", "crossover_laps": []},
        "grid": ["A", "B", "C"],
        "happenings": [
            {"lap": 1, "kind": "start", "driver": "A", "from_grid": 1, "order": ["A", "B", "C"],
             "most_gained": {"driver": "A", "places": 0},
             "most_lost": {"driver": "A", "places": 0}},
            {"lap": 2, "kind": "stop", "driver": "A", **_stop(2, "green", "plan", 1, 2)},
            {"lap": 2, "kind": "lead", "driver": "B", "from": "A", "how": "pit_stop"},
            {"lap": 2, "kind": "retirement", "driver": "C", "cause": "accident",
             "flag": "safety_car", "position_before": 3},
            {"lap": 3, "kind": "flag", "flag": "safety_car", "last_lap": 3,
             "after": [{"driver": "C", "cause": "accident"}]},
            {"lap": 3, "kind": "stop", "driver": "B", **_stop(3, "safety_car", "flag", 1, 2)},
            {"lap": 3, "kind": "lead", "driver": "A", "from": "B", "how": "pit_stop"},
            {"lap": 4, "kind": "finish", "driver": "A", "second": "B", "margin_s": 1.5,
             "laps_down": 0},
        ],
        "fastest_lap": {"driver": "B", "lap": 4, "lap_time_s": 74.0, "next_best": "A",
                        "margin_s": 0.5},
        "result": [
            _finisher("A", 1, 1, stops=[_stop(2, "green", "plan", 1, 2)], laps=(2, 4)),
            _finisher("B", 2, 2, stops=[_stop(3, "safety_car", "flag", 1, 2)], laps=(3, 4)),
            _finisher("C", 3, 3, stops=[], laps=(1,)),
        ],
        "totals": {"passes": 0, "stops": 2, "retirements": 1, "safety_cars": 1, "vscs": 0,
                   "red_flags": 0, "neutralised_laps": 1, "penalties": 0},
        "laps": [
            {"lap": lap, "flag": flag, "cars": [
                {"driver": code, "position": place, "time_s": 75.0 * lap + gap,
                 "lap_time_s": 75.0, "gap_s": gap, "compound": "MEDIUM", "tyre_age_laps": lap,
                 "stopped": False}
                for place, (code, gap) in enumerate(gaps.items(), start=1)
            ]}
            for lap, (flag, gaps) in enumerate(zip(_FLAGS, _GAPS, strict=True), start=1)
        ],
    }  # fmt: skip


def _stop(lap: int, flag: str, reason: str, before: int, after: int) -> dict[str, Any]:
    return {
        "lap": lap, "from": "MEDIUM", "to": "HARD", "tyre_age_laps": lap, "standstill_s": 2.5,
        "penalty_s": 0.0, "flag": flag, "reason": reason, "covers": None,
        "position_before": before, "position_after": after,
    }  # fmt: skip


def _finisher(code: str, place: int, grid: int, *, stops: list[Any], laps: Any) -> dict[str, Any]:
    driver_id, name, team = _NAMES[code]
    begins = (1, *(end + 1 for end in laps[:-1]))
    is_out = code == "C"
    return {
        "position": place, "driver": code, "driver_id": driver_id, "name": name, "team": team,
        "grid": grid, "status": "retired" if is_out else "finished",
        "cause": "accident" if is_out else None, "retired_on_lap": 2 if is_out else None,
        "laps": laps[-1], "laps_down": None if is_out else 0,
        "gap_s": None if is_out else _GAPS[-1][code], "penalty_s": 0.0, "penalty_served": None,
        "stops": stops,
        "stints": [
            {"compound": compound, "first_lap": begin, "last_lap": end}
            for compound, begin, end in zip(_COMPOUNDS, begins, laps, strict=False)
        ],
    }  # fmt: skip


def _odds(code: str, p_win: float) -> dict[str, Any]:
    driver_id, name, team = _NAMES[code]
    return {
        "driver": code, "driver_id": driver_id, "name": name, "number": None, "team": team,
        "team_id": team.lower(), "p_win": p_win, "p_podium": 1.0, "p_points": 1.0, "p_dnf": 0.1,
        "p_position": [p_win, 1 - p_win, 0.0], "expected_position": 2.0, "expected_points": 18.0,
        "interval_90": [1, 3],
    }  # fmt: skip


def _range(told: float, mean: float, p05: float, p95: float) -> dict[str, float]:
    return {"told": told, "mean": mean, "p05": p05, "p95": p95}
