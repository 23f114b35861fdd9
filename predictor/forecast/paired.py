"""Two forecasts on the same random numbers, compared sim by sim.

Sim i is the same race on both sides, so most of the noise of either side is in both and drops
out of the difference. Its standard error is that of the paired differences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.forecast.assemble import ScenarioForecast, mixture
from predictor.forecast.championship import FinalPoints
from predictor.vocabulary import Scenario

__all__ = ["Paired", "paired_finishes", "paired_points", "paired_positions", "paired_titles"]

Floats = NDArray[np.float64]
Forecasts = Mapping[Scenario, ScenarioForecast]


@dataclass(frozen=True, slots=True)
class Paired:
    """One number of everybody on both sides.

    Attributes
    ----------
    base, changed : float64[X]
    se : float64[X]
        Standard error of ``changed - base`` from the number of sims.
    """

    base: Floats
    changed: Floats
    se: Floats

    @property
    def difference(self) -> Floats:
        """float64[X]."""
        return self.changed - self.base


def paired_finishes(
    base: Forecasts, changed: Forecasts, probability: Mapping[Scenario, float], places: int
) -> Paired:
    """Compare the chances of finishing in the first places, over all scenarios.

    Parameters
    ----------
    base, changed : mapping of Scenario to ScenarioForecast
        The same scenarios, drivers and sims.
    probability : mapping of Scenario to float
    places : int
        1 for wins, 3 for podiums.
    """
    levels = [mixture(side, probability)[0][:, :places].sum(axis=1) for side in (base, changed)]
    variance = _variance(base, changed, probability, lambda position: position <= places)
    return Paired(levels[0], levels[1], np.sqrt(variance))


def paired_positions(
    base: Forecasts, changed: Forecasts, probability: Mapping[Scenario, float]
) -> Paired:
    """Compare mean positions, over all scenarios."""
    levels = []
    for side in (base, changed):
        p_position = mixture(side, probability)[0]
        levels.append(p_position @ np.arange(1.0, p_position.shape[1] + 1))
    variance = _variance(base, changed, probability, lambda position: position)
    return Paired(levels[0], levels[1], np.sqrt(variance))


def paired_titles(base: FinalPoints, changed: FinalPoints) -> Paired:
    """Compare the chances of being champion, of everybody in ``base.names``."""
    of_base, of_changed = (
        side.champions()[:, None] == np.arange(len(side.names)) for side in (base, changed)
    )
    return Paired(of_base.mean(axis=0), of_changed.mean(axis=0), _se(of_base, of_changed))


def paired_points(base: FinalPoints, changed: FinalPoints) -> Paired:
    """Compare mean points at the end of the season, of everybody in ``base.names``."""
    se = _se(base.points, changed.points)
    return Paired(base.points.mean(axis=0), changed.points.mean(axis=0), se)


def _variance(
    base: Forecasts,
    changed: Forecasts,
    probability: Mapping[Scenario, float],
    of_position: Callable[[NDArray[np.uint8]], NDArray[np.generic]],
) -> Floats:
    """Return the variance of a difference of means over scenarios, float64[D].

    Scenarios have independent races, so their variances add with the squares of their shares.
    """
    total: Floats = np.zeros(len(next(iter(base.values())).driver_ids))
    for scenario, one in base.items():
        se = _se(of_position(one.position), of_position(changed[scenario].position))
        total += (probability[scenario] * se) ** 2
    return total


def _se(base: NDArray[np.generic], changed: NDArray[np.generic]) -> Floats:
    """Return the standard error of the mean paired difference, float64[X], of [N, X] and [N, X]."""
    difference = changed.astype(np.float64) - base.astype(np.float64)
    se: Floats = difference.std(axis=0) / np.sqrt(len(difference))
    return se
