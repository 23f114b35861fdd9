"""FastF1's ``session.results``: one row per driver, of qualifying, sprint or race."""

from __future__ import annotations

from collections.abc import Sequence

from predictor.errors import FormatError
from predictor.formats.blanks import is_blank
from predictor.formats.checks import check_results, check_size
from predictor.formats.fastf1.cells import duration_s, number, whole
from predictor.formats.fastf1.event import named_by_columns
from predictor.formats.fields import LAP_TIMES, NUMBERS, POSITIONS, Row
from predictor.formats.identities import driver_id_from_name
from predictor.formats.result_codes import (
    Outcome,
    Said,
    is_placed,
    race_outcomes,
    with_grid,
)
from predictor.formats.units import ANY_LAP, in_seconds, race_times_in_seconds
from predictor.notes import Note, NoteKind
from predictor.records import DriverRef, EventRef, ParsedFile, ResultRecord, SessionRecord
from predictor.vocabulary import ResultStatus, SessionKind

__all__ = ["FORMAT", "RESULTS_OF_PRACTICE", "parse_results"]

FORMAT = "fastf1"

_LAPS = (0, 200)
_SEGMENTS = ("Q1", "Q2", "Q3")
# What FastF1 fills in for every session but practice.
_OUTCOMES = (*_SEGMENTS, "ClassifiedPosition", "GridPosition", "Time", "Status", "Points")
RESULTS_OF_PRACTICE = "results of practice hold no times"


def parse_results(rows: Sequence[Row]) -> ParsedFile:
    """Parse the results of one session; which one it is, only its path can say.

    Returns
    -------
    ParsedFile
        One SessionRecord, with an event where columns name one; its kind is QUALIFYING where
        lap times of qualifying are filled, else RACE, until `predictor.formats.by_path` settles
        it.

    Raises
    ------
    FormatError
        If a cell is not what it should be, or nobody has a place.
    """
    named = named_by_columns(rows)
    rows, time_note = _with_units(rows)
    path = rows[0].file
    if not any(_position(row) for row in rows):
        has_more = any(not is_blank(row.values.get(key)) for row in rows for key in _OUTCOMES)
        raise FormatError(
            "a FastF1 result without places" if has_more else RESULTS_OF_PRACTICE,
            where=f"{path} Position",
            got="empty cells",
            expected="a place for everyone classified",
            do="export it again, or drop Jolpica's result"
            if has_more
            else "export session.laps; if it is no practice, export it again",
        )
    is_timed = any(duration_s(row, key) is not None for row in rows for key in _SEGMENTS)
    kind = SessionKind.QUALIFYING if is_timed else SessionKind.RACE
    results, word_note = (_qualifying(rows), None) if is_timed else _race(rows)
    check_size(len(results), path, "a session")
    check_results(results, kind, path)
    event = EventRef(season=named.season, round=named.round, name=named.event)
    record = SessionRecord(
        event, kind, results, provider=FORMAT, said_kind=named.kind, testing=named.testing
    )
    notes = tuple(note for note in (time_note, word_note) if note is not None)
    return ParsedFile(format=FORMAT, records=(record,), notes=notes)


def _with_units(rows: Sequence[Row]) -> tuple[list[Row], Note | None]:
    """Give the rows with times in seconds, and a note on those that can be none."""
    for key in _SEGMENTS:
        rows = in_seconds(rows, key, LAP_TIMES)
    winner = next((row for row in rows if _position(row) == 1), None)
    laps = whole(winner, "Laps", *_LAPS) if winner is not None else None
    rows, note = race_times_in_seconds(rows, "Time", winner, laps)
    winner = next((row for row in rows if _position(row) == 1), None)
    time_s = duration_s(winner, "Time") if winner is not None else None
    if not laps or time_s is None or time_s >= ANY_LAP[0] * laps:
        return rows, note
    # A spreadsheet that shows no hours writes 2:23:15.5 as 23:15.5.
    text = f"race times left out: the winner's, {time_s:g} s, is too short for {laps} laps"
    note = Note(NoteKind.VALUE_IMPOSSIBLE, text)
    return [Row({**row.values, "Time": None}, row.file, row.pointer) for row in rows], note


