"""Form of earlier races: how far in front of the field a driver finished of late.

The order alone does not tell a narrow win from a race that nobody else was in; the gaps
at the finish do. The form is a decayed mean of them, and race strength regresses on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RaceFormConfig", "observe_finish", "race_form"]

Floats = NDArray[np.float64]
Mean = tuple[float, float]  # decayed sum in %, decayed number of races


@dataclass(frozen=True, slots=True)
class RaceFormConfig:
    """Constants of the form of earlier races.

    Source: by judgement; ``tests/validation/lap_pace.py`` prints what a forecast of 2016-2021
    loses without it.
    """

    decay: float = 0.85  # per race that a driver finished
    prior_races: float = 2.0  # how many races the middle of the field counts for
    gap_cap: float = 4.0  # % behind the winner


def observe_finish(
    belief: Mapping[str, Mean], drivers: Sequence[str], gap: Floats, config: RaceFormConfig
) -> Mapping[str, Mean]:
    """Add one race.

    Parameters
    ----------
    gap : float64[D], % of the winner's time
        Behind the winner; NaN for who was not classified, which leaves his form alone.
    """
    gap = np.minimum(gap, config.gap_cap)
    seen = np.flatnonzero(np.isfinite(gap))
    if len(seen) < 2:
        return belief
    ahead = np.median(gap[seen]) - gap
    after = dict(belief)
    for i in seen.tolist():
        total, races = belief.get(drivers[i], (0.0, 0.0))
        after[drivers[i]] = (total * config.decay + float(ahead[i]), races * config.decay + 1.0)
    return after


def race_form(belief: Mapping[str, Mean], drivers: Sequence[str], config: RaceFormConfig) -> Floats:
    """Give each driver's form, float64[D] in %: positive is in front of the middle."""
    means = np.array([belief.get(driver, (0.0, 0.0)) for driver in drivers]).reshape(-1, 2)
    form: Floats = means[:, 0] / (means[:, 1] + config.prior_races)
    return form
