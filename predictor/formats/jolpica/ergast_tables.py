"""The tables of the Ergast CSV dump, as on Kaggle: joined by their ids to Jolpica's races.

A table alone is numbers that name other tables' rows, so each is a part; `join_tables`
puts them together once all that is needed lies beside it. Races come out in the shape of
Jolpica's answers, which are the same database, and are read by the same code.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from predictor.errors import DropError, FormatError
from predictor.formats.blanks import is_blank
from predictor.formats.csv_text import Table
from predictor.formats.fields import Row, listed
from predictor.formats.jolpica import answers as jolpica
from predictor.notes import Note, NoteKind
from predictor.records import CalendarRecord, ParsedFile, Record

__all__ = ["PREFIX", "TAKEN_OF_RACES", "UNUSED_TABLES", "join_tables", "refuse_table", "table_name"]

_NAMES_IDS = Note(NoteKind.FILE_JOINED, "names ids of the Ergast CSV dump")
PREFIX = "ergast "  # of the kind of a part

_FIRST_SEASON = 2010  # earlier seasons teach today's drivers and cars nothing, and cost much
_MAX_NOTES = 3  # of races left out
_ANSWERS = "drop the race's JSON from Jolpica, .../f1/2025/5/results.json"
# Columns that are taken; each table is known by the first ones, of which no other has all.
_RESULT_COLUMNS = (
    "resultId", "raceId", "driverId", "constructorId", "number", "grid", "positionText",
    "positionOrder", "points", "laps", "time", "milliseconds", "fastestLap", "rank",
    "fastestLapTime", "statusId",
)  # fmt: skip
_COLUMNS: dict[str, tuple[str, ...]] = {
    "results": _RESULT_COLUMNS,
    "sprint_results": _RESULT_COLUMNS,
    "qualifying": (
        "qualifyId", "raceId", "driverId", "constructorId", "number", "position", "q1", "q2", "q3",
    ),
    "pit_stops": ("raceId", "driverId", "stop", "lap", "duration"),
    "races": (
        "raceId", "year", "round", "circuitId", "name", "date", "time", "fp1_date", "fp1_time",
        "fp2_date", "fp2_time", "fp3_date", "fp3_time", "quali_date", "quali_time", "sprint_date",
        "sprint_time",
    ),
    "drivers": ("driverId", "driverRef", "code", "forename", "surname"),
    "constructors": ("constructorId", "constructorRef", "name"),
    "circuits": ("circuitId", "circuitRef", "name", "country"),
    "status": ("statusId", "status"),
}  # fmt: skip
_KNOWN_BY = {
    "results": {"resultId", "raceId", "statusId", "positionOrder", "fastestLapSpeed"},
    "sprint_results": {"resultId", "raceId", "statusId", "positionOrder"},
    "qualifying": {"qualifyId", "raceId", "q1"},
    "pit_stops": {"raceId", "driverId", "stop", "lap", "duration"},
    "races": {"raceId", "year", "round", "name", "date"},
    "drivers": {"driverId", "driverRef"},
    "constructors": {"constructorId", "constructorRef"},
    "circuits": {"circuitId", "circuitRef"},
    "status": {"statusId", "status"},
}
_NEEDED = {
    "results": ("races", "drivers", "constructors", "status"),
    "sprint_results": ("races", "drivers", "constructors", "status"),
    "qualifying": ("races", "drivers", "constructors"),
    "pit_stops": ("races", "drivers", "results"),
}
_ROWS_KEY = {
    "results": "Results",
    "sprint_results": "SprintResults",
    "qualifying": "QualifyingResults",
    "pit_stops": "PitStops",
}
_LOOKED_UP = {"drivers": "driverId", "constructors": "constructorId", "status": "statusId"}
UNUSED_TABLES = {
    "lap_times": {"raceId", "lap", "milliseconds"},
    "driver_standings": {"driverStandingsId"},
    "constructor_standings": {"constructorStandingsId"},
    "constructor_results": {"constructorResultsId"},
}
TAKEN_OF_RACES = 7  # cells up to the time; in some years the table has no more
_SPRINT_STARTS = {"fp1": "FirstPractice", "quali": "Qualifying", "sprint": "Sprint"}
_STARTS = {**_SPRINT_STARTS, "fp2": "SecondPractice", "fp3": "ThirdPractice"}

Cells = dict[str, str]


@dataclass(slots=True)
class Dump:
    """The tables that a folder holds, with the file of each."""

    files: dict[str, str] = field(default_factory=dict)  # table -> path
    rows: dict[str, list[Cells]] = field(default_factory=dict)  # table -> rows without nulls
    copies: dict[str, str] = field(default_factory=dict)  # path -> path of the same table


def table_name(columns: Collection[str]) -> str | None:
    """Give the table's name in the dump; None for other columns."""
    held = set(columns)
    for names in (_KNOWN_BY, UNUSED_TABLES):
        for name, needed in names.items():
            if needed <= held:
                return name
    return None


