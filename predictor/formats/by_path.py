"""Sessions whose content does not name them, settled by what their files' paths say.

FastF1 exports carry drivers and times, but neither event nor session; a file of
TracingInsights not even its driver. What such a file holds outweighs its name: lap times of
qualifying are no race, whatever the file is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from predictor.errors import DropError, FormatError
from predictor.formats.checks import check_family, check_points, is_raced
from predictor.formats.fastf1 import results as fastf1
from predictor.formats.path_hints import PathHints, hints_from_path, require_hints, season_in
from predictor.formats.practice import LONGEST_BEST, practice_results
from predictor.formats.tracinginsights import laps as tracinginsights
from predictor.notes import Note, NoteKind
from predictor.records import (
    CalendarRecord,
    DayOfTesting,
    DriverRef,
    EntriesRecord,
    EventRef,
    LapsRecord,
    ParsedFile,
    Record,
    ResultRecord,
    SessionRecord,
)
from predictor.vocabulary import TESTING_NAME, ResultStatus, SessionKind

__all__ = ["fill_seasons", "settle_by_path"]

_PROVIDERS = (fastf1.FORMAT, tracinginsights.FORMAT)
_RACES = (SessionKind.RACE, SessionKind.SPRINT)
_WITHOUT_STATUS = Note(
    NoteKind.STATUS_MISSING,
    "Status is empty, as FastF1 leaves it while Jolpica is down: everyone is taken as having "
    "finished, so retirements are missing; export again, or drop the result from Jolpica",
)


@dataclass(frozen=True, slots=True)
class _Settled:
    records: tuple[Record, ...]
    notes: tuple[Note, ...] = ()


def settle_by_path(
    files: Mapping[str, ParsedFile],
) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Give every record of FastF1 and TracingInsights its event and kind.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path; files of other providers are passed through.

    Returns
    -------
    settled : dict from str to ParsedFile
        An event's season may still be unknown, see `fill_seasons`.
    reasons : dict from str to Note
        For each file whose path says too little or contradicts its content, why.
    """
    settled: dict[str, ParsedFile] = {}
    reasons: dict[str, Note] = {}
    for path, file in files.items():
        if file.format not in _PROVIDERS:
            settled[path] = file
            continue
        try:
            found = [_settle(record, path) for record in file.records]
        except DropError as error:
            reasons[path] = error.note()
            continue
        records = tuple(record for one in found for record in one.records)
        notes = tuple(note for one in found for note in one.notes)
        settled[path] = replace(file, records=records, notes=(*file.notes, *notes))
    return settled, reasons


