"""What a model said of a race that it had not seen, kept for later comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.learn.features.examples import RaceExample
from predictor.vocabulary import Horizon

__all__ = ["PastForecast"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PastForecast:
    """A forecast of a race that has been run since.

    Attributes
    ----------
    date : str
        Of the race, YYYY-MM-DD.
    driver_ids : tuple of str, length D
    p_position : float64[D, D]
        Rows drivers, columns places.
    """

    event_id: str
    season: int
    date: str
    horizon: Horizon
    driver_ids: tuple[str, ...]
    p_position: Floats

    @classmethod
    def of(cls, example: RaceExample, p_position: Floats) -> PastForecast:
        """Give the forecast of an example's race."""
        table = example.table
        return cls(
            table.event_id,
            table.season,
            example.date,
            table.horizon,
            table.driver_ids,
            p_position,
        )

    def in_order(self, driver_ids: tuple[str, ...]) -> Floats | None:
        """Give the matrix with its rows in the order of these drivers; None if they are others."""
        if set(driver_ids) != set(self.driver_ids) or len(driver_ids) != len(self.driver_ids):
            return None
        row = {driver: i for i, driver in enumerate(self.driver_ids)}
        return self.p_position[[row[driver] for driver in driver_ids]]