def refuse_table(name: str, table: Table | None, file: str) -> FormatError:
    """Make the error that a table is nothing alone, with its content as a part.

    Parameters
    ----------
    name : str
        As `table_name` gives it.
    table : Table | None
        None where the table is never used.
    file : str
    """
    if table is None or name not in _COLUMNS:
        return FormatError(
            f"{name} of the Ergast dump is not used by this version",
            where=file,
            do="drop results.csv, qualifying.csv, sprint_results.csv, races.csv and what they name",
        )
    error = FormatError(
        f"a table of the Ergast CSV dump, {name}; its ids only mean something beside the others",
        where=file,
        got=listed(table.header),
        expected=f"{_listed(_beside(name))} beside it",
        do=f"add them, or {_ANSWERS}",
    )
    columns = _COLUMNS[name]
    cells = [[row.get(column, "") for column in columns] for row in table.rows]
    error.parts = ((PREFIX + name, json.dumps(cells)),)
    return error


def join_tables(
    parts: Mapping[str, Sequence[tuple[str, str]]],
) -> tuple[dict[str, ParsedFile], dict[str, Note]]:
    """Join the tables of one folder.

    Returns
    -------
    files : dict from str to ParsedFile
        By path: what each table comes to. Tables that only name others' ids come to nothing.
    refused : dict from str to Note
        By path: why a table is not used, naming what is missing beside it.
    """
    dump, refused = _gather(parts)
    files: dict[str, ParsedFile] = {}
    used: set[str] = set()
    for name, needed in _NEEDED.items():
        if name not in dump.files:
            continue
        missing = [other for other in needed if other not in dump.files]
        if missing:
            refused[dump.files[name]] = _is_missing(name, missing)
            continue
        used |= {name, *needed}
        parsed = _sessions(name, dump)
        if parsed.records:
            files[dump.files[name]] = parsed
        else:
            refused[dump.files[name]] = parsed.notes[0]
    if "races" in dump.files:
        files[dump.files["races"]] = _calendars(dump)
        used |= {"races", "circuits"}
    _settle_others(dump, used, files, refused)
    return files, refused


def _settle_others(
    dump: Dump, used: Collection[str], files: dict[str, ParsedFile], refused: dict[str, Note]
) -> None:
    """Say of tables that only name ids whether they are used, and of copies what they copy."""
    for name, path in dump.files.items():
        if path in files or path in refused:
            continue
        if name in used:
            files[path] = ParsedFile(jolpica.FORMAT, (), (_NAMES_IDS,))
        else:
            refused[path] = _is_missing(name, _beside(name))
    for path, first in dump.copies.items():
        if first in files:
            copy = Note(NoteKind.FILE_COPY, f"says what {first} says", do="remove one of them")
            files[path] = ParsedFile(jolpica.FORMAT, (), (copy,))
        else:
            refused[path] = refused[first]


