"""The points rules of each year: what positions and the fastest lap pay.

What a race or sprint that was run has paid is told by `awards`, which needs these tables.

Source: FIA Formula One sporting regulations 2010-2025, articles on points (6.4 and 6.5,
"sprint" and "race that is suspended and cannot be resumed"), checked against the final
standings of all sixteen seasons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.errors import UsageError

__all__ = [
    "FASTEST_LAP_LIMIT",
    "FIRST_SEASON",
    "Scale",
    "fastest_lap_point",
    "race_points",
    "race_scales",
    "scale_of_distance",
    "sprint_points",
]

FIRST_SEASON = 2010  # the first with 25 points for a win
FASTEST_LAP_LIMIT = 10  # the fastest lap counts only for a driver classified this far up

_FULL = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)
# Shortened races since 2022: the share of the distance up to which each scale holds.
_SLIDING_SCALE = (
    (0.25, (6, 4, 3, 2, 1)),
    (0.50, (13, 10, 8, 6, 5, 4, 3, 2, 1)),
    (0.75, (19, 14, 12, 9, 8, 6, 5, 3, 2, 1)),
)
_FULL_DISTANCE = 0.75  # share of the distance from which full points are given
_SLIDING_SINCE = 2022
_SPRINT = {2021: (3, 2, 1)}
_SPRINT_SINCE_2022 = (8, 7, 6, 5, 4, 3, 2, 1)
_FASTEST_LAP_SEASONS = range(2019, 2025)
_FASTEST_LAP_SHARE = 0.5  # of the distance, below which the fastest lap earns nothing
_DOUBLE_POINTS = frozenset({"2014-abu-dhabi"})

# 2022 spoke only of races that are not resumed; Japan was, and ended after 28 of 53 laps.
_FULL_POINTS_ALTHOUGH_SHORT = frozenset({"2022-japan"})
# Running under the safety car alone is not racing, but half points were given in 2021 Belgium,
# whose result counts one lap: before 2022 any result short of 75 % is taken to earn half.
_MIN_LAPS_SINCE_2022 = 2


@dataclass(frozen=True, slots=True)
class Scale:
    """What the positions of a race pay, for a share of its distance."""

    name: str  # "full points"
    points: tuple[float, ...]  # of positions 1 to n
    since: float  # share of the distance from which it holds

    @property
    def pays_fastest_lap(self) -> bool:
        """Whether the fastest lap earns anything, in a season where it does at all."""
        return self.since >= _FASTEST_LAP_SHARE


_NOTHING = Scale("no points", (), 0.0)


def race_points(
    season: int, *, event_id: str | None = None, share: float = 1.0
) -> NDArray[np.float64]:
    """Give the points of a race by finishing position.

    Parameters
    ----------
    season : int
    event_id : str, optional
        Some events have points of their own: Abu Dhabi 2014 counted double.
    share : float
        Laps run over laps scheduled; below 0.75 fewer points are given.

    Returns
    -------
    float64[n]
        Points of positions 1 to n; every later position has none.

    Raises
    ------
    UsageError
        For a season before 2010, whose points are not known here.
    """
    return np.array(scale_of_distance(season, event_id, share).points, dtype=np.float64)


def race_scales(season: int, event_id: str | None = None) -> tuple[Scale, ...]:
    """Give every scale that a race of the season may pay by, the fullest distance last."""
    _require_known(season)
    factor = 2.0 if event_id in _DOUBLE_POINTS else 1.0
    full = tuple(factor * points for points in _FULL)
    if season < _SLIDING_SINCE:
        half = tuple(points / 2 for points in full)
        shortened = [Scale("half points", half, since) for since in (0.0, _FASTEST_LAP_SHARE)]
    else:
        ends = [0.0, *(until for until, _ in _SLIDING_SCALE)]
        shortened = [
            Scale(f"the points of {since:.0%} to {until:.0%} of the distance", points, since)
            for since, (until, points) in zip(ends, _SLIDING_SCALE, strict=False)
        ]
    return (*shortened, Scale("full points", full, _FULL_DISTANCE))


def scale_of_distance(
    season: int, event_id: str | None, share: float, laps: int | None = None
) -> Scale:
    """Give the scale that the rules name for a race.

    Parameters
    ----------
    season : int
    event_id : str or None
    share : float
        Laps run over laps scheduled.
    laps : int, optional
        Laps run by the winner.
    """
    if laps is not None and laps < _MIN_LAPS_SINCE_2022 and season >= _SLIDING_SINCE:
        return _NOTHING
    scales = race_scales(season, event_id)
    if event_id in _FULL_POINTS_ALTHOUGH_SHORT:
        return scales[-1]
    return next(scale for scale in reversed(scales) if share >= scale.since)


def sprint_points(season: int) -> NDArray[np.float64]:
    """Give the points of a sprint by position, as float64[n]; later positions have none."""
    _require_known(season)
    if season < min(_SPRINT):
        return np.zeros(0)
    return np.array(_SPRINT.get(season, _SPRINT_SINCE_2022), dtype=np.float64)


def fastest_lap_point(season: int) -> float:
    """Give the points of the fastest lap, due only within `FASTEST_LAP_LIMIT`."""
    _require_known(season)
    return 1.0 if season in _FASTEST_LAP_SEASONS else 0.0


def _require_known(season: int) -> None:
    if season < FIRST_SEASON:
        raise UsageError(
            "the points of this season are not known",
            got=str(season),
            expected=f"{FIRST_SEASON} or later",
            do="leave earlier seasons out",
        )
