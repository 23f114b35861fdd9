"""CSV text to rows of text, strictly: every row whole, every column named once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from predictor.errors import FormatError
from predictor.formats.fields import listed

__all__ = ["Table", "parse_csv", "read_header"]

_MAX_CELL = 10_000  # characters; longer ones are no timing data


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file's header and rows; an empty cell is the empty string."""

    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def read_header(text: str) -> tuple[str, ...]:
    """Give the column names in the first line of a CSV text."""
    first = text.split("\n", 1)[0].rstrip("\r")
    return tuple(name.strip() for name in next(csv.reader([first]), []))


def parse_csv(text: str, file: str) -> Table:
    """Parse CSV text with a header line.

    Parameters
    ----------
    text : str
    file : str
        Named in errors.

    Returns
    -------
    Table

    Raises
    ------
    FormatError
        If a row has more or fewer cells than the header, a column name repeats, there
        are no rows, or the last line has no end, which is how a cut file looks.
    """
    if not text.endswith("\n"):
        raise FormatError(
            "the last line has no end; the file may be cut or still being written",
            where=file,
            got=f"...{text[-40:]!r}",
            expected="a line break after the last row",
            do="drop the file again once it is complete",
        )
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise FormatError(
            "not valid CSV", where=file, got=str(error), do="export the file again"
        ) from error
    header = tuple(name.strip() for name in lines[0])
    if len(set(header)) != len(header):
        raise FormatError("a column name stands twice", where=f"{file} line 1", got=listed(header))
    rows = tuple(_row(header, line, file, at) for at, line in enumerate(lines[1:], start=2) if line)
    if not rows:
        raise FormatError("a CSV without any row", where=file, got="only a header")
    return Table(header, rows)


def _row(header: tuple[str, ...], line: list[str], file: str, at: int) -> dict[str, str]:
    if len(line) != len(header):
        raise FormatError(
            "a row is not whole; the file may be cut",
            where=f"{file} line {at}",
            got=f"{len(line)} cells",
            expected=f"{len(header)} cells, as in the header",
            do="export the file again",
        )
    if any(len(cell) > _MAX_CELL for cell in line):
        raise FormatError("a cell is far too long", where=f"{file} line {at}")
    return dict(zip(header, line, strict=True))
