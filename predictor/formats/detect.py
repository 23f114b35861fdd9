"""Bytes to records: tell the provider by what a file holds, never by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from predictor.errors import FormatError
from predictor.formats.csv_text import parse_csv, read_headers
from predictor.formats.fastf1 import tables as fastf1
from predictor.formats.fields import Row, listed, rows_of
from predictor.formats.foreign import (
    refuse_foreign_columns,
    refuse_foreign_object,
    unknown,
)
from predictor.formats.jolpica import answers as jolpica
from predictor.formats.jolpica.ergast_tables import (
    TAKEN_OF_RACES,
    UNUSED_TABLES,
    refuse_table,
    table_name,
)
from predictor.formats.json_text import parse_json
from predictor.formats.native.rain import parse_rain
from predictor.formats.native.season import parse_calendar, parse_entries
from predictor.formats.native.sessions import parse_session, parse_sessions
from predictor.formats.openf1 import answers as openf1
from predictor.formats.openf1.cells import typed_rows
from predictor.formats.text import read_text
from predictor.formats.tracinginsights import laps as tracinginsights
from predictor.records import ParsedFile

__all__ = ["MAX_BYTES", "parse_file"]

MAX_BYTES = 32 * 2**20  # the largest useful file met has 1.3 MB; telemetry goes far beyond

_OPENF1_KEYS = {"session_key", "meeting_key"}


def parse_file(path: str, data: bytes, *, max_bytes: int = MAX_BYTES) -> ParsedFile:
    """Parse one dropped file.

    Parameters
    ----------
    path : str
        Named in errors, and nothing more: equal bytes give equal records.
    data : bytes
    max_bytes : int
        Larger files are refused before anything is read of them.

    Returns
    -------
    ParsedFile
        Needs `predictor.formats.link_files` before it goes into a season: OpenF1 rows know
        only keys, FastF1's not even their event.

    Raises
    ------
    FormatError
        If the bytes are no known format, or break the one they are in.
    PartialPageError
        If only part of a session is there.
    """
    if len(data) > max_bytes:
        raise FormatError(
            "the file is too large for session data",
            where=path,
            got=f"{len(data)} bytes",
            expected=f"at most {max_bytes}",
            do="drop results, laps or the calendar; telemetry is not used",
        )
    text = read_text(data, path, max_bytes)
    if text.lstrip()[:1] in ("{", "["):
        return _parse_json_value(parse_json(tracinginsights.without_nan(text), path), path)
    return _parse_table(text, path)


def _parse_json_value(value: Any, path: str) -> ParsedFile:  # noqa: ANN401 - parsed JSON
    if isinstance(value, list):
        return _parse_json_list(value, path)
    for key, reader in _OBJECTS:
        if key in value:
            return reader(Row(value, path))
    if value.keys() >= tracinginsights.COLUMNS:
        return tracinginsights.parse_laptimes(Row(value, path))
    refuse_foreign_object(value, path)
    raise unknown(path, f"an object with {listed(value)}")


def _parse_json_list(value: list[Any], path: str) -> ParsedFile:
    if not value:
        raise FormatError(
            "an empty list",
            where=path,
            got="no rows",
            do="drop it again once the session has been run",
        )
    rows = rows_of(value, path)
    keys = set(rows[0].values)
    refuse_foreign_columns(rows[0].values, path)
    ergast = table_name(keys)
    if ergast is not None:
        raise refuse_table(ergast, None, path)
    for needed, reader in _LISTS:
        if needed <= keys:
            return reader(rows)
    if fastf1.is_fastf1(keys):
        return fastf1.parse_rows(rows)
    raise unknown(path, f"a list of objects with {listed(rows[0].values)}")


def _parse_table(text: str, path: str) -> ParsedFile:
    for separator, header in read_headers(text).items():
        refuse_foreign_columns(header, path)
        ergast = table_name(header)
        if ergast is not None:
            raise _ergast_table(ergast, text, path, separator)
        reader = _table_reader(set(header))
        if reader is not None:
            table = parse_csv(text, path, separator)
            rows = zip(table.lines, table.rows, strict=True)
            return reader([Row(row, path, f"line {at}") for at, row in rows])
    raise unknown(path, f"text that begins {text.lstrip()[:40]!r}")


def _ergast_table(name: str, text: str, path: str, separator: str) -> FormatError:
    """Give the error that a table of the Ergast dump is nothing alone, with its content."""
    if name in UNUSED_TABLES:
        return refuse_table(name, None, path)
    # Rows of later races lack their last columns, the start times of sessions.
    least = TAKEN_OF_RACES if name == "races" else None
    return refuse_table(name, parse_csv(text, path, separator, least=least), path)


def _table_reader(keys: set[str]) -> Callable[[Sequence[Row]], ParsedFile] | None:
    """Give what reads a table with these columns; None for a table that is not known."""
    if fastf1.is_fastf1(keys):
        return fastf1.parse_rows
    if keys & _OPENF1_KEYS:
        return lambda rows: openf1.parse_rows(typed_rows(rows))
    return None


def _tables(rows: Sequence[Row]) -> ParsedFile:
    """Parse objects with a ``RaceTable`` in them."""
    found = [row.need("RaceTable", row.child("RaceTable")) for row in rows]
    return jolpica.parse_tables(found)


def _calendar_lines(rows: Sequence[Row]) -> ParsedFile:
    return parse_calendar(rows, rows[0].file)


def _calendar(top: Row) -> ParsedFile:
    return parse_calendar(top.children("events"), top.file, top)


def _entries(top: Row) -> ParsedFile:
    refuse_foreign_object(top.values, top.file)  # f1db's database lists drivers, too
    return parse_entries(top)


# A key that only one kind of object has, and what reads it; the first that fits is taken.
_OBJECTS: tuple[tuple[str, Callable[[Row], ParsedFile]], ...] = (
    ("MRData", lambda top: jolpica.parse_answers([top])),
    ("RaceTable", lambda top: _tables([top])),
    ("Races", lambda top: jolpica.parse_tables([top])),
    ("raceName", lambda top: jolpica.parse_races([top])),
    ("session", parse_session),
    ("results", parse_session),
    ("rain", lambda top: parse_rain([top])),
    ("events", _calendar),
    ("drivers", _entries),
)
# The same for lists, by keys of their first object.
_LISTS: tuple[tuple[set[str], Callable[[Sequence[Row]], ParsedFile]], ...] = (
    ({"MRData"}, jolpica.parse_answers),
    ({"RaceTable"}, _tables),
    ({"Races"}, jolpica.parse_tables),
    ({"raceName"}, jolpica.parse_races),
    ({"session_key"}, openf1.parse_rows),
    ({"meeting_key"}, openf1.parse_rows),
    ({"session", "results"}, parse_sessions),
    ({"rain"}, parse_rain),
    *(({"name", key}, _calendar_lines) for key in ("slug", "event_id", "round")),
)
