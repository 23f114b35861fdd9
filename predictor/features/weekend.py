"""One weekend as arrays: what is known before the race, and how the race ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from predictor.features.practice import practice_pace
from predictor.records import ResultRecord
from predictor.season.grid import starting_grid
from predictor.season.state import EventState
from predictor.vocabulary import EventStatus, Horizon, ResultStatus, SessionKind, SprintFormat

__all__ = [
    "RaceOutcome",
    "Weekend",
    "is_accident",
    "is_before_qualifying",
    "latest_horizon",
    "race_outcome",
    "sprint_weekend_of",
    "weekend_of",
    "with_horizon",
]

Floats = NDArray[np.float64]

# Words in the reason of a retirement that tell an accident from a failure of the car; wings,
# floors and punctures are what contact breaks. The rest is neither.
_ACCIDENT_WORDS = (
    "accident", "collision", "spun", "crash", "puncture", "debris", "wing", "undertray", "damage"
)  # fmt: skip
# In 2023 qualifying on Friday set the race's grid; the shoot-out and the sprint came after it.
_QUALIFYING_BEFORE_SPRINT = (2023,)
# A car one lap down is more than one lap behind.
_PART_OF_A_LAP = 0.3
_UNKNOWN_REASONS = ("retired", "retirement", "withdrew", "withdrawn", "unwell", "illness", "injury")


@dataclass(frozen=True, slots=True)
class Weekend:
    """What is known of an event before its race; D drivers in the order of their ids.

    Attributes
    ----------
    practice_gap : float64[D], %
        Gap to the middle of the field over all practice, see `practice_pace`.
    sprint_qualifying_gap, qualifying_gap : float64[D], %
        To the best lap of the session, in per cent of it; NaN without a time.
    sprint_place : float64[D]
        Place in the sprint, 1-based; NaN for who did not finish it, or before it is known.
    grid : float64[D]
        Starting slots 1..D without holes; NaN for all before the grid is known.
    pit_lane_start : bool[D]
    grid_source : str
        "published grid", else the session whose result stands in for it; "" while unknown.
    """

    event_id: str
    season: int
    circuit_id: str
    horizon: Horizon
    driver_ids: tuple[str, ...]
    lineages: tuple[str, ...]
    practice_gap: Floats
    sprint_qualifying_gap: Floats
    qualifying_gap: Floats
    sprint_place: Floats
    grid: Floats
    pit_lane_start: NDArray[np.bool_]
    grid_source: str = ""


@dataclass(frozen=True, slots=True)
class RaceOutcome:
    """How a race ended, in indices of the weekend's drivers.

    Attributes
    ----------
    order : tuple of int
        Classified drivers, winner first.
    ranking : tuple of int
        All starters as the result lists them, retired and disqualified last.
    retired : bool[D]
    accident : float64[D]
        1 for a retirement by accident, 0 by failure, NaN otherwise or unknown.
    finish_gap : float64[D], % of the winner's time
        Behind him at the finish; NaN for who was not classified or whose gap is not known.
    best_lap_s : float64[D], s
        Best lap of the race; NaN where it is not known. Empty where nobody has told.
    mean_lap_s : float64[D], s
        Time of the race over its laps; NaN for who was lapped or retired. Empty as above.
    """

    order: tuple[int, ...]
    ranking: tuple[int, ...]
    retired: NDArray[np.bool_]
    accident: Floats
    finish_gap: Floats
    best_lap_s: Floats = field(default_factory=lambda: np.zeros(0))
    mean_lap_s: Floats = field(default_factory=lambda: np.zeros(0))


def latest_horizon(event: EventState) -> Horizon:
    """Give the latest horizon that the sessions of an event allow."""
    if starting_grid(event) is not None:
        return Horizon.AFTER_QUALIFYING
    if any(session.kind is not SessionKind.RACE for session in event.sessions):
        return Horizon.AFTER_PRACTICE
    return Horizon.BEFORE_WEEKEND


def weekend_of(event: EventState, horizon: Horizon | None = None) -> Weekend:
    """Arrange what an event's sessions tell before its race.

    Parameters
    ----------
    horizon : Horizon, optional
        Know no more than this; by default the latest that the data allow.
    """
    latest = latest_horizon(event)
    horizon = min(horizon, latest) if horizon else latest
    drivers = tuple(entry.driver_id for entry in event.entries)
    sessions = {session.kind: session for session in event.sessions}
    practice = [s for kind, s in sessions.items() if kind.is_practice]
    # In 2021 and 2022 qualifying set the grid of the sprint, a day before the race's was known.
    by_qualifying = event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    sprint_qualifying = sessions.get(
        SessionKind.QUALIFYING if by_qualifying else SessionKind.SPRINT_QUALIFYING
    )
    qualifying = sessions.get(SessionKind.QUALIFYING)
    grid, pit_lane, source = _grid_slots(event, drivers)
    unknown = np.full(len(drivers), np.nan)
    weekend = Weekend(
        event_id=event.event_id,
        season=event.season,
        circuit_id=event.circuit_id or event.slug,
        horizon=latest,
        driver_ids=drivers,
        lineages=tuple(entry.lineage for entry in event.entries),
        practice_gap=practice_pace(practice, drivers),
        sprint_qualifying_gap=last_segment_gap(sprint_qualifying.results, drivers)
        if sprint_qualifying
        else unknown,
        qualifying_gap=last_segment_gap(qualifying.results, drivers) if qualifying else unknown,
        sprint_place=_sprint_places(event, drivers),
        grid=grid,
        pit_lane_start=pit_lane,
        grid_source=source,
    )
    if horizon is Horizon.AFTER_PRACTICE:
        if not by_qualifying and not is_before_qualifying(event, SessionKind.SPRINT_QUALIFYING):
            weekend = replace(weekend, sprint_qualifying_gap=unknown)
        if by_qualifying or not is_before_qualifying(event, SessionKind.SPRINT):
            weekend = replace(weekend, sprint_place=unknown)
    return with_horizon(weekend, horizon)


def sprint_weekend_of(event: EventState, horizon: Horizon | None = None) -> Weekend:
    """Arrange the same with the sprint's grid in place of the race's, as before the sprint.

    Its horizon is the sprint's own: ``c`` once its grid is known, ``b`` after practice.
    """
    weekend = weekend_of(event, horizon)
    by_qualifying = event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    kind = SessionKind.QUALIFYING if by_qualifying else SessionKind.SPRINT_QUALIFYING
    session = event.session(kind)
    grid = np.full(len(weekend.driver_ids), np.nan)
    if session is None or weekend.horizon is Horizon.BEFORE_WEEKEND:
        practised = np.isfinite(weekend.practice_gap).any()
        # Qualifying for the race mostly comes after the sprint: it must not tell of it.
        is_later = is_before_qualifying(event, SessionKind.SPRINT)
        return replace(
            weekend,
            horizon=Horizon.AFTER_PRACTICE if practised else Horizon.BEFORE_WEEKEND,
            grid=grid,
            grid_source="",
            pit_lane_start=np.zeros(len(grid), bool),
            qualifying_gap=grid if is_later else weekend.qualifying_gap,
            sprint_place=np.full(len(grid), np.nan),
        )
    slots = {row.driver.driver_id: row.position for row in session.results}
    raw = np.array([slots.get(d) or 100 + i for i, d in enumerate(weekend.driver_ids)])
    return replace(
        weekend,
        horizon=Horizon.AFTER_QUALIFYING,
        grid=(np.argsort(np.argsort(raw, kind="stable"), kind="stable") + 1).astype(np.float64),
        grid_source=kind.value,
        pit_lane_start=np.zeros(len(grid), bool),
        qualifying_gap=last_segment_gap(session.results, weekend.driver_ids),
        sprint_place=np.full(len(grid), np.nan),
    )


def with_horizon(weekend: Weekend, horizon: Horizon) -> Weekend:
    """Forget what is learnt after ``horizon``.

    Of the sessions of a sprint weekend that are known after practice only the event can tell
    whether qualifying came before them: for `Horizon.AFTER_PRACTICE` ask `weekend_of`.
    """
    unknown = np.full(len(weekend.driver_ids), np.nan)
    if horizon < Horizon.AFTER_QUALIFYING:
        weekend = replace(
            weekend,
            qualifying_gap=unknown,
            grid=unknown,
            pit_lane_start=np.zeros(len(unknown), dtype=np.bool_),
            grid_source="",
        )
    if horizon < Horizon.AFTER_PRACTICE:
        weekend = replace(
            weekend, practice_gap=unknown, sprint_qualifying_gap=unknown, sprint_place=unknown
        )
    return replace(weekend, horizon=min(horizon, weekend.horizon))


def race_outcome(event: EventState) -> RaceOutcome | None:
    """Give how the race ended, or None while it has not been run, or if nobody started."""
    race = next((s for s in event.sessions if s.kind is SessionKind.RACE), None)
    if race is None or event.status is not EventStatus.COMPLETED:
        return None
    at = {entry.driver_id: i for i, entry in enumerate(event.entries)}
    rows = [(at[row.driver.driver_id or ""], row) for row in race.results if row.status.started]
    if not rows:
        return None
    placed = sorted(
        (row.position, i)
        for i, row in rows
        if row.position is not None
        and row.classified is not False
        and row.status in (ResultStatus.FINISHED, ResultStatus.DNF)
    )
    retired = np.zeros(len(at), dtype=np.bool_)
    accident, best_lap_s, mean_lap_s = (np.full(len(at), np.nan) for _ in range(3))
    for i, row in rows:
        best_lap_s[i] = row.best_s or np.nan
        if row.time_s and row.laps:
            mean_lap_s[i] = row.time_s / row.laps
        if row.status is ResultStatus.DNF:
            retired[i] = True
            accident[i] = is_accident(row.reason)
    return RaceOutcome(
        order=tuple(i for _, i in placed),
        ranking=tuple(i for i, _ in rows),
        retired=retired,
        accident=accident,
        finish_gap=_finish_gap([row for _, row in rows], [i for i, _ in rows], len(at)),
        best_lap_s=best_lap_s,
        mean_lap_s=mean_lap_s,
    )


def _finish_gap(rows: Sequence[ResultRecord], index: Sequence[int], n_drivers: int) -> Floats:
    gap = np.full(n_drivers, np.nan)
    winner = next((row for row in rows if row.position == 1), None)
    if winner is None:
        return gap
    for i, row in zip(index, rows, strict=True):
        if row.position is None or row.classified is False:
            continue
        if row is winner:
            gap[i] = 0.0
        elif row.gap_s is not None and winner.time_s:
            gap[i] = 100.0 * row.gap_s / winner.time_s
        elif row.gap_laps and winner.laps:
            gap[i] = 100.0 * (row.gap_laps + _PART_OF_A_LAP) / winner.laps
    return gap


def last_segment_gap(rows: Sequence[ResultRecord], drivers: Sequence[str]) -> Floats:
    """Give each driver's gap in the last segment he took part in, float64[D] in %.

    A driver who went out in Q1 is compared with the best of Q1: the track
    gets faster, and later segments would make him look slower than he was.
    """
    gaps = dict.fromkeys(drivers, np.nan)
    for segment in ("best_s", "q1_s", "q2_s", "q3_s"):  # the later overwrite the earlier
        times = {row.driver.driver_id: getattr(row, segment) for row in rows}
        times = {driver: time for driver, time in times.items() if time}
        if segment == "best_s" and any(row.q1_s for row in rows):
            continue
        for driver, time in times.items():
            if driver in gaps:
                gaps[driver] = 100.0 * (time / min(times.values()) - 1.0)
    return np.array([gaps[driver] for driver in drivers], dtype=np.float64)


def _sprint_places(event: EventState, drivers: Sequence[str]) -> Floats:
    """Give each driver's place in the sprint, float64[D]; NaN where he did not finish it."""
    places = {
        row.driver.driver_id: float(row.position)
        for row in event.results(SessionKind.SPRINT)
        if row.position is not None and row.status is ResultStatus.FINISHED
    }
    return np.array([places.get(driver, np.nan) for driver in drivers], dtype=np.float64)


