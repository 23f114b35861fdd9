"""What came out of the simulated races, and the counts taken from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "OutcomeArrays",
    "Outcomes",
    "concatenate",
    "differing_sims",
    "finish_counts",
    "position_counts",
    "retirement_counts",
]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """N simulated races of D cars; axis 0 of every array is the sim.

    Retired cars stand behind all that saw the flag, ordered by laps completed.
    """

    position: npt.NDArray[np.uint8]  # [N, D], 1..D, a permutation in each sim
    retired: npt.NDArray[np.bool_]  # [N, D]
    laps_completed: npt.NDArray[np.int16]  # [N, D]
    gap_s: npt.NDArray[np.float32]  # [N, D], to the winner at the flag, s; NaN where retired
    n_stops: npt.NDArray[np.uint8]  # [N, D], tyre changes, red flags included
    passes: npt.NDArray[np.uint16]  # [N], overtakes on the track after lap 1
    safety_cars: npt.NDArray[np.uint8]  # [N]
    vscs: npt.NDArray[np.uint8]  # [N]
    red_flags: npt.NDArray[np.uint8]  # [N]
    neutralised_laps: npt.NDArray[np.uint8]  # [N], laps under SC, VSC or red flag
    penalties: npt.NDArray[np.uint8]  # [N], time penalties of cars that were still running
    fastest_lap: npt.NDArray[np.uint8]  # [N], driver index; 255 where no car set one

    @property
    def n_sims(self) -> int:
        """Number of simulated races."""
        return int(self.position.shape[0])

    @property
    def n_drivers(self) -> int:
        """Number of cars."""
        return int(self.position.shape[1])


class OutcomeArrays(NamedTuple):
    """Where the kernels write: the fields of `Outcomes`."""

    position: npt.NDArray[np.uint8]
    retired: npt.NDArray[np.bool_]
    laps_completed: npt.NDArray[np.int16]
    gap_s: npt.NDArray[np.float32]
    n_stops: npt.NDArray[np.uint8]
    passes: npt.NDArray[np.uint16]
    safety_cars: npt.NDArray[np.uint8]
    vscs: npt.NDArray[np.uint8]
    red_flags: npt.NDArray[np.uint8]
    neutralised: npt.NDArray[np.uint8]
    penalties: npt.NDArray[np.uint8]
    fastest_lap: npt.NDArray[np.uint8]

    @classmethod
    def empty(cls, n: int, d: int) -> OutcomeArrays:
        """Make room for n sims of d cars."""
        return cls(
            position=np.zeros((n, d), np.uint8),
            retired=np.zeros((n, d), np.bool_),
            laps_completed=np.zeros((n, d), np.int16),
            gap_s=np.zeros((n, d), np.float32),
            n_stops=np.zeros((n, d), np.uint8),
            passes=np.zeros(n, np.uint16),
            safety_cars=np.zeros(n, np.uint8),
            vscs=np.zeros(n, np.uint8),
            red_flags=np.zeros(n, np.uint8),
            neutralised=np.zeros(n, np.uint8),
            penalties=np.zeros(n, np.uint8),
            fastest_lap=np.zeros(n, np.uint8),
        )

    def outcomes(self) -> Outcomes:
        """Give the same arrays as outcomes."""
        return Outcomes(
            position=self.position,
            retired=self.retired,
            laps_completed=self.laps_completed,
            gap_s=self.gap_s,
            n_stops=self.n_stops,
            passes=self.passes,
            safety_cars=self.safety_cars,
            vscs=self.vscs,
            red_flags=self.red_flags,
            neutralised_laps=self.neutralised,
            penalties=self.penalties,
            fastest_lap=self.fastest_lap,
        )


def concatenate(shards: Sequence[Outcomes]) -> Outcomes:
    """Join shards in order into one."""
    return Outcomes(
        **{f.name: np.concatenate([getattr(s, f.name) for s in shards]) for f in fields(Outcomes)}
    )


def differing_sims(one: Outcomes, other: Outcomes) -> npt.NDArray[np.bool_]:
    """Say for every sim whether anything about it differs, bool[N]."""
    found = np.zeros(one.n_sims, np.bool_)
    for field in fields(Outcomes):
        a, b = getattr(one, field.name), getattr(other, field.name)
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        found |= ~same.reshape(one.n_sims, -1).all(axis=1)
    return found


def position_counts(outcomes: Outcomes) -> npt.NDArray[np.int64]:
    """Count how often each driver finished in each position.

    Returns
    -------
    int64[D, D]
        Row driver, column position - 1; every row and column sums to N.
    """
    n_drivers = outcomes.n_drivers
    cell = np.arange(n_drivers) * n_drivers + (outcomes.position.astype(np.int64) - 1)
    return np.bincount(cell.ravel(), minlength=n_drivers**2).reshape(n_drivers, n_drivers)


def finish_counts(outcomes: Outcomes) -> npt.NDArray[np.int64]:
    """Count how often each driver saw the flag in each position.

    Returns
    -------
    int64[D, D]
        Row driver, column position - 1; a row sums to the sims in which he did not retire.
    """
    n_drivers = outcomes.n_drivers
    cell = np.arange(n_drivers) * n_drivers + (outcomes.position.astype(np.int64) - 1)
    return np.bincount(cell[~outcomes.retired], minlength=n_drivers**2).reshape(
        n_drivers, n_drivers
    )


def retirement_counts(outcomes: Outcomes) -> npt.NDArray[np.int64]:
    """Count how often each driver retired, int64[D]."""
    counts: npt.NDArray[np.int64] = outcomes.retired.sum(axis=0, dtype=np.int64)
    return counts
