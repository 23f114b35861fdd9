"""Rows of Jolpica answers: one driver's result, lap or pit stop."""

from __future__ import annotations

from collections.abc import Sequence

from predictor.formats.blanks import whole_of
from predictor.formats.checks import mark_fastest_lap
from predictor.formats.fields import LAP_TIMES, NUMBERS, POSITIONS, Row
from predictor.formats.identities import driver_id_from_short
from predictor.formats.result_codes import (
    Outcome,
    Said,
    is_placed,
    race_outcomes,
    with_grid,
)
from predictor.formats.timing import parse_clock
from predictor.formats.units import ANY_LAP
from predictor.notes import Note
from predictor.records import DriverRef, LapRecord, PitStopRecord, ResultRecord
from predictor.vocabulary import ResultStatus

__all__ = ["lap_times", "pit_stop", "qualifying_result", "race_results"]

_LAPS = (0, 200)
_MILLISECONDS = (60_000, 6 * 3_600_000)  # of a race, as in the native format
_PIT_TIMES = (1.0, 4 * 3600.0)  # s; a car waits in the pit lane while a race is stopped


def race_results(rows: Sequence[Row]) -> tuple[tuple[ResultRecord, ...], Note | None]:
    """Give the rows of one race or sprint, and a note on words that were overruled."""
    winner_laps = max((row.digits("laps", *_LAPS) or 0 for row in rows), default=0)
    winner_s = next(
        (_total_s(row) for row in rows if whole_of(row.text("positionText")) == 1), None
    )
    outcomes, note = race_outcomes([_said(row) for row in rows])
    results = mark_fastest_lap(
        [
            _race_result(row, outcome, winner_laps, winner_s)
            for row, outcome in zip(rows, outcomes, strict=True)
        ]
    )
    return with_grid(results, [row.digits("grid", 0, POSITIONS[1]) for row in rows]), note


def qualifying_result(row: Row) -> ResultRecord:
    """Give one driver's row of a qualifying."""
    times = [row.clock(key, *LAP_TIMES) for key in ("Q1", "Q2", "Q3")]
    counted = [time for time in times if time is not None]
    return ResultRecord(
        driver=_driver(row),
        status=ResultStatus.FINISHED if counted else ResultStatus.NC,
        position=row.need("position", row.digits("position", *POSITIONS)),
        team=_team(row),
        best_s=min(counted, default=None),
        q1_s=times[0],
        q2_s=times[1],
        q3_s=times[2],
    )


def pit_stop(row: Row) -> PitStopRecord:
    """Give one pit stop."""
    return PitStopRecord(
        driver=_driver_by_id(row),
        lap=row.need("lap", row.digits("lap", *_LAPS)),
        stop=row.digits("stop", 1, 100),
        time_s=row.clock("duration", *_PIT_TIMES),
    )


def lap_times(rows: Sequence[Row]) -> tuple[LapRecord, ...]:
    """Give laps in the order they were driven."""
    return tuple(
        LapRecord(
            driver=_driver_by_id(row),
            lap=row.need("lap", row.digits("lap", *_LAPS)),
            lap_time_s=row.clock("time", *ANY_LAP),
        )
        for row in rows
    )


def _said(row: Row) -> Said:
    return Said(
        place=row.need("positionText", row.text("positionText")),
        word=row.text("status") or "",
        laps=row.digits("laps", *_LAPS),
        is_timed=_total_s(row) is not None,
    )


def _race_result(
    row: Row, outcome: Outcome, winner_laps: int, winner_s: float | None
) -> ResultRecord:
    place = row.need("positionText", row.text("positionText"))
    status, lapped = outcome.status, outcome.is_lapped
    laps = row.digits("laps", *_LAPS)
    finished = status is ResultStatus.FINISHED
    # A lapped driver's time is that of his own last lap at the flag, not of the distance.
    time_s = _total_s(row) if finished and not lapped else None
    fastest = row.child("FastestLap")
    best = fastest.child("Time") if fastest is not None else None
    return ResultRecord(
        driver=_driver(row),
        status=status,
        position=row.digits("position", *POSITIONS) if is_placed(place) else None,
        team=_team(row),
        classified=is_placed(place),
        laps=laps,
        time_s=time_s,
        gap_s=_gap(time_s, winner_s),
        gap_laps=winner_laps - laps if lapped and laps is not None else None,
        points=_points(row),
        fastest_lap=(fastest.text("rank") == "1") if fastest is not None else None,
        best_s=best.clock("time", *LAP_TIMES) if best is not None else None,
        reason=outcome.reason,
    )


def _gap(time_s: float | None, winner_s: float | None) -> float | None:
    return None if time_s is None or winner_s is None else round(time_s - winner_s, 3)


def _total_s(row: Row) -> float | None:
    """Give the race time; the winner's may stand without milliseconds in old answers."""
    time = row.child("Time")
    if time is None:
        return None
    millis = time.digits("millis", *_MILLISECONDS)
    if millis is not None:
        return millis / 1000
    text = time.text("time") or ""
    return None if text.startswith("+") else parse_clock(text)


def _points(row: Row) -> float | None:
    text = row.text("points")
    if text is None:
        return None
    points = parse_clock(text) if ":" not in text else None  # digits with an optional fraction
    if points is None or points > 100:
        raise row.error("points", text, 'points in quotes, from "0" to "100"')
    return points


def _driver(row: Row) -> DriverRef:
    driver = row.child("Driver")
    if driver is None:
        raise row.error("Driver", "nothing", "who it was")
    names = [driver.text("givenName"), driver.text("familyName")]
    name = " ".join(part for part in names if part) or None
    short = driver.need("driverId", driver.text("driverId"))
    return DriverRef(
        driver_id=driver_id_from_short(short, name),
        code=driver.code("code"),
        number=row.digits("number", *NUMBERS),
        name=name,
    )


def _driver_by_id(row: Row) -> DriverRef:
    return DriverRef(driver_id=driver_id_from_short(row.need("driverId", row.text("driverId"))))


def _team(row: Row) -> str | None:
    constructor = row.child("Constructor")
    return None if constructor is None else constructor.text("name")
