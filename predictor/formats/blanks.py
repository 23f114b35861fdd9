"""What files write where they know nothing, and the ways to write a whole number.

Every provider's text passes through here, so that a gap is a gap and 1.0 is a 1 whoever
wrote them: pandas, a spreadsheet, R, the Ergast dump or a person.
"""

from __future__ import annotations

import re

__all__ = ["decimal_of", "flag_of", "is_blank", "is_nowhere", "whole_of"]

# pandas, NumPy and Python; R and SQL; spreadsheets; JSON written out as text; people.
_BLANKS = frozenset(
    (
        "",
        "nan",
        "NaN",
        "NaT",
        "None",
        "<NA>",
        "N/A",
        "n/a",
        "#N/A",
        "\\N",
        "NULL",
        "null",
        "-",
        "--",
    )
)
# As Python, JSON and spreadsheets of other languages write them, in lower case.
_TRUE = frozenset(("true", "1", "1.0", "yes", "wahr", "vrai", "verdadero", "vero", "verdadeiro"))
_FALSE = frozenset(("false", "0", "0.0", "no", "falsch", "faux", "falso"))
_NOWHERE = -1  # what FastF1 and NumPy put where a place or a count is not known
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:[.,]0*)?", re.ASCII)


def is_blank(value: object) -> bool:
    """Whether a cell or field stands for nothing."""
    return value is None or (isinstance(value, str) and value.strip() in _BLANKS)


def is_nowhere(value: float, low: float) -> bool:
    """Whether a number stands for nothing: -1 where no number can be negative."""
    return low >= 0 and value == _NOWHERE


def whole_of(value: object) -> int | None:
    """Give the whole number in 1, 1.0, "1" and "1.0"; None where there is another thing."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    match = _WHOLE.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match is not None else None


def decimal_of(text: str) -> float | None:
    """Give the number in a text, with a point or a comma; None where there is no number."""
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return None


def flag_of(value: object) -> bool | None:
    """Give what True, "TRUE", "false", 1 or "0.0" says; None where it says neither."""
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None
