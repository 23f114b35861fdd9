"""Simulated races as whole numbers that add up: shards of an event and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from predictor.season.points import FASTEST_LAP_LIMIT
from predictor.simulator.outcomes import (
    Outcomes,
    finish_counts,
    position_counts,
    retirement_counts,
)

__all__ = ["Frequencies", "RaceCounts", "add_counts", "count_races", "frequencies"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RaceCounts:
    """What N simulated races of D drivers came to; the counts of shards add up to the whole.

    Attributes
    ----------
    position : int64[D, D]
        Rows drivers, columns positions.
    finish : int64[D, D]
        The same of races that the driver finished.
    retired : int64[D]
    fastest_lap : int64[D, 2]
        Fastest laps; those of a finish in the top ten.
    stops : int64[D]
        Tyre changes.
    safety_cars, vscs, red_flags : int
        Races with at least one.
    passes, neutralised_laps : int
        Of all races together.
    """

    n_sims: int
    position: Counts
    finish: Counts
    retired: Counts
    fastest_lap: Counts
    stops: Counts
    safety_cars: int
    vscs: int
    red_flags: int
    passes: int
    neutralised_laps: int


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Counts as probabilities, shaped as in `predictor.forecast.assemble.ScenarioForecast`."""

    p_position: Floats
    p_dnf: Floats
    p_fastest_lap: Floats
    p_finish: Floats


def count_races(outcomes: Outcomes) -> RaceCounts:
    """Count what happened in simulated races."""
    n_drivers = outcomes.n_drivers
    sim = np.flatnonzero(outcomes.fastest_lap < n_drivers)
    who = outcomes.fastest_lap[sim].astype(np.int64)
    in_points = outcomes.position[sim, who] <= FASTEST_LAP_LIMIT
    fastest = [np.bincount(x, minlength=n_drivers) for x in (who, who[in_points])]
    return RaceCounts(
        n_sims=outcomes.n_sims,
        position=position_counts(outcomes),
        finish=finish_counts(outcomes),
        retired=retirement_counts(outcomes),
        fastest_lap=np.stack(fastest, axis=1),
        stops=outcomes.n_stops.sum(axis=0, dtype=np.int64),
        safety_cars=int((outcomes.safety_cars > 0).sum()),
        vscs=int((outcomes.vscs > 0).sum()),
        red_flags=int((outcomes.red_flags > 0).sum()),
        passes=int(outcomes.passes.sum(dtype=np.int64)),
        neutralised_laps=int(outcomes.neutralised_laps.sum(dtype=np.int64)),
    )


def add_counts(shards: Sequence[RaceCounts]) -> RaceCounts:
    """Add up the counts of races that are all different."""
    names = [field.name for field in fields(RaceCounts)]
    return RaceCounts(**{name: sum(getattr(one, name) for one in shards) for name in names})


def frequencies(counts: RaceCounts) -> Frequencies:
    """Give probabilities, with one race of no opinion added, so that no place is impossible.

    It has no say in ``p_finish``: a row of that sums to one less the driver's retirements.
    """
    uniform = 1.0 / len(counts.position)
    return Frequencies(
        (counts.position.astype(np.float64) + uniform) / (counts.n_sims + 1.0),
        counts.retired / counts.n_sims,
        counts.fastest_lap / counts.n_sims,
        counts.finish / counts.n_sims,
    )