def fill_seasons(
    files: Mapping[str, ParsedFile], folder: str
) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Give records without a season that of their folder, else the only one of the others.

    The year of a date in the path comes last: it may be that of an export.

    Parameters
    ----------
    files : mapping from str to ParsedFile
    folder : str
        Name of the folder that holds the files: "2025".

    Returns
    -------
    filled : dict from str to ParsedFile
    reasons : dict from str to Note
        The files whose season nothing tells.
    """
    keys = set(_keys_of_calendars(files))
    others = {year for file in files.values() for year in _seasons(file)}
    season = season_in(folder) or (others.pop() if len(others) == 1 else None)
    filled: dict[str, ParsedFile] = {}
    reasons: dict[str, Note] = {}
    for path, file in files.items():
        if not any(_lacks_season(record, keys) for record in file.records):
            filled[path] = file
            continue
        hints = hints_from_path(path)
        year = season or hints.year_of_date  # it may be the day of the export
        if year is None:
            reasons[path] = require_hints(path, hints, "which season").note()
        else:
            records = tuple(_in_season(record, year, keys) for record in file.records)
            filled[path] = replace(file, records=records)
    return filled, reasons


def _settle(record: Record, path: str) -> _Settled:
    if isinstance(record, LapsRecord) and record.provider == tracinginsights.FORMAT:
        code, session = tracinginsights.driver_and_session(path)
        driven = tuple(replace(one, driver=DriverRef(code=code)) for one in record.drivers)
        return _settle_laps(replace(record, drivers=driven), session)
    if isinstance(record, LapsRecord):
        return _settle_laps(record, path)
    if isinstance(record, SessionRecord):
        return _settle_results(record, path)
    return _Settled((record,))


def _settle_laps(record: LapsRecord, path: str) -> _Settled:
    hints = hints_from_path(path)
    testing = _testing(record, record.kind, hints)
    if testing is not None:
        return _settle_testing(record, testing, hints, path)
    event, notes = _event(record.event, hints), _season_notes(record.event, hints)
    kind = record.kind or hints.kind
    notes += _kind_notes(record.kind, hints)
    laps = replace(record, event=event, kind=kind)
    if kind is None or not kind.is_practice:
        return _Settled((laps,), tuple(notes))
    notes += _impossible_times(record)
    results = practice_results(record.drivers)
    ranked = SessionRecord(event, kind, results, provider=record.provider, from_laps=True)
    return _Settled((laps, ranked), tuple(notes))


def _settle_testing(
    record: LapsRecord, testing: DayOfTesting, hints: PathHints, path: str
) -> _Settled:
    """Return a day of testing: what its laps come to, and no laps that a race had."""
    event = _event(record.event, hints)
    if testing.day is None:  # a date in a path may be the day of the export, so it comes last
        event = replace(event, date=event.date or hints.date)
    if testing.day is None and event.date is None:
        raise FormatError(
            "nothing tells which day of testing the file is of",
            where=path,
            got=", ".join(hints.words) or "no words",
            expected="a path such as 2025/testing/day-1.csv",
            do="name the file or its folder after the day",
        )
    ranked = SessionRecord(
        replace(event, name=event.name or TESTING_NAME, round=None, path=None),
        SessionKind.TESTING,
        practice_results(record.drivers, long_runs=True),
        provider=record.provider,
        from_laps=True,
        testing=testing,
    )
    return _Settled((ranked,), (*_season_notes(record.event, hints), *_impossible_times(record)))


def _impossible_times(record: LapsRecord) -> list[Note]:
    times = (lap.lap_time_s or 0.0 for lap in record.laps if lap.counts)
    n_long = sum(time > LONGEST_BEST for time in times)
    if not n_long:
        return []
    text = f"{n_long} impossible lap times, over {LONGEST_BEST:g} s, count as no best"
    return [Note(NoteKind.VALUE_IMPOSSIBLE, text)]


def _testing(
    record: LapsRecord | SessionRecord, said: SessionKind | None, hints: PathHints
) -> DayOfTesting | None:
    """Return the day of testing that content says, else the path where content says nothing."""
    if said is not None and not said.is_practice:
        return None
    if record.testing is not None:
        in_path = hints.testing or DayOfTesting()
        own = record.testing
        return DayOfTesting(own.test or in_path.test, own.day or in_path.day)
    return hints.testing if record.event.name is None else None


def _settle_results(record: SessionRecord, path: str) -> _Settled:
    hints = hints_from_path(path)
    said = record.said_kind or hints.kind
    testing = _testing(record, record.said_kind, hints)
    if testing is not None or (said is not None and said.is_practice):
        raise FormatError(
            fastf1.RESULTS_OF_PRACTICE,
            where=path,
            got=f"results of {said if testing is None else 'testing'}",
            expected="session.laps",
            do="export session.laps of it instead",
        )
    if said is None:
        raise require_hints(path, hints, "whether it is of a race, sprint or qualifying")
    kind = _kind(record, said, path)
    notes = [*_season_notes(record.event, hints), *_kind_notes(record.said_kind, hints)]
    if kind in _RACES and not any(_says_what_became(row) for row in record.results):
        notes.append(_WITHOUT_STATUS)
    if kind is not said:
        text = f"called {said}, but its rows are of a race: taken as the {kind}"
        notes.append(Note(NoteKind.PATH_OVERRULED, text))
    settled = replace(record, event=_event(record.event, hints), kind=kind, said_kind=None)
    return _Settled((settled,), tuple(notes))


def _season_notes(event: EventRef, hints: PathHints) -> list[Note]:
    if event.season is None or hints.season in (None, event.season):
        return []
    text = f"its rows are of {event.season}, its path says {hints.season}: the rows count"
    return [Note(NoteKind.PATH_OVERRULED, text)]


def _kind_notes(said: SessionKind | None, hints: PathHints) -> list[Note]:
    if said is None or hints.kind in (None, said):
        return []
    text = f"its rows say {said}, its path {hints.kind}: taken as {said}"
    return [Note(NoteKind.PATH_OVERRULED, text)]


def _kind(record: SessionRecord, said: SessionKind, path: str) -> SessionKind:
    """Give the kind that a path says, unless the rows are of another one."""
    if said is SessionKind.SPRINT_QUALIFYING and is_raced(record.results):
        said = SessionKind.SPRINT  # in 2021 the sprint was called Sprint Qualifying
    check_family(record.results, said, path)
    check_points(record.results, said, path, do="rename the file after its session")
    return said


def _says_what_became(row: ResultRecord) -> bool:
    return row.classified is not None or row.status is not ResultStatus.FINISHED


def _event(event: EventRef, hints: PathHints) -> EventRef:
    """Join what content and path say; a path of another season says nothing of the event.

    A round in the rows replaces the path's. It yields to words, as calendars are renumbered.
    """
    if event.season is not None and hints.season not in (None, event.season):
        return event
    claim = replace(hints.claim, round=event.round or hints.round)
    return replace(event, season=event.season or hints.season, path=claim)


def _seasons(file: ParsedFile) -> Iterator[int]:
    for record in file.records:
        if isinstance(record, CalendarRecord | EntriesRecord):
            yield record.season
        elif record.event.season is not None:
            yield record.event.season


def _keys_of_calendars(files: Mapping[str, ParsedFile]) -> Iterator[str]:
    for file in files.values():
        for record in file.records:
            if isinstance(record, CalendarRecord):
                yield from (line.event.provider_key or "" for line in record.events)


def _lacks_season(record: Record, keys: Set[str]) -> bool:
    if isinstance(record, CalendarRecord | EntriesRecord):
        return False
    event = record.event
    # An event's id and date tell the season too, and a key that a calendar here has.
    return not (event.season or event.event_id or event.date or event.provider_key in keys)


def _in_season(record: Record, season: int, keys: Set[str]) -> Record:
    if isinstance(record, CalendarRecord | EntriesRecord) or not _lacks_season(record, keys):
        return record
    return replace(record, event=replace(record.event, season=season))