def _qualifying(rows: Sequence[Row]) -> tuple[ResultRecord, ...]:
    results = []
    for row in rows:
        times = [_lap_time(row, key) for key in _SEGMENTS]
        counted = [time for time in times if time is not None]
        position = _position(row)
        is_ranked = position is not None or counted
        results.append(
            ResultRecord(
                driver=_driver(row),
                status=ResultStatus.FINISHED if is_ranked else ResultStatus.NC,
                position=position,
                team=row.text("TeamName"),
                best_s=min(counted, default=None),
                q1_s=times[0],
                q2_s=times[1],
                q3_s=times[2],
            )
        )
    return tuple(results)


def _race(rows: Sequence[Row]) -> tuple[tuple[ResultRecord, ...], Note | None]:
    """Give the rows of a race, and a note on words that were overruled."""
    winner = next((row for row in rows if _position(row) == 1), None)
    winner_s = duration_s(winner, "Time") if winner is not None else None
    most_laps = max((whole(row, "Laps", *_LAPS) or 0 for row in rows), default=0)
    outcomes, note = race_outcomes([_said(row) for row in rows])
    results = [
        _race_row(row, outcome, winner_s, most_laps)
        for row, outcome in zip(rows, outcomes, strict=True)
    ]
    return with_grid(results, [whole(row, "GridPosition", 0, POSITIONS[1]) for row in rows]), note


def _said(row: Row) -> Said:
    return Said(
        place=row.text("ClassifiedPosition") or "",
        word=row.text("Status") or "",
        laps=whole(row, "Laps", *_LAPS),
        is_timed=duration_s(row, "Time") is not None,
    )


def _race_row(row: Row, outcome: Outcome, winner_s: float | None, most_laps: int) -> ResultRecord:
    position = _position(row)
    place, status = row.text("ClassifiedPosition"), outcome.status
    classified = is_placed(place) if place is not None else None
    if classified is None and not status.started:
        position = None  # the order of the list, which even those have who did not start
    lapped = outcome.is_lapped
    time_s, gap_s = None, None
    if status is ResultStatus.FINISHED and not lapped:
        time_s, gap_s = _times(duration_s(row, "Time"), winner_s, is_winner=position == 1)
    laps = whole(row, "Laps", *_LAPS)
    return ResultRecord(
        driver=_driver(row),
        status=status,
        position=None if classified is False else position,
        team=row.text("TeamName"),
        classified=classified,
        laps=laps,
        time_s=time_s,
        gap_s=gap_s,
        gap_laps=most_laps - laps if lapped and laps is not None else None,
        points=number(row, "Points", 0.0, 100.0),
        reason=outcome.reason,
    )


def _times(
    said: float | None, winner_s: float | None, *, is_winner: bool
) -> tuple[float | None, float | None]:
    """Give race time and gap; versions of FastF1 differ in which of them Time is."""
    if said is None or winner_s is None:
        return said if is_winner else None, None
    gap = said - winner_s if said >= winner_s else said
    return round(winner_s + gap, 3), round(gap, 3)


def _lap_time(row: Row, key: str) -> float | None:
    time_s = duration_s(row, key)
    if time_s is not None and not LAP_TIMES[0] <= time_s <= LAP_TIMES[1]:
        raise row.error(key, f"{time_s} s", f"{LAP_TIMES[0]:g} to {LAP_TIMES[1]:g} s")
    return time_s


def _position(row: Row) -> int | None:
    """Give the place; 0 is none."""
    return whole(row, "Position", 0, POSITIONS[1]) or None


def _driver(row: Row) -> DriverRef:
    first, last = row.text("FirstName"), row.text("LastName")
    name = row.text("FullName") or " ".join(part for part in (first, last) if part) or None
    return DriverRef(
        driver_id=None if name is None else driver_id_from_name(name),
        code=row.code("Abbreviation"),
        number=whole(row, "DriverNumber", *NUMBERS),
        name=name,
    )
