"""Rows as CSV (RFC 4180), and back: a header row, no byte order mark, dots in numbers.

Text that a spreadsheet would take for a formula has an apostrophe before it. What is null or is
not there is an empty cell; a list of numbers has a column for each, a list of words is one cell of
JSON.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

__all__ = ["CSV", "as_csv", "unguarded"]

CSV = "text/csv; charset=utf-8; header=present"

# An apostrophe that stands there already gets one more, so that one can be taken away again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def as_csv(rows: Sequence[Struct], kind: type[Struct]) -> bytes:
    """Return rows as a table.

    Parameters
    ----------
    rows : sequence of Struct
    kind : type of Struct
        Of the rows, for the names of the columns.
    """
    told = [msgspec.to_builtins(row) for row in rows]
    columns = [one for name in kind.__struct_fields__ for one in _columns(name, told)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name if place is None else f"{name}_{place + 1}" for name, place in columns])
    for row in told:
        writer.writerow([_cell(row.get(name), place) for name, place in columns])
    return text.getvalue().encode()


def unguarded(cell: str) -> str:
    """Return the text of a cell as it was before it was guarded."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _columns(name: str, rows: Sequence[dict[str, Any]]) -> list[tuple[str, int | None]]:
    """Return the columns of a field: its name, and the place in a list of numbers."""
    lists = [value for row in rows if _is_numbers(value := row.get(name, ()))]
    longest = max(map(len, lists), default=0)
    return [(name, place) for place in range(longest)] if longest else [(name, None)]


def _is_numbers(value: Any) -> bool:  # noqa: ANN401 - plain JSON values
    return isinstance(value, list | tuple) and bool(value) and not isinstance(value[0], str)


def _cell(value: Any, place: int | None) -> str:  # noqa: ANN401 - plain JSON values
    if place is not None:
        value = value[place] if value is not None and place < len(value) else None
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return msgspec.json.encode(value).decode()
