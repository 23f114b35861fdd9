"""What one race adds to the past of drivers, teams and its circuit: a line of numbers each.

Every number is relative to the field of its race, so that lines of different years compare.
NaN is unknown. More is better wherever a number can be good or bad.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.features.weekend import RaceOutcome, Weekend
from predictor.learn.features.moments import RaceMoment
from predictor.season.points import FIRST_SEASON, race_points, sprint_points

__all__ = [
    "CIRCUIT_LINE",
    "DRIVER_LINE",
    "TEAM_LINE",
    "championship_points",
    "circuit_line",
    "driver_lines",
    "mean_where_known",
    "of_team_mates",
    "team_lines",
]

Floats = NDArray[np.float64]

# finish: from .5 (first of the classified) to -.5; gain: places made up on the grid, both among
# the classified, as a share of them; points: share of the winner's; podium, retired, accident,
# failure: 0 or 1; finish_gap, race_lap, qualifying: per cent of time in front of the middle of
# the field; mate_finish: 1 in front of the team-mate, 0 behind; mate_qualifying: % in front.
DRIVER_LINE = (
    "finish", "gain", "points", "podium", "retired", "accident", "failure", "finish_gap",
    "race_lap", "qualifying", "mate_finish", "mate_qualifying",
)  # fmt: skip
TEAM_LINE = ("finish", "points", "failure", "race_lap", "qualifying")  # means of its cars
# place_changes: mean of all cars' |gain|; retired: share of the starters; disturbance: mean lap of
# the fastest car behind the best lap of the weekend, %.
CIRCUIT_LINE = ("place_changes", "retired", "disturbance")

_FINISH_CAP = 4.0  # %, as in `bayes.race_form`
_LAP_CAP = 3.0  # %; a lap slower than that was no attempt
# %; rain, safety cars and red flags. Half of all races lie below 11; of sixteen races of 2018-2025
# with rain tyres on 15 % of the laps the least had 10.9.
_DISTURBANCE_CAP = 25.0


def driver_lines(weekend: Weekend, outcome: RaceOutcome) -> Floats:
    """Give float64[D, len(DRIVER_LINE)] of one race."""
    n_drivers = len(weekend.driver_ids)
    order = np.array(outcome.order, dtype=np.int64)
    started = np.zeros(n_drivers, dtype=np.bool_)
    started[list(outcome.ranking)] = True
    finish, gain = _finish_and_gain(weekend.grid, order)
    table = _race_points(weekend)
    points, podium = (np.where(started, 0.0, np.nan) for _ in range(2))
    scored = order[: len(table)]
    points[scored] = table[: len(scored)] / table[0]
    podium[order[:3]] = 1.0
    retired = np.where(started, outcome.retired.astype(np.float64), np.nan)
    reason = np.where(outcome.retired, outcome.accident, 0.0)  # NaN: nobody knows which it was
    accident = np.where(started, reason, np.nan)
    failure = np.where(started, np.where(outcome.retired, 1.0 - reason, 0.0), np.nan)
    qualifying = _in_front(np.minimum(weekend.qualifying_gap, _LAP_CAP))
    ahead_of_mate = np.sign(finish - of_team_mates(finish, weekend.lineages)) / 2.0 + 0.5
    return np.stack(
        [
            finish,
            gain,
            points,
            podium,
            retired,
            accident,
            failure,
            _in_front(np.minimum(outcome.finish_gap, _FINISH_CAP)),
            _in_front(np.minimum(_lap_gap(outcome.best_lap_s, n_drivers), _LAP_CAP)),
            qualifying,
            ahead_of_mate,
            qualifying - of_team_mates(qualifying, weekend.lineages),
        ],
        axis=1,
    )


def team_lines(lines: Floats, lineages: Sequence[str], teams: Sequence[str]) -> Floats:
    """Give float64[T, len(TEAM_LINE)]: means of what the cars of each team did."""
    columns = lines[:, [DRIVER_LINE.index(name) for name in TEAM_LINE]]
    names = np.array(lineages)
    return np.stack([mean_where_known(columns[names == team], axis=0) for team in teams])


def circuit_line(lines: Floats, moment: RaceMoment, outcome: RaceOutcome) -> Floats:
    """Give float64[len(CIRCUIT_LINE)] of one race."""
    gain, retired = (lines[:, DRIVER_LINE.index(name)] for name in ("gain", "retired"))
    laps = outcome.mean_lap_s[np.isfinite(outcome.mean_lap_s)]
    before = [one for one in (moment.practice_best_s, moment.qualifying_best_s) if one]
    disturbance = float(np.nan)
    if len(laps) and before:
        disturbance = min(100.0 * (float(laps.min()) / min(before) - 1.0), _DISTURBANCE_CAP)
    return np.array(
        [float(mean_where_known(np.abs(gain))), float(mean_where_known(retired)), disturbance]
    )


def championship_points(weekend: Weekend, outcome: RaceOutcome) -> Floats:
    """Give each driver's points of race and sprint by position, float64[D].

    Shortened races count in full and the point of the fastest lap is left out: what share of a
    distance was run is not in an outcome.
    """
    points = np.zeros(len(weekend.driver_ids))
    table = _race_points(weekend)
    scored = list(outcome.order)[: len(table)]
    points[scored] += table[: len(scored)]
    of_sprint = np.append(sprint_points(max(weekend.season, FIRST_SEASON)), 0.0)
    place = np.nan_to_num(weekend.sprint_place, nan=len(of_sprint)).astype(np.int64)
    total: Floats = points + of_sprint[np.minimum(place, len(of_sprint)) - 1]
    return total


def of_team_mates(values: Floats, lineages: Sequence[str]) -> Floats:
    """Give the mean of the team's other cars, float64[D]; NaN without one that is known."""
    names = np.array(lineages)
    others = np.equal.outer(names, names) & ~np.eye(len(names), dtype=np.bool_)
    return mean_where_known(np.where(others, values, np.nan))


def mean_where_known(values: Floats, axis: int = -1) -> Floats:
    """Give the mean of what is not NaN along an axis; NaN where nothing is known."""
    known = np.isfinite(values)
    n_known = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.asarray(np.where(n_known > 0, total / np.maximum(n_known, 1), np.nan))


def _finish_and_gain(grid: Floats, order: NDArray[np.int64]) -> tuple[Floats, Floats]:
    finish, gain = np.full(len(grid), np.nan), np.full(len(grid), np.nan)
    last = len(order) - 1
    if last < 1:  # one car's place says nothing without another's
        return finish, gain
    finish[order] = 0.5 - np.arange(last + 1) / last
    slots = grid[order]
    if np.isfinite(slots).all():
        started_at = np.argsort(np.argsort(slots, kind="stable"), kind="stable")
        gain[order] = (started_at - np.arange(last + 1)) / last
    return finish, gain


def _race_points(weekend: Weekend) -> Floats:
    return race_points(max(weekend.season, FIRST_SEASON), event_id=weekend.event_id)


def _lap_gap(best_s: Floats, n_drivers: int) -> Floats:
    known = np.isfinite(best_s)
    if not known.any():
        return np.full(n_drivers, np.nan)
    gap: Floats = 100.0 * (best_s / best_s[known].min() - 1.0)
    return gap


def _in_front(gap: Floats) -> Floats:
    """Give how far in front of the middle of the field a gap is; NaN for all of fewer than two."""
    known = np.isfinite(gap)
    if known.sum() < 2:
        return np.full(len(gap), np.nan)
    ahead: Floats = np.median(gap[known]) - gap
    return ahead