def _gather(parts: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[Dump, dict[str, Note]]:
    """Sort the tables; of one that is there twice and differs, none is used."""
    dump = Dump()
    refused: dict[str, Note] = {}
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(parts):
        for kind, text in parts[path]:
            if kind.startswith(PREFIX):
                texts[kind.removeprefix(PREFIX)][path] = text
    for name, by_path in texts.items():
        first, *others = by_path
        if len(set(by_path.values())) > 1:
            why = f"{name} of the Ergast CSV dump is here in {len(by_path)} files that differ"
            text = f"{why}: {', '.join(by_path)}; keep the right one"
            refused |= dict.fromkeys(by_path, Note(NoteKind.FILES_DIFFER, text))
            continue
        dump.files[name] = first
        dump.copies |= dict.fromkeys(others, first)
        columns = _COLUMNS[name]
        dump.rows[name] = [
            {key: cell for key, cell in zip(columns, cells, strict=True) if not is_blank(cell)}
            for cells in json.loads(by_path[first])
        ]
    return dump, refused


def _beside(name: str) -> tuple[str, ...]:
    if name in _NEEDED:
        return _NEEDED[name]
    return ("races", "results")


def _is_missing(name: str, missing: Sequence[str]) -> Note:
    text = (
        f"{name} of the Ergast CSV dump only means something beside other tables; got it without "
        f"{_listed(missing)}; add {'it' if len(missing) == 1 else 'them'}, or {_ANSWERS}"
    )
    return Note(NoteKind.UNUSABLE, text)


def _listed(names: Sequence[str]) -> str:
    *first, last = [f"{name}.csv" for name in names]
    return f"{', '.join(first)} and {last}" if first else last


def _sessions(name: str, dump: Dump) -> ParsedFile:
    """Read the races of one table, each by itself: one that is wrong costs only itself."""
    by_race: dict[str, list[Cells]] = defaultdict(list)
    for cells in dump.rows[name]:
        by_race[cells.get("raceId", "")].append(cells)
    known = {table: _by_id(dump.rows[table], key) for table, key in _LOOKED_UP.items()
             if table in dump.rows}  # fmt: skip
    records: list[Record] = []
    notes: list[Note] = []
    for number, race in _races(dump):
        if number not in by_race:
            continue
        try:
            rows = [_row(name, cells, known) for cells in by_race[number]]
            value = {**race, _ROWS_KEY[name]: rows}
            parsed = jolpica.parse_whole_race(Row(value, dump.files[name]))
        except DropError as error:
            left_out = error.note()
            text = f"{race['season']} round {race['round']} left out: {left_out.text}"
            notes.append(replace(left_out, text=text))
            continue
        records += parsed.records
    if len(notes) > _MAX_NOTES:
        more = f"{len(notes) - _MAX_NOTES} more races left out for such reasons"
        notes = [*notes[:_MAX_NOTES], Note(NoteKind.MORE_UNUSABLE, more)]
    notes.append(Note(NoteKind.DATA_UNUSED, f"seasons before {_FIRST_SEASON} are not used"))
    return ParsedFile(jolpica.FORMAT, tuple(records), tuple(notes))


def _calendars(dump: Dump) -> ParsedFile:
    """Read every season of the table of races as a calendar of its own."""
    seasons: dict[str, list[Row]] = defaultdict(list)
    for _, race in _races(dump):
        seasons[race["season"]].append(Row(race, dump.files["races"]))
    records: list[CalendarRecord] = []
    for races in seasons.values():
        parsed = jolpica.parse_races(races).records
        records += [record for record in parsed if isinstance(record, CalendarRecord)]
    # The dump holds whole seasons, which a list of races alone could not know.
    records = [replace(record, complete=_is_whole(record)) for record in records]
    return ParsedFile(jolpica.FORMAT, tuple(records))


def _is_whole(calendar: CalendarRecord) -> bool:
    rounds = [line.event.round for line in calendar.events]
    return rounds == list(range(1, len(rounds) + 1))


def _races(dump: Dump) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the id of each race, and the race as Jolpica has it, in the order of seasons."""
    circuits = _by_id(dump.rows.get("circuits", ()), "circuitId")
    rows = [row for row in dump.rows["races"] if row.get("year", "").isdecimal()]
    rows.sort(key=lambda row: (int(row["year"]), row.get("round", "").zfill(3)))
    for row in rows:
        if int(row["year"]) < _FIRST_SEASON:
            continue
        race: dict[str, Any] = {"season": row["year"], "round": row.get("round")}
        race |= {"raceName": row.get("name"), "date": row.get("date")}
        if "time" in row:
            race["time"] = f"{row['time']}Z"  # UTC, as Jolpica says and the dump does not
        circuit = circuits.get(row.get("circuitId", ""))
        if circuit is not None:
            place = {"country": circuit.get("country")}
            reference, title = circuit.get("circuitRef"), circuit.get("name")
            race["Circuit"] = {"circuitId": reference, "circuitName": title, "Location": place}
        yield row.get("raceId", ""), race | _starts(row)


def _starts(row: Cells) -> dict[str, Any]:
    """Give when a race's other sessions start, as Jolpica has it.

    On a sprint's weekend the dump calls the sprint's own qualifying the second practice in some
    years, so of these only the first practice is taken.
    """
    taken = _SPRINT_STARTS if "sprint_date" in row else _STARTS
    return {
        key: {"date": row[f"{name}_date"], "time": f"{row.get(f'{name}_time', '')}Z"}
        for name, key in taken.items()
        if f"{name}_date" in row
    }


def _row(name: str, cells: Cells, known: Mapping[str, Mapping[str, Cells]]) -> dict[str, Any]:
    """Give one row as Jolpica has it."""
    driver = _named("drivers", cells, known)
    if name == "pit_stops":
        stop: dict[str, Any] = {
            key: cells[key] for key in ("stop", "lap", "duration") if key in cells
        }
        return {"driverId": driver.get("driverRef"), **stop}
    team = _named("constructors", cells, known)
    row: dict[str, Any] = {
        "number": cells.get("number"),
        "Driver": {
            "driverId": driver.get("driverRef"),
            "code": driver.get("code"),
            "givenName": driver.get("forename"),
            "familyName": driver.get("surname"),
        },
        "Constructor": {"constructorId": team.get("constructorRef"), "name": team.get("name")},
    }
    if name == "qualifying":
        times = {key.upper(): cells[key] for key in ("q1", "q2", "q3") if key in cells}
        return {**row, "position": cells.get("position"), **times}
    status = _named("status", cells, known)
    row |= {key: cells.get(key) for key in ("positionText", "points", "grid", "laps")}
    row |= {"position": cells.get("positionOrder"), "status": status.get("status")}
    if "milliseconds" in cells:
        row["Time"] = {"millis": cells["milliseconds"], "time": cells.get("time")}
    if "fastestLapTime" in cells:
        time = {"time": cells["fastestLapTime"]}
        row["FastestLap"] = {
            "rank": cells.get("rank"),
            "lap": cells.get("fastestLap"),
            "Time": time,
        }
    return row


def _named(table: str, cells: Cells, known: Mapping[str, Mapping[str, Cells]]) -> Cells:
    """Give the row of another table that a row names by its id."""
    key = _LOOKED_UP[table]
    row = known[table].get(cells.get(key, ""))
    if row is None:
        raise FormatError(
            f"{table}.csv of the Ergast CSV dump has no such row",
            got=f"{key} {cells.get(key, 'missing')}",
            do="take all tables from one dump",
        )
    return row


def _by_id(rows: Sequence[Cells], key: str) -> dict[str, Cells]:
    return {row[key]: row for row in rows if key in row}
