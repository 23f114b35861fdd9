"""Cells of OpenF1's CSV (``csv=true``, or a table of pandas) as the values that its JSON has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from predictor.formats.blanks import flag_of, is_blank
from predictor.formats.fields import Row

__all__ = ["typed_rows"]

_FLAGS = ("dnf", "dns", "dsq", "is_pit_out_lap", "is_cancelled")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,20})?", re.ASCII)


def typed_rows(rows: Sequence[Row]) -> list[Row]:
    """Give rows of text cells as rows of numbers, flags, lists and text.

    A gap makes pandas write a column of whole numbers as 1.0, so a number without a
    fraction is a whole one.
    """
    return [
        Row({key: _typed(key, cell) for key, cell in row.values.items()}, row.file, row.pointer)
        for row in rows
    ]


def _typed(key: str, cell: str) -> object:
    text = cell.strip()
    if text.startswith("[") and text.endswith("]"):
        inside = text[1:-1].strip()
        return [_typed(key, one) for one in inside.split(",")] if inside else []
    if is_blank(text):
        return None
    if key in _FLAGS and (flag := flag_of(text)) is not None:
        return flag
    if _NUMBER.fullmatch(text):
        number = float(text)
        return int(number) if number.is_integer() else number
    return cell
