"""Races made up by the tests, with constants planted in their laps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from predictor.circuit_fit.race_laps import RaceLaps

LAP_S = 90.0


def race(
    n_cars: int = 20,
    n_laps: int = 60,
    *,
    circuit: str = "monza",
    season: int = 2024,
    **changes: Any,
) -> RaceLaps:
    """Give a race without stops in which every lap takes 90 s and cars stay in grid order."""
    shape = (n_cars, n_laps)
    order = np.arange(1.0, n_cars + 1.0)
    values: dict[str, Any] = {
        "season": season,
        "round": 1,
        "circuit_id": circuit,
        "scheduled_laps": n_laps,
        "length_km": 5.0,
        "drivers": tuple(f"D{i:02d}" for i in range(n_cars)),
        "teams": tuple(f"team-{i // 2}" for i in range(n_cars)),
        "grid": order,
        "position": order,
        "status": ("finished",) * n_cars,
        "accident": np.full(n_cars, np.nan),
        "laps_run": np.full(n_cars, float(n_laps)),
        "gap_s": order - 1.0,
        "gap_laps": np.zeros(n_cars),
        "penalty_s": np.zeros(n_cars),
        "time_s": np.full(shape, LAP_S),
        "end_s": np.cumsum(np.full(shape, LAP_S), axis=1),
        "compound": np.ones(shape, np.int8),
        "age": np.tile(np.arange(1.0, n_laps + 1.0), (n_cars, 1)),
        "place": np.tile(order[:, None], (1, n_laps)),
        "stint": np.ones(shape, np.int16),
        "pit_in": np.zeros(shape, np.bool_),
        "pit_out": np.zeros(shape, np.bool_),
        "flags": np.zeros(shape, np.uint8),
        "known": np.ones(shape, np.bool_),
        "safety_cars": (),
        "red_flags": (),
    }
    return RaceLaps(**(values | changes))


def with_stops(plain: RaceLaps, stops: dict[int, tuple[tuple[int, int], ...]]) -> RaceLaps:
    """Give a race in which cars stop: car -> (lap, new compound) of each stop, laps 1-based."""
    for car, of in stops.items():
        for number, (lap, compound) in enumerate(of, start=2):
            plain.pit_in[car, lap - 1] = plain.pit_out[car, lap] = True
            plain.stint[car, lap:] = number
            plain.compound[car, lap:] = compound
            plain.age[car, lap:] = np.arange(1.0, plain.n_laps - lap + 1.0)
    return plain


def retired(plain: RaceLaps, cars: dict[int, tuple[int, float]], **changes: Any) -> RaceLaps:
    """Give a race some cars of which retire: car -> (full laps run, 1 accident or 0 failure)."""
    status = list(plain.status)
    laps, accident, stint = plain.laps_run.copy(), plain.accident.copy(), plain.stint.copy()
    for car, (run, why) in cars.items():
        status[car], laps[car], accident[car] = "dnf", float(run), why
        stint[car, run:] = -1
    return replace(
        plain, status=tuple(status), laps_run=laps, accident=accident, stint=stint, **changes
    )
