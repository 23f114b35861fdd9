"""Points by the rules of each year, from positions alone.

Files' own points are never copied: they are compared with these (`consistency`), so
that a forecast season and a raced one are scored by the same rules.

Source: FIA Formula One sporting regulations 2010-2025, articles on points (6.4 and 6.5,
"sprint" and "race that is suspended and cannot be resumed"), checked against the final
standings of all sixteen seasons.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.errors import UsageError
from predictor.records import ResultRecord, SessionRecord
from predictor.season.state import EventState
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = [
    "FASTEST_LAP_LIMIT",
    "FIRST_SEASON",
    "distance_share",
    "fastest_lap_point",
    "points_of_session",
    "race_points",
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
    _require_known(season)
    scale = np.array(_FULL, dtype=np.float64)
    if share < _FULL_DISTANCE and event_id not in _FULL_POINTS_ALTHOUGH_SHORT:
        if season < _SLIDING_SINCE:
            scale = scale / 2
        else:
            shortened = next(table for limit, table in _SLIDING_SCALE if share < limit)
            scale = np.array(shortened, dtype=np.float64)
    return scale * 2 if event_id in _DOUBLE_POINTS else scale


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


def distance_share(event: EventState, race: SessionRecord) -> float:
    """Give the share of its distance a race ran, 1.0 where that cannot be known.

    The laps are the winner's, so this is a fact of the result, never of a forecast.
    """
    winner = next((row for row in race.results if row.position == 1), None)
    if winner is None or winner.laps is None or not event.scheduled_laps:
        return 1.0
    return winner.laps / event.scheduled_laps


def points_of_session(event: EventState, session: SessionRecord) -> dict[str, float]:
    """Give each driver's points of a race or sprint, by position and rule.

    Parameters
    ----------
    event : EventState
        For its season, id and scheduled laps.
    session : SessionRecord
        Canonical, with driver ids.

    Returns
    -------
    dict from str to float
        Every driver in the result; 0.0 for those who score nothing. Empty for
        sessions that give no points.
    """
    if session.kind is SessionKind.SPRINT:
        return _by_position(session.results, sprint_points(event.season))
    if session.kind is not SessionKind.RACE:
        return {}
    share = distance_share(event, session)
    table = race_points(event.season, event_id=event.event_id, share=share)
    if event.season >= _SLIDING_SINCE and _laps_of_winner(session) < _MIN_LAPS_SINCE_2022:
        table = np.zeros(0)
    points = _by_position(session.results, table)
    bonus = fastest_lap_point(event.season) if share >= _FASTEST_LAP_SHARE else 0.0
    fastest = _fastest(session.results) if bonus else None
    if fastest is not None and (fastest.position or 99) <= FASTEST_LAP_LIMIT:
        points[str(fastest.driver.driver_id)] += bonus
    return points


def _by_position(results: Sequence[ResultRecord], table: NDArray[np.float64]) -> dict[str, float]:
    return {
        str(row.driver.driver_id): float(table[row.position - 1])
        if row.position is not None and row.position <= len(table) and _is_classified(row)
        else 0.0
        for row in results
    }


def _is_classified(row: ResultRecord) -> bool:
    excluded = row.status in (ResultStatus.DSQ, ResultStatus.EX, ResultStatus.DNS)
    return not excluded and row.classified is not False


def _fastest(results: Sequence[ResultRecord]) -> ResultRecord | None:
    """Give the row with the fastest lap: as marked, else by the best time."""
    marked = [row for row in results if row.fastest_lap]
    if marked:
        return marked[0]
    timed = [row for row in results if row.best_s is not None]
    return min(timed, key=lambda row: row.best_s or 0.0, default=None)


def _laps_of_winner(session: SessionRecord) -> float:
    winner = next((row for row in session.results if row.position == 1), None)
    return winner.laps if winner is not None and winner.laps is not None else float("inf")


def _require_known(season: int) -> None:
    if season < FIRST_SEASON:
        raise UsageError(
            "the points of this season are not known",
            got=str(season),
            expected=f"{FIRST_SEASON} or later",
            do="leave earlier seasons out",
        )
