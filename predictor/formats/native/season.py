"""The product's own calendar and entry files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from predictor.errors import FormatError
from predictor.formats.dates import day_or_note, start_or_note
from predictor.formats.fields import ROUNDS, SEASONS, Row, listed, shown
from predictor.formats.native.sessions import FORMAT, driver_of, sources_of
from predictor.formats.timing import is_day
from predictor.notes import Note
from predictor.records import (
    CalendarRecord,
    CircuitRecord,
    EntriesRecord,
    EntryRecord,
    EventRecord,
    EventRef,
    ParsedFile,
)
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat

__all__ = ["parse_calendar", "parse_entries"]

_ROLES = ("race", "reserve", "test")
_CIRCUIT_KINDS = ("race", "street", "road")
_LENGTHS = (1.0, 30.0)  # km; Monaco has 3.3, the old Nordschleife 22.8
# Whatever is planned is a fact; `predictor.forecast.feasible` says what can be simulated.
_PLANNED_LAPS = (0, 10**18)
_YEAR = slice(0, 4)
# As the names of the IANA database are made; which of them exist, the library cannot know.
_TIME_ZONE = re.compile(r"UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2}", re.ASCII)


def parse_calendar(events: Sequence[Row], file: str, top: Row | None = None) -> ParsedFile:
    """Parse a calendar: a bare list of events, or ``{"season": .., "events": [..]}``.

    Laps and distance actually run stand in some files beside the scheduled ones. They
    are known only afterwards and are not read.

    Parameters
    ----------
    events : sequence of Row
    file : str
        Named in errors.
    top : Row, optional
        The object around the list.
    """
    if not events:
        raise FormatError("a calendar without events", where=file, got="no rows")
    said = top.integer("season", *SEASONS) if top is not None else None
    found = {said if said is not None else _season_of(row) for row in events}
    seasons = {season for season in found if season is not None}
    if not seasons:
        raise events[0].error("season", "nothing", "season, event_id or date")
    if len(seasons) != 1:
        raise FormatError(
            "a calendar of several seasons",
            where=file,
            got=", ".join(map(str, sorted(seasons))),
            expected="one season a file",
        )
    season = seasons.pop()
    notes: list[Note] = []
    records = tuple(_event(row, season, notes) for row in events)
    _check_unique(records, file)
    calendar = CalendarRecord(season=season, events=records, provider=FORMAT, complete=True)
    sources = sources_of(top) if top is not None else ()
    return ParsedFile(format=FORMAT, records=(calendar,), notes=tuple(notes), sources=sources)


def parse_entries(top: Row) -> ParsedFile:
    """Parse the drivers entered for a season.

    Files that list the rounds each driver raced say more than was known beforehand:
    only whether he raced the first one is taken from that list.
    """
    rows = top.children("drivers")
    if not rows:
        raise FormatError("an entry list without drivers", where=f"{top.file} /drivers", got="none")
    entries = EntriesRecord(
        season=top.need("season", top.integer("season", *SEASONS)),
        entries=tuple(_entry(row) for row in rows),
        provider=FORMAT,
    )
    return ParsedFile(format=FORMAT, records=(entries,), sources=sources_of(top))


def _entry(row: Row) -> EntryRecord:
    return EntryRecord(
        driver=driver_of(row, "id", "code"),
        team=row.need("team", row.text("team")),
        engine=row.text("engine"),
        role=_role(row),
    )


def _role(row: Row) -> str:
    rounds = row.values.get("rounds")
    if rounds is not None:
        if type(rounds) is not list or any(type(one) is not int for one in rounds):
            raise row.error("rounds", shown(rounds), "a list of round numbers")
        return "race" if 1 in rounds else "reserve" if rounds else "test"
    role = row.text("role") or "race"
    if role not in _ROLES:
        raise row.error("role", role, "one of " + ", ".join(_ROLES))
    return role


def _check_unique(records: Sequence[EventRecord], file: str) -> None:
    ids = [record.event.event_id for record in records if record.event.event_id]
    for event_id, count in Counter(ids).items():
        if count > 1:
            raise FormatError(
                "an event stands twice in the calendar",
                where=file,
                got=f"{event_id} {count} times",
                expected="each event once; a cancelled one that comes back changes its line",
            )


def _event(row: Row, season: int, notes: list[Note]) -> EventRecord:
    sprint_format = row.text("sprint_format")
    if sprint_format is not None and sprint_format not in set(SprintFormat):
        raise row.error("sprint_format", sprint_format, "one of " + ", ".join(SprintFormat))
    circuit = row.child("circuit")
    event = EventRef(
        season=season,
        event_id=row.slug("event_id") or _event_id(row, season),
        round=row.integer("round", *ROUNDS),
        name=row.need("name", row.text("name")),
        circuit=circuit.slug("id") if circuit is not None else None,
        country=circuit.text("country") if circuit is not None else None,
        date=day_or_note(row, "date", notes),
    )
    return EventRecord(
        event=event,
        circuit=_circuit(circuit) if circuit is not None else None,
        status=_status(row),
        scheduled_laps=row.integer("scheduled_laps", *_PLANNED_LAPS) or None,
        sprint_format=SprintFormat(sprint_format) if sprint_format else None,
        has_sprint=row.flag("sprint"),
        sprint_laps=row.integer("sprint_laps", *_PLANNED_LAPS) or None,
        qualifying_format=_one_of(row, "qualifying_format", ("knockout", "elimination")),
        grid_from=_one_of(row, "grid_from", ("qualifying", "sprint")),
        sessions=_session_times(row, notes),
    )


def _event_id(row: Row, season: int) -> str | None:
    slug = row.slug("slug")
    return None if slug is None else f"{season}-{slug}"


def _season_of(row: Row) -> int | None:
    """Give the season of an event in a bare list: its own, or the year in its id or date."""
    season = row.integer("season", *SEASONS)
    if season is not None:
        return season
    first, last = SEASONS
    for text in (row.slug("event_id"), row.text("date")):
        year = "" if text is None else text[_YEAR]
        if year.isdecimal() and first <= int(year) <= last:
            return int(year)
    return None


def _status(row: Row) -> EventStatus | None:
    if row.flag("cancelled") or row.flag("held") is False:
        return EventStatus.CANCELLED
    said = row.text("status")
    if said is None:
        return None
    status = said.lower()
    if status == "canceled":  # as Americans spell it
        return EventStatus.CANCELLED
    try:
        return EventStatus(status)
    except ValueError as error:
        raise row.error("status", said, "one of " + ", ".join(EventStatus)) from error


def _circuit(row: Row) -> CircuitRecord:
    return CircuitRecord(
        circuit_id=row.need("id", row.slug("id")),
        name=row.text("name"),
        kind=_one_of(row, "type", _CIRCUIT_KINDS),
        length_km=row.number("length_km", *_LENGTHS),
        country=row.text("country"),
        time_zone=_time_zone(row),
    )


def _time_zone(row: Row) -> str | None:
    said = row.text("time_zone")
    if said is not None and not _TIME_ZONE.fullmatch(said):
        raise row.error("time_zone", shown(said), "an IANA time zone such as Europe/Monaco")
    return said


def _one_of(row: Row, key: str, allowed: tuple[str, ...]) -> str | None:
    said = row.text(key)
    if said is not None and said not in allowed:
        raise row.error(key, said, "one of " + ", ".join(allowed))
    return said


def _session_times(row: Row, notes: list[Note]) -> tuple[tuple[SessionKind, str | None], ...]:
    sessions = row.child("sessions")
    if sessions is None:
        return ()
    known = [kind for kind in SessionKind if kind is not SessionKind.TESTING]
    times = []
    for key, said in sessions.values.items():
        if key not in known:
            raise sessions.error(listed([key]), "an unknown session", "one of " + ", ".join(known))
        start = (
            start_or_note(sessions.need(key, sessions.child(key)), "starts_at", notes)
            if type(said) is dict
            else _bare_start(sessions, key, notes)
        )
        if start is not None:
            times.append((SessionKind(key), start))
    return tuple(times)


def _bare_start(sessions: Row, key: str, notes: list[Note]) -> str | None:
    """Give a start that stands where its session's object could; a bare date is none."""
    said = sessions.text(key)
    return None if said is None or is_day(said) else start_or_note(sessions, key, notes)
