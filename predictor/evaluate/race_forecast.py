"""One forecast of one finished race, beside what reference models said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.vocabulary import Horizon

__all__ = ["RaceForecast"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RaceForecast:
    """A forecast with its rows in the order in which the race ended.

    Attributes
    ----------
    horizon, known : Horizon
        What the forecast was allowed to know, and what the data had by then: where no grid is
        in the data, a forecast asked for at (c) is one at (b).
    driver_ids : tuple of str, length D
        All starters as the official result lists them, winner first.
    p_position : float64[D, D]
        Row i is the driver who came i-th; column k the probability of position k + 1.
    p_points, p_dnf : float64[D]
    in_points, retired : bool[D]
        Who was paid points in the end, and who retired.
    baselines : mapping of str to float64[D, D]
        By name of the reference model; rows and columns as in ``p_position``.
    """

    season: int
    round: int
    event_id: str
    horizon: Horizon
    known: Horizon
    driver_ids: tuple[str, ...]
    p_position: Floats
    p_points: Floats
    p_dnf: Floats
    in_points: NDArray[np.bool_]
    retired: NDArray[np.bool_]
    baselines: Mapping[str, Floats]
