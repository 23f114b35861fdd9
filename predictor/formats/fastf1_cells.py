"""Cells of pandas exports: text in CSV, numbers and null in JSON, gaps in both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from predictor.formats.fields import Row, shown
from predictor.formats.timing import parse_duration, utc_stamp

__all__ = ["duration_s", "flag", "number", "stamp", "text", "whole"]

_GAPS = ("", "nan", "NaN", "NaT", "None")
_FLAGS = {"True": True, "False": False, "true": True, "false": False}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_MILLISECONDS = 10**14  # the year 5138


def text(row: Row, key: str) -> str | None:
    """Give a text cell; pandas' words for a gap are None."""
    return None if _is_gap(row.values.get(key)) else row.text(key)


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
    if _is_gap(value):
        return None
    expected = f"a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise row.error(key, shown(value), expected)
    try:
        found = float(value)
    except ValueError as error:
        raise row.error(key, shown(value), expected) from error
    if not low <= found <= high:
        raise row.error(key, shown(value), expected)
    return found


def flag(row: Row, key: str) -> bool | None:
    """Give true or false, written as such or as text."""
    value = row.values.get(key)
    if _is_gap(value):
        return None
    found = value if isinstance(value, bool) else _FLAGS.get(str(value))
    if found is None:
        raise row.error(key, shown(value), "True or False")
    return found


def duration_s(row: Row, key: str) -> float | None:
    """Give a duration in s: pandas' or ISO text, or milliseconds."""
    value = row.values.get(key)
    if _is_gap(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value / 1000, 6)
    found = parse_duration(value) if isinstance(value, str) else None
    if found is None:
        raise row.error(key, shown(value), "a duration such as 0 days 00:01:37.284000, or ms")
    return found


def stamp(row: Row, key: str) -> str | None:
    """Give a time in UTC: ISO text, or milliseconds since 1970."""
    value: Any = row.values.get(key)
    if _is_gap(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_MILLISECONDS:
        return utc_stamp((_EPOCH + timedelta(milliseconds=value)).isoformat())
    found = utc_stamp(value) if isinstance(value, str) else None
    if found is None:
        raise row.error(key, shown(value), "a time such as 2024-03-02 15:03:42.342")
    return found


def _is_gap(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.strip() in _GAPS)
