"""Which stop plans the cars of a race drove: compounds in order, and when they were changed.

A first stop on green before `FIRST_STOP` of the distance is a repair or a gamble of a car that
is last anyway: nobody planned it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags
from predictor.circuit_fit.tyres import DRY
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = ["FIRST_STOP", "Compounds", "DrivenPlan", "driven_plans"]

FIRST_STOP = 0.15
"""Share of the distance before which nobody plans a first stop."""

Compounds = tuple[int, ...]
"""Indices into ``COMPOUND_ORDER``, in the order driven."""


class DrivenPlan(NamedTuple):
    """What one car that saw the flag did."""

    car: int
    compounds: Compounds
    at: tuple[float, ...]  # shares of the distance
    on_green: tuple[bool, ...]
    position: float  # official result; NaN without one

    @property
    def is_planned(self) -> bool:
        """Whether no repair or gamble begins it; a flag brings anybody in."""
        return not self.at or self.at[0] >= FIRST_STOP or not self.on_green[0]


def driven_plans(race: RaceLaps) -> list[DrivenPlan]:
    """Give the plans of the cars that ran the distance, without a change under a red flag."""
    flags = lap_flags(race)
    if ((flags & RED) > 0).any():
        return []
    slow = (flags & (SAFETY_CAR | VSC)) > 0
    found = []
    for car in np.flatnonzero(race.ran.sum(axis=1) >= race.n_laps - 2):
        stops = [int(lap) + 1 for lap in np.flatnonzero(race.pit_in[car, :-1])]
        while len(stops) > MAX_STOPS:  # drop the second of the two that lie closest
            del stops[1 + int(np.argmin(np.diff(stops)))]
        starts = [0, *stops]
        compounds = tuple(int(_most(race.compound[car], a, b)) for a, b in _pairs(starts, race))
        if all(0 <= c < DRY for c in compounds):
            at = tuple(lap / race.n_laps for lap in stops)
            on_green = tuple(not slow[lap - 1] for lap in stops)
            place = float(race.position[car])
            found.append(DrivenPlan(int(car), compounds, at, on_green, place))
    return found


def _pairs(starts: list[int], race: RaceLaps) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], race.n_laps], strict=True))


def _most(compound: np.ndarray, first: int, last: int) -> int:
    used = compound[first:last]
    used = used[used >= 0]
    return int(np.bincount(used).argmax()) if len(used) else -1
