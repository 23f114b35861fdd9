"""The archive's tables as files that others read: CSV, JSON, a line to a row, Parquet.

A file is written whole or not at all, and an export of nothing is a right one: a header alone, an
empty list. Documents go out a line each with an ``_id``, as databases of documents take them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from predictor.errors import UsageError
from services.archive.export_parquet import parquet_parts, require_parquet
from services.archive.exported import TABLES, Asked, Row
from services.archive.reader import Archive
from services.disk.own_kinds import EXPORT, EXPORTED_PARQUET
from services.disk.targets import Target, check_targets, write_target_in_parts

__all__ = ["DOCUMENTS", "check_export", "export"]

DOCUMENTS = "documents"
_OPTION = "FILE"
_OF_A_SHEET = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is computed by some
_LINES = 500  # rows to a part


def check_export(path: Path, table: str) -> Target:
    """Make sure before any work that a table can be written to a file.

    Raises
    ------
    UsageError
        If the file's ending names no format, or the format cannot hold the table.
    PackageMissing
        If it is Parquet, and pyarrow is not installed.
    SomebodysFile
        If what lies there is somebody's.
    """
    ending = path.suffix.lower()
    endings = [".ndjson"] if table == DOCUMENTS else list(_FORMATS)
    if ending not in endings:
        raise UsageError(
            "the format is told by the file's ending",
            where=_OPTION,
            got=repr(path.name),
            expected=" or ".join(endings),
            do="give the file one of these endings",
        )
    if ending == ".parquet":
        require_parquet()
    target = Target(path, EXPORTED_PARQUET if ending == ".parquet" else EXPORT, _OPTION)
    check_targets([target])
    return target


def export(archive: Archive, table: str, asked: Asked, target: Target) -> int:
    """Write a table, or all documents, to a file; return how many rows.

    Parameters
    ----------
    archive : Archive
    table : str
        One of `TABLES`, or `DOCUMENTS`.
    asked : Asked
    target : Target
        As `check_export` gives it.

    Raises
    ------
    ArchiveUnusable
        If the archive turns out to be damaged; no file is written then.
    OutputNotWritable
        If the disk refuses.
    """
    rows = _Counted(
        _documents(archive, asked) if table == DOCUMENTS else TABLES[table].rows(archive, asked)
    )
    if table == DOCUMENTS:
        parts: Iterator[bytes] = (row["line"] for row in rows)
    else:
        parts = _FORMATS[target.path.suffix.lower()](TABLES[table].columns, rows)
    write_target_in_parts(target, parts)
    return rows.n


class _Counted:
    """Rows, and how many there have been."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self.n = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.n += 1
            yield row


def _documents(archive: Archive, asked: Asked) -> Iterator[Row]:
    """Yield each document as one line that begins with its ``_id``."""
    for run in TABLES["runs"].rows(archive, asked):
        document = archive.document(run["document_sha256"])
        if document is not None:
            # As it was published: nothing of it is read and written again.
            key = orjson.dumps({"_id": run["run_id"]})[:-1]
            yield {"line": key + b"," + document.strip()[1:] + b"\n"}


def _csv_parts(columns: Mapping[str, Any], rows: Iterable[Row]) -> Iterator[bytes]:
    yield _csv_lines([list(columns)])
    for page in _pages(rows):
        yield _csv_lines([[_cell(row[name]) for name in columns] for row in page])


def _csv_lines(lines: Iterable[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:  # noqa: ANN401 - of any column
    """Give a value as CSV has it: lists as JSON, and no text that a spreadsheet computes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return orjson.dumps(value).decode()
    if isinstance(value, str) and value.startswith(_OF_A_SHEET):
        return f"'{value}"
    return value


def _json_parts(columns: Mapping[str, Any], rows: Iterable[Row]) -> Iterator[bytes]:
    separator = b""
    yield b"[\n"
    for row in rows:
        yield separator + _json(columns, row)
        separator = b",\n"
    yield b"\n]\n" if separator else b"]\n"


def _ndjson_parts(columns: Mapping[str, Any], rows: Iterable[Row]) -> Iterator[bytes]:
    for page in _pages(rows):
        yield b"".join(_json(columns, row) + b"\n" for row in page)


def _json(columns: Mapping[str, Any], row: Row) -> bytes:
    return orjson.dumps({name: row[name] for name in columns})


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    page: list[Row] = []
    for row in rows:
        page.append(row)
        if len(page) == _LINES:
            yield page
            page = []
    if page:
        yield page


_FORMATS: Mapping[str, Callable[[Mapping[str, Any], Iterable[Row]], Iterator[bytes]]] = {
    ".csv": _csv_parts,
    ".json": _json_parts,
    ".ndjson": _ndjson_parts,
    ".parquet": parquet_parts,
}
