"""OpenF1's sessions.json and meetings.json: what its keys stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from predictor.formats.dates import start_or_note
from predictor.formats.fields import SEASONS, Row, shown
from predictor.formats.timing import local_day, utc_stamp
from predictor.notes import Note
from predictor.records import CalendarRecord, EventRecord, EventRef, ParsedFile
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["FORMAT", "meeting_of", "read_meetings", "read_sessions", "session_of", "stamp_of"]

FORMAT = "openf1"

_KEYS = (1, 10**9)
_KIND_BY_NAME = {
    "Practice 1": SessionKind.FP1,
    "Practice 2": SessionKind.FP2,
    "Practice 3": SessionKind.FP3,
    "Qualifying": SessionKind.QUALIFYING,
    "Sprint Qualifying": SessionKind.SPRINT_QUALIFYING,
    "Sprint Shootout": SessionKind.SPRINT_QUALIFYING,
    "Sprint": SessionKind.SPRINT,
    "Race": SessionKind.RACE,
    **{f"Day {day}": SessionKind.TESTING for day in range(1, 10)},
}


def session_of(row: Row) -> str:
    """Give the provider key of a row's session."""
    return f"openf1:session:{row.need('session_key', row.integer('session_key', *_KEYS))}"


def meeting_of(row: Row) -> str:
    """Give the provider key of a row's meeting."""
    return f"openf1:meeting:{row.need('meeting_key', row.integer('meeting_key', *_KEYS))}"


def read_sessions(rows: Sequence[Row]) -> ParsedFile:
    """Give each session as a calendar line of its own; linking gathers the meetings.

    Such a line's provider key is that of the meeting, a space, and that of the session.
    A line without a session is one of testing of which nothing is known.
    """
    events: dict[int, list[EventRecord]] = defaultdict(list)
    notes: list[Note] = []
    for row in rows:
        season = row.need("year", row.integer("year", *SEASONS))
        name = row.need("session_name", row.text("session_name"))
        kind = _KIND_BY_NAME.get(name)
        row.need("date_start", row.text("date_start"))
        start = start_or_note(row, "date_start", notes)
        event = EventRef(
            season=season,
            circuit=row.text("circuit_short_name"),
            country=row.text("country_name"),
            date=local_day(start, row.text("gmt_offset")) if start else None,
            provider_key=f"{meeting_of(row)} {session_of(row)}",
        )
        sessions = ((kind, start),) if kind else ()
        events[season].append(EventRecord(event, status=_status(row), sessions=sessions))
    return _calendars(events, notes)


def read_meetings(rows: Sequence[Row]) -> ParsedFile:
    """Give each meeting as a calendar line with its name."""
    events: dict[int, list[EventRecord]] = defaultdict(list)
    for row in rows:
        season = row.need("year", row.integer("year", *SEASONS))
        event = EventRef(
            season=season,
            name=row.need("meeting_name", row.text("meeting_name")),
            circuit=row.text("circuit_short_name"),
            country=row.text("country_name"),
            provider_key=meeting_of(row),
        )
        events[season].append(EventRecord(event, status=_status(row)))
    return _calendars(events)


def _status(row: Row) -> EventStatus | None:
    """Give what a line says of its meeting or session, where it says anything."""
    return EventStatus.CANCELLED if row.flag("is_cancelled") else None


def _calendars(
    events: Mapping[int, Sequence[EventRecord]], notes: Sequence[Note] = ()
) -> ParsedFile:
    records = tuple(
        CalendarRecord(season, tuple(lines), FORMAT, complete=False)
        for season, lines in sorted(events.items())
    )
    return ParsedFile(format=FORMAT, records=records, notes=tuple(notes))


def stamp_of(row: Row, key: str) -> str | None:
    """Give a time field in UTC, RFC 3339."""
    text = row.text(key)
    if text is None:
        return None
    stamp = utc_stamp(text)
    if stamp is None:
        raise row.error(key, shown(text), "a time such as 2024-03-24T04:00:00+00:00")
    return stamp
