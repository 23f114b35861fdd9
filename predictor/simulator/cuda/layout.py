"""How a batch of races lies in a GPU's memory.

Everything of one kind is in one flat array for all races, so that a launch moves few
arrays, and each race says where its part begins. What has an axis of sims is turned to
[D, N], because neighbouring threads are neighbouring sims.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from predictor.simulator.outcomes import OutcomeArrays
from predictor.simulator.ticks import TickArrays, TickConstants

__all__ = ["BLOCK", "RACE", "Batch", "PerSim", "pack", "unpack"]

Prepared = tuple[TickConstants, TickArrays]

BLOCK = 32  # sims to a block: one warp, so a forecast of 5,000 reaches every multiprocessor

_TABLES = (
    "from_pit_lane",
    "plan_up_to",
    "plan_lap",
    "plan_compound",
    "offset",
    "cold",
    "cliff",
    "slope",
    "steep",
    "standstill",
    "crew",
    "mate",
    "safety_car_laps",
    "vsc_laps",
)
"""What of `TickArrays` has no axis of sims; all int32."""

RACE = np.dtype(
    [("first_sim", np.uint32)]
    + [(name, np.int32) for name in TickConstants._fields if name != "first_sim"]
    + [(name, np.int32) for name in ("n_sims", "n_drivers", "n_plans", "n_compounds")]
    + [(name, np.int32) for name in ("n_standstills", "n_safety_car_laps", "n_vsc_laps")]
    + [("at_" + name, np.int32) for name in (*_TABLES, "keys")]
    + [("laps_per_tick", np.float32), ("at_sims", np.int64), ("at_cars", np.int64)],
    align=True,
)
"""One race: its constants, its sizes, and where its tables and sims begin."""


class PerSim(NamedTuple):
    """What differs from sim to sim, one race [D, N] after the other."""

    pace: Any  # int32
    grid: Any  # int16
    loss: Any  # int32
    p_failure: Any  # float32
    p_accident: Any  # float32


class Batch(NamedTuple):
    """Some races, ready to be moved at once."""

    races: npt.NDArray[np.void]  # RACE[R]
    blocks: npt.NDArray[np.int32]  # [B, 2]: race, first sim
    tables: npt.NDArray[np.int32]
    keys: npt.NDArray[np.uint32]
    sims: PerSim
    most_drivers: int


def pack(prepared: Sequence[Prepared]) -> Batch:
    """Put races one after the other."""
    races = np.zeros(len(prepared), RACE)
    tables: list[npt.NDArray[np.int32]] = []
    at_table = at_sim = at_car = 0
    for number, (constants, arrays) in enumerate(prepared):
        race = races[number]
        for name in TickConstants._fields:
            race[name] = getattr(constants, name)
        for name, size in _sizes(arrays).items():
            race[name] = size
        race["laps_per_tick"] = np.float32(1.0) / np.float32(constants.lap)
        for name in _TABLES:
            table = getattr(arrays, name).ravel()
            race["at_" + name] = at_table
            tables.append(table)
            at_table += table.size
        race["at_keys"] = number * arrays.keys.size
        race["at_sims"], race["at_cars"] = at_sim, at_car
        at_sim += arrays.pace.shape[0]
        at_car += arrays.pace.size
    blocks = [
        (number, first)
        for number, (_, arrays) in enumerate(prepared)
        for first in range(0, arrays.pace.shape[0], BLOCK)
    ]
    return Batch(
        races,
        np.array(blocks, np.int32).reshape(-1, 2),
        np.concatenate(tables),
        np.concatenate([arrays.keys.ravel() for _, arrays in prepared]),
        PerSim(*(_turned(prepared, name) for name in PerSim._fields)),
        int(races["n_drivers"].max()),
    )


def _sizes(arrays: TickArrays) -> dict[str, int]:
    return {
        "n_sims": arrays.pace.shape[0],
        "n_drivers": arrays.pace.shape[1],
        "n_plans": arrays.plan_lap.shape[0],
        "n_compounds": arrays.offset.size,
        "n_standstills": arrays.standstill.shape[1],
        "n_safety_car_laps": arrays.safety_car_laps.size,
        "n_vsc_laps": arrays.vsc_laps.size,
    }


def _turned(prepared: Sequence[Prepared], name: str) -> npt.NDArray[Any]:
    return np.concatenate([getattr(arrays, name).T.ravel() for _, arrays in prepared])


def unpack(batch: Batch, flat: OutcomeArrays) -> list[OutcomeArrays]:
    """Cut flat outcomes, in which each race is [N, D], into one for each race."""
    found = []
    for race in batch.races:
        n, d = int(race["n_sims"]), int(race["n_drivers"])
        sim, car = int(race["at_sims"]), int(race["at_cars"])
        given: dict[str, Any] = flat._asdict()
        for name, array in given.items():
            if name in _PER_CAR:
                given[name] = array[car : car + n * d].reshape(n, d)
            else:
                given[name] = array[sim : sim + n]
        found.append(OutcomeArrays(**given))
    return found


_PER_CAR = ("position", "retired", "laps_completed", "gap_s", "n_stops")


def flat_outcomes(batch: Batch) -> OutcomeArrays:
    """Make room for the outcomes of all races."""
    n_sims, n_cars = int(batch.races["n_sims"].sum()), batch.sims.pace.size
    room: dict[str, Any] = OutcomeArrays.empty(0, 0)._asdict()
    for name, array in room.items():
        room[name] = np.zeros(n_cars if name in _PER_CAR else n_sims, array.dtype)
    return OutcomeArrays(**room)
