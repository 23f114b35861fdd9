"""Reference model: how often each grid slot has led to each finishing position.

Before the grid is known, the rank of the rolling qualifying gap takes the slot's place, with
a table of its own. Practice is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.place_counts import no_counts, place_odds
from predictor.features.weekend import RaceOutcome, Weekend

__all__ = ["GridFrequency", "forecast", "learn"]

Floats = NDArray[np.float64]

_ROLLING = 5  # latest qualifying sessions in the rolling gap
_GAP_CAP = 4.0  # %, a slower lap was no attempt


@dataclass(frozen=True, slots=True)
class GridFrequency:
    """Counts of finishing position by starting place, and the latest qualifying gaps.

    Attributes
    ----------
    by_slot, by_rank : float64[40, 40]
        Row grid slot, or rank of the rolling gap; column position.
    gaps : mapping of str to tuple of float
        In %, by ``driver:<id>`` and ``team:<lineage>``, the latest last.
    """

    by_slot: Floats = field(default_factory=no_counts)
    by_rank: Floats = field(default_factory=no_counts)
    gaps: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def forecast(state: GridFrequency, weekend: Weekend) -> Floats:
    """Give the position probabilities of every driver, float64[D, D]."""
    n_drivers = len(weekend.driver_ids)
    if np.isfinite(weekend.grid).all():
        place, counts = weekend.grid.astype(np.int64) - 1, state.by_slot
    else:
        place, counts = _rank_of_gap(state, weekend), state.by_rank
    return place_odds(counts, n_drivers)[place]


def learn(state: GridFrequency, weekend: Weekend, outcome: RaceOutcome) -> GridFrequency:
    """Count one finished race."""
    by_slot, by_rank = state.by_slot.copy(), state.by_rank.copy()
    finish = np.arange(len(outcome.ranking))
    starters = list(outcome.ranking)
    by_rank[_rank_of_gap(state, weekend)[starters], finish] += 1.0
    if np.isfinite(weekend.grid).all():
        by_slot[weekend.grid.astype(np.int64)[starters] - 1, finish] += 1.0
    return replace(
        state, by_slot=by_slot, by_rank=by_rank, gaps={**state.gaps, **_latest(state, weekend)}
    )


def _latest(state: GridFrequency, weekend: Weekend) -> dict[str, tuple[float, ...]]:
    """Give the gaps of everybody who set a time, with this weekend's."""
    gap = np.minimum(weekend.qualifying_gap, _GAP_CAP)
    found: dict[str, list[float]] = {}
    for driver, team, value in zip(weekend.driver_ids, weekend.lineages, gap, strict=True):
        if np.isfinite(value):
            found.setdefault(f"driver:{driver}", []).append(float(value))
            found.setdefault(f"team:{team}", []).append(float(value))
    return {
        name: (*state.gaps.get(name, ()), float(np.mean(values)))[-_ROLLING:]
        for name, values in found.items()
    }


def _rank_of_gap(state: GridFrequency, weekend: Weekend) -> NDArray[np.int64]:
    """Rank the rolling gaps from 0; half the driver's, half his team's, where both are known."""
    gap = []
    for driver, team in zip(weekend.driver_ids, weekend.lineages, strict=True):
        known = [state.gaps[name] for name in (f"driver:{driver}", f"team:{team}")
                 if name in state.gaps]  # fmt: skip
        gap.append(float(np.mean([np.mean(values) for values in known])) if known else _GAP_CAP)
    rank: NDArray[np.int64] = np.argsort(np.argsort(gap, kind="stable"), kind="stable")
    return rank
