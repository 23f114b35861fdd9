"""Small records by hand: three or four drivers, one line each."""

from __future__ import annotations

from dataclasses import replace

from predictor.records import (
    CalendarRecord,
    CircuitRecord,
    DriverRef,
    EntriesRecord,
    EntryRecord,
    EventRecord,
    EventRef,
    ParsedFile,
    Record,
    ResultRecord,
    SessionRecord,
)
from predictor.season.fold import fold, fold_files
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind

TEAMS = {
    "lando-norris": "McLaren",
    "oscar-piastri": "McLaren",
    "max-verstappen": "Red Bull",
    "liam-lawson": "Red Bull",
    "yuki-tsunoda": "Racing Bulls",
    "isack-hadjar": "Racing Bulls",
}
RED_BULL_CAMP = ("max-verstappen", "liam-lawson", "yuki-tsunoda", "isack-hadjar")


def row(driver_id, position=None, status=ResultStatus.FINISHED, **fields):
    fields.setdefault("team", TEAMS.get(driver_id))
    return ResultRecord(DriverRef(driver_id=driver_id), status, position=position, **fields)


def rows(*driver_ids, teams=None):
    """Rows in order of position, with teams of their own where given."""
    teams = teams or {}
    return tuple(
        row(who, place, **({"team": teams[who]} if who in teams else {}))
        for place, who in enumerate(driver_ids, start=1)
    )


def ref(slug="monaco", season=2025, round_=None, name=None, date=None, **fields):
    event_id = f"{season}-{slug}" if slug else None
    return EventRef(season=season, event_id=event_id, round=round_, name=name, date=date, **fields)


def session(event, kind, results, **fields):
    return SessionRecord(event=event, kind=SessionKind(kind), results=tuple(results), **fields)


def race(event, results, **fields):
    return session(event, "race", results, **fields)


def calendar(*events, season=2025, **fields):
    return CalendarRecord(season=season, events=tuple(events), **fields)


def planned(slug, round_, date, *, season=2025, status=None, **fields):
    circuit_id = fields.pop("circuit", slug)
    circuit = CircuitRecord(circuit_id) if circuit_id else None
    name = fields.pop("name", None)
    event = ref(slug, season, round_, name, date)
    return EventRecord(event=event, circuit=circuit, status=status, **fields)


def entries(*driver_ids, season=2025, role="race"):
    return EntriesRecord(
        season=season,
        entries=tuple(
            EntryRecord(DriverRef(driver_id=who), TEAMS.get(who), role=role) for who in driver_ids
        ),
    )


def parsed(*records: Record, **fields) -> ParsedFile:
    return ParsedFile(format="native", records=records, **fields)


def fold_one(*records: Record, season=2025) -> SeasonState:
    """Fold records that each come from a file of their own."""
    return fold({f"{n}.json": parsed(record) for n, record in enumerate(records)})[season]


def refused_of(*records: Record) -> list[str]:
    """Give why nothing is used of some files, of one record each."""
    folded = fold_files({f"{n}.json": parsed(record) for n, record in enumerate(records)})
    return list(map(str, folded.refused.values()))


def event_state(*sessions: SessionRecord, slug="monaco", season=2025, **fields) -> EventState:
    """Give one event as the fold makes it, with fields replaced."""
    records = [replace(record, event=ref(slug, season)) for record in sessions]
    state = fold_one(*records, season=season)
    return replace(state.events[0], **fields)


def drivers_of(event: EventState) -> set[str]:
    return {entry.driver_id for entry in event.entries}


CANCELLED = EventStatus.CANCELLED
