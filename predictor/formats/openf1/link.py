"""Join OpenF1 files by their keys: sessions get their event, kind, drivers and grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from predictor.errors import DropError
from predictor.formats.checks import check_results, check_size
from predictor.formats.openf1.catalogue import Catalogue, gather
from predictor.formats.path_hints import hints_from_path
from predictor.formats.practice import practice_results
from predictor.notes import Note, NoteKind
from predictor.records import (
    CalendarRecord,
    DayOfTesting,
    DriverRef,
    EntriesRecord,
    EventRef,
    LapRecord,
    LapsRecord,
    ParsedFile,
    Record,
    ResultRecord,
    SessionRecord,
)
from predictor.vocabulary import SessionKind

__all__ = ["link_openf1"]

_PROVIDER = "openf1"
_MAX_NOTES = 3  # of one kind; a file of whole seasons would otherwise give hundreds
_NAMES_DRIVERS = Note(NoteKind.FILE_JOINED, "names the drivers of OpenF1 sessions")
_GRIDS_FILLED = Note(NoteKind.FILE_JOINED, "sprint grids are filled into the sprint's result")
_STINTS_FILLED = Note(NoteKind.FILE_JOINED, "stints are filled into the session's laps")
_DELETED_UNKNOWN = Note(
    NoteKind.DELETED_LAPS_UNKNOWN, "practice result from laps; OpenF1 does not mark deleted ones"
)


@dataclass(slots=True)
class _Linked:
    """One file while it is linked."""

    path: str
    records: list[Record] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    joined: list[Note] = field(default_factory=list)  # where records went that moved elsewhere
    lost: list[Note] = field(default_factory=list)  # why records cannot be used


def link_openf1(files: Mapping[str, ParsedFile]) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Settle which sessions the OpenF1 records of a folder are.

    Keys are looked up in the folder's ``sessions.json`` and ``meetings.json``; a file
    of one session that they do not list may say in its path which one it is.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path; files of other providers are passed through.

    Returns
    -------
    linked : dict from str to ParsedFile
        Without the files of which nothing can be used.
    reasons : dict from str to Note
        For each of those, why.
    """
    catalogue = gather(files)
    stints = _stints(files)
    with_results = _sessions_with_results(files)
    linked, reasons = {}, {}
    for path, file in files.items():
        if file.format != _PROVIDER:
            linked[path] = file
            continue
        out = _Linked(path)
        single = len(file.records) == 1
        for record in file.records:
            if isinstance(record, CalendarRecord):
                _link_calendar(record, catalogue, out)
            elif isinstance(record, EntriesRecord):
                out.joined.append(_NAMES_DRIVERS)
            elif isinstance(record, SessionRecord):
                _link_session(record, catalogue, out, single=single)
            elif isinstance(record, LapsRecord):
                _link_laps(record, catalogue, stints, with_results, out, single=single)
        if out.lost and not out.records and not out.joined:
            reasons[path] = out.lost[0]
            continue
        linked[path] = replace(file, records=tuple(out.records), notes=_notes(file, out))
    return linked, reasons


def _notes(file: ParsedFile, out: _Linked) -> tuple[Note, ...]:
    lost = out.lost[:_MAX_NOTES]
    if len(out.lost) > _MAX_NOTES:
        more = f"{len(out.lost) - _MAX_NOTES} more sessions left out for such reasons"
        lost.append(Note(NoteKind.MORE_UNUSABLE, more))
    return (*file.notes, *dict.fromkeys(out.notes), *dict.fromkeys(out.joined), *lost)


def _link_calendar(record: CalendarRecord, catalogue: Catalogue, out: _Linked) -> None:
    keys = [(line.event.provider_key or "").partition(" ")[0] for line in record.events]
    moved = {meeting for meeting in keys if catalogue.is_moved(meeting)}
    out.notes += [
        Note(
            NoteKind.EVENT_MOVED,
            f"{catalogue.meetings[meeting].name} is cancelled and listed once more; "
            "the one that is to be held counts",
            where=str(record.season),
        )
        for meeting in sorted(moved)
    ]
    lines = [
        catalogue.calendar_line(meeting) for meeting in dict.fromkeys(keys) if meeting not in moved
    ]
    kept = tuple(line for line in lines if line is not None)
    if len(kept) < len(lines):
        text = "testing is no event of the calendar"
        out.notes.append(Note(NoteKind.TESTING, text, where=str(record.season)))
    if kept:
        out.records.append(replace(record, events=kept))
    else:
        text = "no event in it that is no test"
        out.joined.append(Note(NoteKind.TESTING, text, where=str(record.season)))


def _link_session(
    record: SessionRecord, catalogue: Catalogue, out: _Linked, *, single: bool
) -> None:
    key = record.provider_key or ""
    found = _find(key, record.event, catalogue, out, single=single)
    if found is None:
        return
    event, kind = found
    meeting = event.provider_key
    if record.kind is SessionKind.STARTING_GRID:
        if kind in (SessionKind.SPRINT, SessionKind.SPRINT_QUALIFYING):
            out.joined.append(_GRIDS_FILLED)
            return
        kind = SessionKind.STARTING_GRID
    if kind is None or (record.results and _family(kind) != _family(record.kind)):
        shape = _family(record.kind)
        text = f"{_words(key)} is listed as {kind or 'unknown'}, but looks like {shape}"
        out.lost.append(Note(NoteKind.UNUSABLE, text))
        return
    results = tuple(_named(row, key, meeting, catalogue, out) for row in record.results)
    if kind is SessionKind.SPRINT and meeting in catalogue.sprint_grids:
        grid = catalogue.sprint_grids[meeting]
        results = tuple(replace(row, grid=grid.get(row.driver.number)) for row in results)
    stops = tuple(
        replace(stop, driver=_who(stop.driver, key, meeting, catalogue))
        for stop in record.pit_stops
    )
    try:
        _check(results, kind, out.path, key)
    except DropError as error:
        out.lost.append(error.note())
        return
    testing = DayOfTesting() if kind is SessionKind.TESTING else None
    out.records.append(
        replace(record, event=event, kind=kind, results=results, pit_stops=stops, testing=testing)
    )


