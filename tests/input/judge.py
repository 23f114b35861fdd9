"""What any parsed file must be, judged without the parsers' own limits."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from predictor.notes import Note
from predictor.records import CalendarRecord, DriverRef, EntriesRecord, ParsedFile, SessionRecord
from predictor.season.state import SeasonState
from predictor.vocabulary import SessionKind

__all__ = ["faults_of_file", "faults_of_season"]

# Wide limits of what can be meant at all; the parsers' own may be narrower.
_LIMITS = {
    "season": (1950, 2100),
    "round": (1, 40),
    "position": (1, 40),
    "grid": (1, 40),
    "number": (0, 99),
    "lap": (0, 200),
    "laps": (0, 200),
    "gap_laps": (0, 200),
    "scheduled_laps": (1, 200),
    "sprint_laps": (1, 200),
    "stop": (1, 100),
    "points": (0, 100),
    "time_s": (1, 6 * 3600),
    "gap_s": (0, 6 * 3600),
    "time_penalty_s": (0, 3600),
    "best_s": (20, 600),
    "q1_s": (20, 600),
    "q2_s": (20, 600),
    "q3_s": (20, 600),
    "length_km": (1, 30),
    "stint": (0, 100),
    "tyre_age": (0, 200),
}
_LONGEST = 200  # characters of any text
_FREE = ("notes", "parts")  # sentences, and pages that are still to be joined


def faults_of_file(parsed: ParsedFile) -> list[str]:
    """Name what no session, calendar or entry list can be."""
    faults = list(_faults(parsed, "file"))
    for record in parsed.records:
        if isinstance(record, SessionRecord):
            faults += _faults_of_rows(record)
        if isinstance(record, CalendarRecord):
            ids = [event.event.event_id for event in record.events if event.event.event_id]
            faults += ["an event twice"] * (len(set(ids)) != len(ids))
        if isinstance(record, EntriesRecord) and not record.entries:
            faults.append("no entries")
    return faults


def faults_of_season(state: SeasonState) -> list[str]:
    """Name what no season can be."""
    faults = list(_faults(state.events, "events"))
    for event in state.events:
        drivers = [entry.driver_id for entry in event.entries]
        faults += [f"{event.event_id}: a driver entered twice"] * (
            len(set(drivers)) != len(drivers)
        )
        for session in event.sessions:
            faults += _faults_of_session(session)
    return faults


def _faults_of_rows(record: SessionRecord) -> Iterator[str]:
    """Judge a file, where two rows of one driver may stand: the season joins them."""
    rows = [one for one in record.results if one.position]
    placed = {(one.driver.driver_id or repr(one.driver), one.position): one for one in rows}
    drivers = [driver for driver, _ in placed]
    if len(set(drivers)) != len(drivers):
        yield "a driver in two places"
    yield from _faults_of_places(dataclasses.replace(record, results=tuple(placed.values())))


def _faults_of_session(record: SessionRecord) -> Iterator[str]:
    who = [repr(result.driver) for result in record.results]
    if len(set(who)) != len(who):
        yield "a driver stands twice"
    yield from _faults_of_places(record)


def _faults_of_places(record: SessionRecord) -> Iterator[str]:
    # Two rows of one driver with one place are one, until the fold has joined them.
    of_drivers = {(_who(one.driver), one.position) for one in record.results}
    places = sorted(place for _, place in of_drivers if place is not None)
    if record.kind in (SessionKind.RACE, SessionKind.SPRINT):
        if places != list(range(1, len(places) + 1)):
            yield f"places {places} of a race"
    elif places and places[-1] > 40:
        yield f"place {places[-1]}"


def _who(driver: DriverRef) -> str:
    return driver.driver_id or driver.name or driver.code or repr(driver)


def _faults(value: Any, name: str) -> Iterator[str]:
    """Walk a value; every number is finite and in its limits, every text short and plain."""
    if isinstance(value, bool | Note) or value is None:
        return
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _faults(getattr(value, field.name), field.name)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _faults(one, name)
    elif isinstance(value, int | float):
        low, high = _LIMITS.get(name, (-math.inf, math.inf))
        if not math.isfinite(value) or not low <= value <= high:
            yield f"{name} is {value}"
    elif name == "date" and not _is_day(value):
        yield f"the date {value!r}"
    elif name not in _FREE and (len(value) > _LONGEST or not value.isprintable()):
        yield f"{name} is {value[:40]!r}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