def is_before_qualifying(event: EventState, kind: SessionKind) -> bool:
    """Whether a session of a sprint weekend is over when qualifying begins."""
    times = dict(event.session_times)
    if kind in times and SessionKind.QUALIFYING in times:
        start, qualifying = (
            datetime.fromisoformat(times[one]) for one in (kind, SessionKind.QUALIFYING)
        )
        return start < qualifying
    return event.season not in _QUALIFYING_BEFORE_SPRINT


def _grid_slots(event: EventState, drivers: Sequence[str]) -> tuple[Floats, NDArray[np.bool_], str]:
    """Give slots 1..D, who starts from the pit lane, and what the grid was taken from."""
    line_up = starting_grid(event)
    if line_up is None:
        return np.full(len(drivers), np.nan), np.zeros(len(drivers), dtype=np.bool_), ""
    slot = {driver: float(place) for place, driver in enumerate(line_up.order, start=1)}
    source = event.grid_from if line_up.provisional else "published grid"
    return (
        np.array([slot[driver] for driver in drivers]),
        np.array([driver in line_up.pit_lane for driver in drivers], dtype=np.bool_),
        source,
    )


def is_accident(reason: str | None) -> float:
    """Give 1 where the reason of a retirement is an accident, 0 a failure, NaN unknown."""
    if not reason or reason.lower() in _UNKNOWN_REASONS:
        return float("nan")
    return float(any(word in reason.lower() for word in _ACCIDENT_WORDS))