def _check(results: tuple[ResultRecord, ...], kind: SessionKind, path: str, key: str) -> None:
    if not results:  # pit stops alone
        return
    if not kind.is_ranked_by_laps:
        check_size(len(results), path, _words(key))
    check_results(results, kind, path)


def _link_laps(
    record: LapsRecord,
    catalogue: Catalogue,
    stints: Mapping[str, Mapping[tuple[int | None, int], LapRecord]],
    with_results: set[str],
    out: _Linked,
    *,
    single: bool,
) -> None:
    key = record.provider_key or ""
    found = _find(key, record.event, catalogue, out, single=single)
    if found is None:
        return
    event, kind = found
    meeting = event.provider_key
    if _is_stints(record):
        out.joined.append(_STINTS_FILLED)
        return
    known = stints.get(key, {})
    laps = tuple(
        _with_stint(
            replace(lap, driver=_who(lap.driver, key, meeting, catalogue)),
            known.get((lap.driver.number, lap.lap)),
        )
        for lap in record.laps
    )
    drivers = tuple(
        replace(one, driver=_who(one.driver, key, meeting, catalogue)) for one in record.drivers
    )
    is_testing = kind is SessionKind.TESTING
    if not is_testing:
        out.records.append(replace(record, event=event, kind=kind, laps=laps, drivers=drivers))
    if kind is None or not kind.is_ranked_by_laps:
        return
    results = practice_results(drivers, long_runs=is_testing)
    if key in with_results:
        if not is_testing:
            return
        # The result has all but the long runs, and knows which laps were deleted.
        results = tuple(
            ResultRecord(row.driver, row.status, long_run_s=row.long_run_s) for row in results
        )
    ranked = SessionRecord(
        event,
        kind,
        results,
        provider=_PROVIDER,
        provider_key=key,
        from_laps=True,
        testing=DayOfTesting() if is_testing else None,
    )
    out.records.append(ranked)
    if key not in with_results:
        out.notes.append(_DELETED_UNKNOWN)


def _find(
    key: str, event: EventRef, catalogue: Catalogue, out: _Linked, *, single: bool
) -> tuple[EventRef, SessionKind | None] | None:
    """Give a session's event and kind by its key, else by its file's path; or say why not."""
    day = catalogue.day_of_testing(key)
    if day is not None and day.date is not None:
        return day, SessionKind.TESTING
    if catalogue.is_testing(event.provider_key or ""):
        text = f"{_words(key)} is testing of which no day is told; drop meetings.json beside it"
        out.lost.append(Note(NoteKind.TESTING, text))
        return None
    facts = catalogue.sessions.get(key)
    if facts is not None:
        return catalogue.session_event(facts), facts.kind
    hints = hints_from_path(out.path)
    if not single or not hints.names_event:
        text = (
            f"{_words(key)} is in no sessions.json here; "
            "drop https://api.openf1.org/v1/sessions for its year beside it"
        )
        out.lost.append(Note(NoteKind.UNUSABLE, text))
        return None
    known = catalogue.meetings.get(event.provider_key or "")
    return replace(known or hints.event(), provider_key=event.provider_key), hints.kind


def _words(key: str) -> str:
    return f"session_key {key.rpartition(':')[2]}"


def _family(kind: SessionKind) -> str:
    if kind.is_ranked_by_laps:
        return "practice"
    if kind in (SessionKind.QUALIFYING, SessionKind.SPRINT_QUALIFYING):
        return "qualifying"
    return "a starting grid" if kind is SessionKind.STARTING_GRID else "a race"


def _named(
    row: ResultRecord, key: str, meeting: str | None, catalogue: Catalogue, out: _Linked
) -> ResultRecord:
    entry = catalogue.entry(key, meeting, row.driver)
    if entry is None:
        return row
    if entry.doubt is not None:
        out.notes.append(Note(NoteKind.DRIVER_RESPELT, entry.doubt))
    return replace(row, driver=entry.driver, team=row.team or entry.team)


def _who(driver: DriverRef, key: str, meeting: str | None, catalogue: Catalogue) -> DriverRef:
    entry = catalogue.entry(key, meeting, driver)
    return driver if entry is None else entry.driver


def _with_stint(lap: LapRecord, stint: LapRecord | None) -> LapRecord:
    if stint is None:
        return lap
    return replace(lap, stint=stint.stint, compound=stint.compound, tyre_age=stint.tyre_age)


def _is_stints(record: LapsRecord) -> bool:
    return not record.drivers


def _stints(
    files: Mapping[str, ParsedFile],
) -> dict[str, dict[tuple[int | None, int], LapRecord]]:
    found: dict[str, dict[tuple[int | None, int], LapRecord]] = defaultdict(dict)
    for path in sorted(files):
        for record in files[path].records:
            if isinstance(record, LapsRecord) and record.provider_key and _is_stints(record):
                for lap in record.laps:
                    found[record.provider_key].setdefault((lap.driver.number, lap.lap), lap)
    return found


def _sessions_with_results(files: Mapping[str, ParsedFile]) -> set[str]:
    return {
        record.provider_key
        for file in files.values()
        for record in file.records
        if isinstance(record, SessionRecord) and record.results and record.provider_key
        if record.kind is not SessionKind.STARTING_GRID
    }
