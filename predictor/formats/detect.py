"""Bytes to records: tell the provider by what a file holds, never by its name."""

from __future__ import annotations

from typing import Any

from predictor.errors import FormatError
from predictor.formats import fastf1, jolpica, openf1
from predictor.formats.csv_text import parse_csv, read_header
from predictor.formats.fields import Row, listed, rows_of, shown
from predictor.formats.json_text import parse_json
from predictor.formats.native import parse_session
from predictor.formats.native_season import parse_calendar, parse_entries
from predictor.records import ParsedFile

__all__ = ["MAX_BYTES", "parse_file"]

MAX_BYTES = 32 * 2**20  # the largest useful file met has 1.3 MB; telemetry goes far beyond

_KNOWN = "a session, calendar or entries file, or an answer of Jolpica, OpenF1 or FastF1"
_TELEMETRY_COLUMNS = ({"rpm", "throttle"}, {"RPM", "Throttle"}, {"x", "y", "z"}, {"X", "Y", "Z"})
_ERGAST_TABLES = ({"raceId"}, {"driverRef"}, {"constructorRef"}, {"circuitRef"}, {"statusId"})


def parse_file(path: str, data: bytes, *, max_bytes: int = MAX_BYTES) -> ParsedFile:
    """Parse one dropped file.

    Parameters
    ----------
    path : str
        Relative path; used in errors, and as the last resort to identify a session
        whose content does not name it.
    data : bytes
    max_bytes : int
        Larger files are refused before anything is read of them.

    Returns
    -------
    ParsedFile
        OpenF1 sessions and lone pit stops still need `predictor.formats.link_files`.

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
    text = _decode(path, data)
    if text.lstrip()[:1] in ("{", "["):
        return _parse_json_value(parse_json(text, path), path)
    return _parse_table(text, path)


def _decode(path: str, data: bytes) -> str:
    if not data.strip():
        raise FormatError(
            "the file is empty",
            where=path,
            got=f"{len(data)} bytes",
            do="drop it again once it is written",
        )
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _not_utf8(path, "UTF-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, f"byte 0x{data[error.start]:02x} at {error.start}") from error
    if "\0" in text:
        raise _not_utf8(path, "a zero byte")
    return text


def _not_utf8(path: str, got: str) -> FormatError:
    return FormatError(
        "not UTF-8 text", where=path, got=got, expected="UTF-8", do="save the file as UTF-8"
    )


def _parse_json_value(value: Any, path: str) -> ParsedFile:  # noqa: ANN401 - parsed JSON
    if isinstance(value, list):
        return _parse_json_list(value, path)
    top = Row(value, path)
    if "MRData" in value:
        return jolpica.parse_answers([top])
    if "session" in value or "results" in value:
        return parse_session(top)
    if "events" in value:
        return parse_calendar(top.children("events"), path, top)
    if "drivers" in value:
        return parse_entries(top)
    if "detail" in value or "error" in value:
        message = value.get("detail", value.get("error"))
        raise FormatError(
            "a provider's error message instead of data",
            where=path,
            got=shown(message),
            do="fetch it again; free services limit how often they answer",
        )
    if isinstance(value.get("DriverNumber"), dict):
        raise FormatError(
            "a table written column by column",
            where=path,
            expected="one object per row",
            do='export with to_json(orient="records")',
        )
    raise _unknown(path, f"an object with {listed(value)}")


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
    _refuse_foreign(keys, path)
    if "MRData" in keys:
        return jolpica.parse_answers(rows)
    if keys & {"session_key", "meeting_key"}:
        return openf1.parse_rows(rows)
    if fastf1.is_fastf1(keys):
        return fastf1.parse_rows(rows)
    if "name" in keys and keys & {"slug", "event_id", "round"}:
        return parse_calendar(rows, path)
    raise _unknown(path, f"a list of objects with {listed(rows[0].values)}")


def _parse_table(text: str, path: str) -> ParsedFile:
    header = read_header(text)
    keys = set(header)
    _refuse_foreign(keys, path)
    if not fastf1.is_fastf1(keys):
        raise _unknown(path, f"text that begins {text.lstrip()[:40]!r}")
    table = parse_csv(text, path)
    rows = [Row(row, path, f"line {at}") for at, row in enumerate(table.rows, start=2)]
    return fastf1.parse_rows(rows)


def _refuse_foreign(keys: set[str], path: str) -> None:
    """Refuse what is recognised and of no use here, by its name."""
    if any(columns <= keys for columns in _TELEMETRY_COLUMNS):
        raise FormatError(
            "telemetry is not used by this version",
            where=path,
            got="car data or positions on the track",
            do="drop the session's results or laps",
        )
    if any(columns <= keys for columns in _ERGAST_TABLES):
        raise FormatError(
            "a table of the Ergast CSV dump; its ids only mean something beside the other tables",
            where=path,
            got=listed(dict.fromkeys(sorted(keys))),
            do="drop the race's JSON from Jolpica, .../f1/2025/5/results.json",
        )


def _unknown(path: str, got: str) -> FormatError:
    return FormatError(
        "not a format this product knows",
        where=path,
        got=got,
        expected=_KNOWN,
        do="see race-data/README.md for the formats",
    )
