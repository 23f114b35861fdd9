"""CSV text to rows of text, strictly: every row whole, every column named once.

Spreadsheets write what their locale says. Which of four characters separates the cells is
not guessed: it is the one under which the header names the columns of a known table, and
that is for the caller to know. Where it is not the comma, a comma inside a number is its
decimal point.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from predictor.errors import CutFileError, FormatError
from predictor.formats.fields import listed
from predictor.formats.size import refuse_heavy, table_marks

__all__ = ["Table", "parse_csv", "read_headers"]

_MAX_CELL = 10_000  # characters; longer ones are no timing data
_MAX_HEADER = 20_000  # characters; a line without an end is not looked through for columns
_SEPARATORS = ",;\t|"
_LINE_END = re.compile(r"\r\n?|\n")
_TOLD = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # Excel's own first line
# A number or a time with a decimal comma: 25,0 and 1:31,295 and 0 days 00:01:37,284.
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+ days? )?(?:\d+:)*\d+,\d+s?", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file's header and rows; an empty cell is the empty string."""

    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    lines: tuple[int, ...]  # where each row stands in the file


def read_headers(text: str) -> dict[str, tuple[str, ...]]:
    """Give the column names in the first line by each separator that it may have.

    Returns
    -------
    dict from str to tuple of str
        Separator -> names; empty if the line is far too long to be a header.
    """
    told, start = _told(text)
    end = _LINE_END.search(text, start, start + _MAX_HEADER)
    if end is None and len(text) > start + _MAX_HEADER:
        return {}
    first = text[start : end.start() if end else None]
    held = told or [one for one in _SEPARATORS if one in first] or [","]
    return {one: _names(first, one) for one in held}


def parse_csv(text: str, file: str, separator: str = ",", *, least: int | None = None) -> Table:
    """Parse CSV text with a header line.

    Parameters
    ----------
    text : str
        Lines may end as on any system; the last one need not end where its last cell
        cannot be the beginning of a longer one.
    file : str
        Named in errors.
    separator : str
        One of those that `read_headers` gave.
    least : int, optional
        Cells that a row must have, where it may end before the header does.

    Returns
    -------
    Table

    Raises
    ------
    FormatError
        If there is far too much of it, a row has more or fewer cells than the header, a
        column name repeats, there are no rows, or the last line looks cut.
    """
    refuse_heavy(text, file, table_marks(separator))
    body = text[_told(text)[1] :]
    lines = list(_lines(body, file, separator))
    header = tuple(name.strip() for name in lines[0][1]) if lines else ()
    if len(set(header)) != len(header):
        raise FormatError("a column name stands twice", where=f"{file} line 1", got=listed(header))
    if least is not None:
        lines = [(at, _filled(line, least, len(header))) for at, line in lines]
    rows = [(at, row) for at, line in lines[1:] if any(row := _whole(header, line, file, at))]
    if not rows:
        raise FormatError("a CSV without any row", where=file, got="only a header")
    if not body.endswith(("\n", "\r")):
        _refuse_cut(body, file, [row for _, row in rows])
    if separator != ",":
        rows = [(at, [_with_point(cell) for cell in row]) for at, row in rows]
    return Table(
        header,
        tuple(dict(zip(header, row, strict=True)) for _, row in rows),
        tuple(at for at, _ in rows),
    )


def _told(text: str) -> tuple[str | None, int]:
    """Give the separator that a first line ``sep=;`` names, and where the header begins."""
    found = _TOLD.match(text)
    end = _LINE_END.match(text, found.end()) if found else None
    if found is None or end is None:
        return None, 0
    return found[1], end.end()


def _names(first: str, separator: str) -> tuple[str, ...]:
    try:
        return tuple(name.strip() for name in next(csv.reader([first], delimiter=separator), []))
    except csv.Error:
        return ()


def _lines(body: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Give each line's number and cells, without those that are blank."""
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    while True:
        at = reader.line_num + 1
        try:
            line = next(reader, None)
        except csv.Error as error:
            raise FormatError(
                "not valid CSV",
                where=f"{file} line {at}",
                got=repr(str(error)),  # csv's words hold the character that is wrong
                do="export the file again",
            ) from error
        if line is None:
            return
        if line:
            yield at, line


def _filled(line: list[str], least: int, n_cells: int) -> list[str]:
    """Give a row that ends early its empty cells; one that has too few stays as it is."""
    return line + [""] * (n_cells - len(line)) if len(line) >= least else line


def _whole(header: Sequence[str], line: list[str], file: str, at: int) -> list[str]:
    if len(line) != len(header):
        raise CutFileError(
            "a row is not whole; the file may be cut",
            where=f"{file} line {at}",
            got=f"{len(line)} cells",
            expected=f"{len(header)} cells, as in the header",
            do="export the file again",
        )
    if any(len(cell) > _MAX_CELL for cell in line):
        raise FormatError("a cell is far too long", where=f"{file} line {at}")
    return line


def _refuse_cut(body: str, file: str, rows: Sequence[list[str]]) -> None:
    """Refuse a last line without an end unless its last cell must be whole.

    Many exporters leave the last line's end out, and a file that was cut looks the same:
    "6" may be all that is left of "62". A cell in quotes is whole once they close. Any
    other one is whole if another row has one of its form in the same column (digits
    count as alike) and no row has a longer one that begins so.
    """
    if body.endswith('"'):
        return
    last = _form(rows[-1][-1])
    forms = [_form(row[-1]) for row in rows[:-1]]
    is_longest = not any(form != last and form.startswith(last) for form in forms)
    if is_longest and last in forms:
        return
    raise CutFileError(
        "the last line has no end; the file may be cut or still being written",
        where=file,
        got=f"...{body[-40:]!r}",
        expected="a line break after the last row",
        do="drop the file again once it is complete; if it is, add the line break",
    )


def _form(cell: str) -> str:
    return _DIGIT.sub("0", cell)


def _with_point(cell: str) -> str:
    """Give a cell with its decimal comma as a point."""
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell.strip()) else cell
