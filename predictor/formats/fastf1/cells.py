"""Cells of pandas exports: text in CSV, numbers and null in JSON, gaps in both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from predictor.formats.blanks import decimal_of, flag_of, is_blank, is_nowhere
from predictor.formats.fields import Row, shown
from predictor.formats.timing import parse_clock, parse_duration, utc_stamp

__all__ = ["duration_s", "flag", "number", "stamp", "whole"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MILLISECONDS = 10**14  # the year 5138


def whole(row: Row, key: str, low: int, high: int) -> int | None:
    """Give a whole number, written 1, 1.0 or as text."""
    value = number(row, key, low, high)
    if value is None:
        return None
    if not value.is_integer():
        raise row.error(key, shown(row.values[key]), f"a whole number from {low} to {high}")
    return int(value)


def number(row: Row, key: str, low: float, high: float) -> float | None:
    """Give a number, written as such or as text."""
    value = row.values.get(key)
    if is_blank(value):
        return None
    expected = f"a number from {low:g} to {high:g}"
    found = None
    if isinstance(value, str):
        found = decimal_of(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = float(value)
    if found is not None and is_nowhere(found, low):
        return None
    if found is None or not low <= found <= high:
        raise row.error(key, shown(value), expected)
    return found


def flag(row: Row, key: str) -> bool | None:
    """Give true or false, in any of the ways a table has them."""
    value = row.values.get(key)
    if is_blank(value):
        return None
    found = flag_of(value)
    if found is None:
        raise row.error(key, shown(value), "True or False")
    return found


def duration_s(row: Row, key: str) -> float | None:
    """Give a duration in s: pandas' or ISO text, a clock's, or a number of seconds.

    `predictor.formats.units` has brought a column's numbers to seconds before.
    """
    value = row.values.get(key)
    if is_blank(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    found = parse_duration(text)
    if found is None and ":" in text:
        found = parse_clock(text)
    if found is None:
        raise row.error(key, shown(value), "a duration such as 0 days 00:01:37.284000, or seconds")
    return found


def stamp(row: Row, key: str) -> str | None:
    """Give a time in UTC: ISO text, or milliseconds since 1970."""
    value: Any = row.values.get(key)
    if is_blank(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_MILLISECONDS:
        return utc_stamp((_EPOCH + timedelta(milliseconds=value)).isoformat())
    found = utc_stamp(value) if isinstance(value, str) else None
    if found is None:
        raise row.error(key, shown(value), "a time such as 2024-03-02 15:03:42.342")
    return found
