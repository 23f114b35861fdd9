"""Jolpica, and Ergast before it: race results, qualifying, sprints, laps, stops, calendar.

Every value is text, or a number where somebody stored it anew. An answer is a page, so
what is whole is settled first, in ``pages``; then each race becomes one record.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from predictor.errors import DropError, FormatError
from predictor.formats.checks import check_results, check_size
from predictor.formats.dates import day_or_note, start_or_note
from predictor.formats.fields import ROUNDS, SEASONS, Row, listed
from predictor.formats.jolpica.pages import (
    Page,
    RaceRows,
    bare_page,
    join_pages,
    read_page,
    whole_races,
)
from predictor.formats.jolpica.rows import (
    lap_times,
    pit_stop,
    qualifying_result,
    race_results,
)
from predictor.notes import Note
from predictor.records import (
    CalendarRecord,
    CircuitRecord,
    EventRecord,
    EventRef,
    LapsRecord,
    ParsedFile,
    Record,
    ResultRecord,
    SessionRecord,
)
from predictor.vocabulary import SessionKind, SprintFormat

__all__ = [
    "FORMAT",
    "parse_answers",
    "parse_pages",
    "parse_races",
    "parse_tables",
    "parse_whole_race",
    "read_answer",
]

FORMAT = "jolpica"

_FIRST_SHOOTOUT_SEASON = 2023  # the sprint has had a qualifying of its own since
# Tables that are no model input, with why.
_REFUSED_TABLES = {
    "StandingsTable": "standings are computed from the results; as input they would be hindsight",
    "CircuitTable": "the calendar names its circuits",
    "StatusTable": "the results carry the status",
    "DriverTable": "the results name their drivers",
    "ConstructorTable": "the results name their teams",
    "SeasonTable": "each season is dropped by its own files",
}
# Keys of a calendar's race for its sessions; the sprint's own qualifying has had two names.
_SESSION_KEYS = {
    "FirstPractice": SessionKind.FP1,
    "SecondPractice": SessionKind.FP2,
    "ThirdPractice": SessionKind.FP3,
    "SprintQualifying": SessionKind.SPRINT_QUALIFYING,
    "SprintShootout": SessionKind.SPRINT_QUALIFYING,
    "Sprint": SessionKind.SPRINT,
    "Qualifying": SessionKind.QUALIFYING,
}
_RESULT_KINDS = {
    "Results": SessionKind.RACE,
    "SprintResults": SessionKind.SPRINT,
    "QualifyingResults": SessionKind.QUALIFYING,
    "SprintQualifyingResults": SessionKind.SPRINT_QUALIFYING,
}


def parse_answers(answers: Sequence[Row]) -> ParsedFile:
    """Parse one answer, or a list of the pages of one.

    Parameters
    ----------
    answers : sequence of Row
        Objects with ``MRData``.

    Returns
    -------
    ParsedFile
        One record per whole race, or one calendar per season. Pit stops come as a
        SessionRecord without results; `predictor.formats.link_files` joins them.

    Raises
    ------
    PartialPageError
        If the pages hold no race whole.
    FormatError
        If the answer is filtered, or of a table that is not used.
    """
    rows = [_as_texts(answer) for answer in answers]
    pages = [read_answer(row) for row in rows]
    if all(page.is_complete for page in join_pages(pages)):
        return parse_pages(pages)
    parts = tuple((FORMAT, json.dumps(row.values)) for row in rows)
    try:
        return replace(parse_pages(pages), parts=parts)
    except DropError as error:
        error.parts = parts
        raise


def parse_tables(tables: Sequence[Row]) -> ParsedFile:
    """Parse ``RaceTable`` objects that were stored without the answer around them."""
    pages = []
    for table in map(_as_texts, tables):
        races = table.children("Races")
        if not races:
            raise table.error("Races", "no races", "at least one race")
        pages.append(bare_page(races, table))
    return parse_pages(pages)


def parse_races(races: Sequence[Row]) -> ParsedFile:
    """Parse the list under ``Races`` alone, the commonest form in which answers are kept."""
    return parse_pages([bare_page([_as_texts(race) for race in races])])


def parse_whole_race(race: Row) -> ParsedFile:
    """Parse a race that is known to be whole, by a source without pages."""
    page = bare_page([_as_texts(race)])
    return parse_pages([replace(page, total=page.n_rows)])


def _as_texts(row: Row) -> Row:
    """Give the same with its numbers as text, as the service writes them."""
    return Row(_texts(row.values), row.file, row.pointer)


def _texts(value: Any) -> Any:  # noqa: ANN401 - parsed JSON
    if isinstance(value, dict):
        return {key: one if type(one) is str else _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [one if type(one) is str else _texts(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def parse_pages(pages: Sequence[Page]) -> ParsedFile:
    """Parse the races that are whole on some pages, joined where they follow each other."""
    records: list[Record] = []
    notes: list[Note] = []
    calendar: list[tuple[Page, RaceRows]] = []
    for page in join_pages(pages):
        if page.kind == "Races":
            calendar += [(page, race) for race in page.races]
            continue
        whole = whole_races(page)
        notes += whole.notes
        records += [_READERS[page.kind](race, page.kind, notes) for race in whole.races]
    records += _calendars(calendar, notes)
    return ParsedFile(format=FORMAT, records=tuple(records), notes=tuple(notes))


def read_answer(answer: Row) -> Page:
    """Read one answer as a page; one of a table that is not used is refused."""
    data = answer.child("MRData")
    if data is None:
        raise answer.error("MRData", "nothing", "an answer of Jolpica")
    for name, why in _REFUSED_TABLES.items():
        if name in data.values:
            raise FormatError(
                f"an answer with a {name} is not used: {why}",
                where=f"{answer.file} {data.pointer}",
                do="drop results, qualifying, sprint or races answers",
            )
    table = data.child("RaceTable")
    if table is None:
        raise data.error("RaceTable", listed(sorted(data.values)), "a RaceTable")
    return read_page(data, table)


def _event(race: Row, notes: list[Note] | None = None) -> EventRef:
    """Give the event of a race; with ``notes``, a date that cannot be is one of them."""
    circuit = race.child("Circuit")
    location = circuit.child("Location") if circuit is not None else None
    return EventRef(
        season=race.need("season", race.digits("season", *SEASONS)),
        round=race.digits("round", *ROUNDS),
        name=race.need("raceName", race.text("raceName")),
        circuit=circuit.text("circuitId") if circuit is not None else None,
        country=location.text("country") if location is not None else None,
        date=race.day("date") if notes is None else day_or_note(race, "date", notes),
    )


def _session(race: RaceRows, kind_key: str, notes: list[Note]) -> SessionRecord:
    kind = _RESULT_KINDS[kind_key]
    where = f"{race.race.file} {race.race.pointer}/{kind_key}"
    check_size(len(race.rows), where, race.label)
    results: tuple[ResultRecord, ...]
    if kind in (SessionKind.RACE, SessionKind.SPRINT):
        results, note = race_results(race.rows)
        notes += [] if note is None else [note.at(race.label)]
    else:
        results = tuple(qualifying_result(row) for row in race.rows)
    check_results(results, kind, where)
    return SessionRecord(event=_event(race.race), kind=kind, results=results, provider=FORMAT)


def _pit_stops(race: RaceRows, _kind_key: str, _notes: list[Note]) -> SessionRecord:
    return SessionRecord(
        event=_event(race.race),
        kind=SessionKind.RACE,
        results=(),
        pit_stops=tuple(pit_stop(row) for row in race.rows),
        provider=FORMAT,
    )


def _laps(race: RaceRows, _kind_key: str, _notes: list[Note]) -> LapsRecord:
    return LapsRecord(
        event=_event(race.race),
        kind=SessionKind.RACE,
        laps=lap_times(race.rows),
        provider=FORMAT,
    )


def _calendars(lines: Sequence[tuple[Page, RaceRows]], notes: list[Note]) -> list[CalendarRecord]:
    events: dict[int, list[EventRecord]] = defaultdict(list)
    for _, race in lines:
        event = _calendar_event(race.race, notes)
        assert event.event.season is not None  # noqa: S101 - required by _event
        events[event.event.season].append(event)
    whole = all(page.is_complete and not page.one_race for page, _ in lines) and len(events) == 1
    return [
        CalendarRecord(season=season, events=tuple(rows), provider=FORMAT, complete=whole)
        for season, rows in sorted(events.items())
    ]


def _calendar_event(race: Row, notes: list[Note]) -> EventRecord:
    event = _event(race, notes)
    circuit = race.child("Circuit")
    times = []
    for key, kind in _SESSION_KEYS.items():
        session = race.child(key)
        if session is not None and (start := _start(session, notes)) is not None:
            times.append((kind, start))
    if (start := _start(race, notes)) is not None:
        times.append((SessionKind.RACE, start))
    has_sprint = True if race.has("Sprint") else False if race.has("FirstPractice") else None
    return EventRecord(
        event=event,
        circuit=None if circuit is None else _circuit(circuit, event.country),
        has_sprint=has_sprint,
        sprint_format=_sprint_format(event.season or 0) if has_sprint else None,
        sessions=tuple(times),
    )


def _circuit(circuit: Row, country: str | None) -> CircuitRecord:
    return CircuitRecord(
        circuit_id=circuit.need("circuitId", circuit.text("circuitId")),
        name=circuit.text("circuitName"),
        country=country,
    )


def _start(session: Row, notes: list[Note]) -> str | None:
    """Give a session's start; a date without a time of day is no start."""
    day, time = session.text("date"), session.text("time")
    return start_or_note(session, "time", notes, f"{day}T{time}") if day and time else None


def _sprint_format(season: int) -> SprintFormat:
    if season < _FIRST_SHOOTOUT_SEASON:
        return SprintFormat.GRID_FROM_QUALIFYING
    return SprintFormat.SPRINT_SHOOTOUT


_READERS: dict[str, Callable[[RaceRows, str, list[Note]], Record]] = {
    **dict.fromkeys(_RESULT_KINDS, _session),
    "PitStops": _pit_stops,
    "Laps": _laps,
}
