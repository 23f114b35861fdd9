"""Rows of OpenF1's session_result: one driver's result of any session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from predictor.formats.fields import LAP_TIMES, NUMBERS, POSITIONS, Row, shown
from predictor.formats.timing import parse_laps_down
from predictor.notes import Note, NoteKind
from predictor.records import DriverRef, ResultRecord
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = ["driver_by_number", "session_results", "session_shape"]

_LAPS = (0, 200)
_ANY_TIME = (0.0, 6 * 3600.0)  # s; two hours of racing plus red flags
_SHORTEST_RACE = 60.0  # s; Spa 2021 counted one lap of 207 s
_MAX_GAP = 6 * 3600.0  # s
_LONGEST_LAP = LAP_TIMES[1]
_LAST_SHARED_BEST = 2  # two drivers may share the best time, no more


def session_shape(rows: Sequence[Row]) -> SessionKind:
    """Tell qualifying, race and practice apart by the shape of their rows.

    Qualifying gives lists of three times; only races and sprints have points, laps
    down, or times longer than a lap. Which of its kind it is the keys must tell.
    """
    for row in rows:
        duration, gap = row.values.get("duration"), row.values.get("gap_to_leader")
        if isinstance(duration, list):
            return SessionKind.QUALIFYING
        is_long = isinstance(duration, int | float) and duration > _LONGEST_LAP
        if is_long or isinstance(gap, str) or row.has("points"):
            return SessionKind.RACE
    return SessionKind.FP1


def session_results(
    rows: Sequence[Row], shape: SessionKind
) -> tuple[tuple[ResultRecord, ...], Note | None]:
    """Give the rows of one session, read as rows of that shape.

    Returns
    -------
    results : tuple of ResultRecord
    note : Note or None
        What a user should know of them.
    """
    if shape is SessionKind.QUALIFYING:
        return tuple(_qualifying_result(row) for row in rows), None
    if shape is not SessionKind.RACE:
        return tuple(_practice_result(row) for row in rows), None
    has_times = _has_times(rows)
    results = tuple(_race_result(row, has_times=has_times) for row in rows)
    if has_times:
        return results, None
    text = "race times left out; they are no whole races"
    return results, Note(NoteKind.VALUE_IMPOSSIBLE, text)


def driver_by_number(row: Row) -> DriverRef:
    """Give the driver a row names by his car number."""
    return DriverRef(number=row.need("driver_number", row.integer("driver_number", *NUMBERS)))


def _practice_result(row: Row) -> ResultRecord:
    best_s = row.number("duration", *LAP_TIMES)
    gap_s = row.number("gap_to_leader", 0.0, _LONGEST_LAP)
    position = row.integer("position", *POSITIONS)
    if gap_s == 0 and (position or 0) > _LAST_SHARED_BEST:
        best_s = gap_s = None  # OpenF1 repeats the leader's time for some who set none
    return ResultRecord(
        driver=driver_by_number(row),
        status=ResultStatus.NC if best_s is None else ResultStatus.FINISHED,
        position=position,
        laps=row.integer("number_of_laps", *_LAPS),
        gap_s=gap_s,
        best_s=best_s,
    )


def _qualifying_result(row: Row) -> ResultRecord:
    times = _three(row, "duration")
    gaps = _three(row, "gap_to_leader")
    position = row.integer("position", *POSITIONS)
    counted = [time for time in times if time is not None]
    return ResultRecord(
        driver=driver_by_number(row),
        status=_qualifying_status(row, position),
        position=position,
        laps=row.integer("number_of_laps", *_LAPS),
        gap_s=gaps[2],
        best_s=min(counted, default=None),
        q1_s=times[0],
        q2_s=times[1],
        q3_s=times[2],
    )


def _qualifying_status(row: Row, position: int | None) -> ResultStatus:
    if row.flag("dsq"):
        return ResultStatus.DSQ
    if position is not None:  # `dnf` and `dns` then tell of one segment only
        return ResultStatus.FINISHED
    return ResultStatus.DNS if row.flag("dns") else ResultStatus.NC


def _three(row: Row, key: str) -> tuple[float | None, float | None, float | None]:
    """Give the three segments' times; OpenF1 leaves out none, it writes null."""
    values: Any = row.values.get(key)
    if values is None:
        return (None, None, None)
    if type(values) is not list or len(values) != 3:
        raise row.error(key, shown(values), "a list of three: Q1, Q2, Q3")
    low, high = LAP_TIMES if key == "duration" else (0.0, _LONGEST_LAP)
    first, second, third = (
        Row({key: value}, row.file, row.pointer).number(key, low, high) for value in values
    )
    return (first, second, third)


def _has_times(rows: Sequence[Row]) -> bool:
    """Whether the times are whole races.

    Where the winner was disqualified later (Spa 2024), OpenF1 gives the others a mixture
    of gaps to him and to the new winner, whose own time then reads 0.526 s.
    """
    winner = next((row for row in rows if row.values.get("position") == 1), None)
    time_s = winner.number("duration", *_ANY_TIME) if winner is not None else None
    return time_s is None or time_s >= _SHORTEST_RACE


def _race_result(row: Row, *, has_times: bool) -> ResultRecord:
    position = row.integer("position", *POSITIONS)
    time_s = row.number("duration", *_ANY_TIME)
    status = _race_status(row, position, time_s)
    gap_s, gap_laps = _gap(row)
    in_result = position is not None and status is ResultStatus.FINISHED
    return ResultRecord(
        driver=driver_by_number(row),
        status=status,
        position=position,
        classified=position is not None,
        laps=row.integer("number_of_laps", *_LAPS),
        time_s=time_s if has_times else None,
        gap_s=gap_s if in_result and has_times else None,
        gap_laps=gap_laps if in_result else None,
        points=row.number("points", 0.0, 100.0),
    )


def _race_status(row: Row, position: int | None, time_s: float | None) -> ResultStatus:
    for key, status in (
        ("dsq", ResultStatus.DSQ),
        ("dns", ResultStatus.DNS),
        ("dnf", ResultStatus.DNF),
    ):
        if row.flag(key):
            return status
    if position is not None:
        return ResultStatus.FINISHED
    # A race time without a place is a disqualification after the race that the flags
    # missed: Austin 2023 (44, 16) and Spa 2024 (63).
    return ResultStatus.DSQ if time_s is not None else ResultStatus.NC


def _gap(row: Row) -> tuple[float | None, int | None]:
    value = row.values.get("gap_to_leader")
    if not isinstance(value, str):
        return row.number("gap_to_leader", 0.0, _MAX_GAP), None
    laps = parse_laps_down(value)
    if laps is None:
        raise row.error("gap_to_leader", shown(value), 'seconds, or text such as "+1 LAP"')
    return None, laps
