"""What came out of the simulated races, and the counts taken from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

__all__ = ["Outcomes", "concatenate", "mean_position", "position_counts", "retirement_counts"]


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
    fastest_lap: npt.NDArray[np.uint8]  # [N], driver index; 255 where no car set one

    @property
    def n_sims(self) -> int:
        """Number of simulated races."""
        return int(self.position.shape[0])

    @property
    def n_drivers(self) -> int:
        """Number of cars."""
        return int(self.position.shape[1])


def concatenate(shards: Sequence[Outcomes]) -> Outcomes:
    """Join shards in order into one."""
    return Outcomes(
        **{f.name: np.concatenate([getattr(s, f.name) for s in shards]) for f in fields(Outcomes)}
    )


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


def retirement_counts(outcomes: Outcomes) -> npt.NDArray[np.int64]:
    """Count how often each driver retired, int64[D]."""
    return outcomes.retired.sum(axis=0, dtype=np.int64)


def mean_position(outcomes: Outcomes) -> npt.NDArray[np.float64]:
    """Give each driver's mean position, float64[D]."""
    return outcomes.position.mean(axis=0, dtype=np.float64)
