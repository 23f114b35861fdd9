"""Typed access to one object of a parsed file, with errors that name the place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from predictor.errors import FormatError
from predictor.formats.blanks import is_blank, is_nowhere, whole_of
from predictor.formats.timing import YEARS, is_day, parse_clock

__all__ = [
    "LAP_TIMES",
    "NUMBERS",
    "POSITIONS",
    "ROUNDS",
    "SEASONS",
    "Row",
    "listed",
    "rows_of",
    "shown",
]

T = TypeVar("T")

SEASONS = YEARS
ROUNDS = (1, 40)
POSITIONS = (1, 40)
NUMBERS = (0, 99)  # car numbers; the sporting regulations give 1 to 99, tests have used 0
# s; the fastest lap of any circuit since 2010 took 53 s (Sakhir 2020), the slowest counted
# practice lap 193 s. Wide enough for a wet lap at Spa, too narrow for milliseconds.
LAP_TIMES = (20.0, 600.0)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_CODE = 40  # characters; three are meant, and some files have a name there
_MAX_TEXT = 200  # characters; the longest official event name has 80
_LISTED = 6  # names beyond this are left out


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file; ``pointer`` is its JSON pointer, or "line 7" of a CSV."""

    values: Mapping[str, Any]
    file: str
    pointer: str = ""

    def need(self, key: str, value: T | None) -> T:
        """Give the value back, or raise because the field must be there."""
        if value is None:
            raise self.error(key, "nothing", "a value: the field is required")
        return value

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.values.get(key) is not None

    def text(self, key: str) -> str | None:
        """Give a text field, stripped; None where absent, null or a word for nothing."""
        value = self.values.get(key)
        if is_blank(value):
            return None
        if type(value) is not str:
            raise self.error(key, shown(value), "text")
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise self.error(key, shown(value), f"at most {_MAX_TEXT} printable characters")
        return value.strip() or None

    def code(self, key: str) -> str | None:
        """Give the letters that stand for a driver, as ``VER``."""
        value = self.text(key)
        if value is not None and len(value) > _MAX_CODE:
            raise self.error(key, shown(value), f"a code of at most {_MAX_CODE} characters")
        return value

    def slug(self, key: str) -> str | None:
        """Give an id such as ``max-verstappen``."""
        value = self.text(key)
        if value is not None and not _SLUG.fullmatch(value):
            raise self.error(key, shown(value), "an id of a-z, 0-9 and single hyphens")
        return value

    def integer(self, key: str, low: int, high: int) -> int | None:
        """Give a whole number; text and booleans are errors."""
        value = self.values.get(key)
        if value is None:
            return None
        whole = whole_of(value) if type(value) in (int, float) else None
        return self._in_range(key, whole, low, high, "a whole number from {} to {}")

    def number(self, key: str, low: float, high: float) -> float | None:
        """Give a number; text and booleans are errors."""
        value = self.values.get(key)
        if value is None:
            return None
        if type(value) not in (int, float) or not low <= value <= high:
            raise self.error(key, shown(value), f"a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str) -> bool | None:
        """Give true or false."""
        value = self.values.get(key)
        if value is not None and type(value) is not bool:
            raise self.error(key, shown(value), "true or false")
        return value

    def day(self, key: str) -> str | None:
        """Give a date, YYYY-MM-DD."""
        value = self.text(key)
        if value is None:
            return None
        if not is_day(value):
            raise self.error(key, shown(value), "a date such as 2025-05-25")
        return value

    def digits(self, key: str, low: int, high: int) -> int | None:
        """Give a whole number that the provider writes as text."""
        value = self.text(key)
        if value is None:
            return None
        return self._in_range(
            key, whole_of(value), low, high, 'a number in quotes from "{}" to "{}"'
        )

    def clock(self, key: str, low: float, high: float) -> float | None:
        """Give a time written as ``1:31.295`` in s."""
        value = self.text(key)
        if value is None:
            return None
        seconds = parse_clock(value)
        if seconds is None or not low <= seconds <= high:
            raise self.error(key, shown(value), f"a time such as 1:31.295, {low:g} to {high:g} s")
        return seconds

    def child(self, key: str) -> Row | None:
        """Give the object in a field."""
        value = self.values.get(key)
        if value is None:
            return None
        if type(value) is not dict:
            raise self.error(key, shown(value), "an object")
        return Row(value, self.file, f"{self.pointer}/{key}")

    def children(self, key: str) -> list[Row]:
        """Give the objects in a list; an absent list is empty."""
        value = self.values.get(key)
        if value is None:
            return []
        return rows_of(value, self.file, f"{self.pointer}/{key}")

    def _in_range(
        self, key: str, whole: int | None, low: int, high: int, expected: str
    ) -> int | None:
        if whole is not None and is_nowhere(whole, low):
            return None
        if whole is None or not low <= whole <= high:
            raise self.error(key, shown(self.values[key]), expected.format(low, high))
        return whole

    def error(self, key: str, got: str, expected: str) -> FormatError:
        """Make the error that a field is not what it should be."""
        place = f"{self.pointer}/{key}" if self.pointer.startswith("/") or not self.pointer else ""
        return FormatError(
            f"{key} is not what the format promises",
            where=f"{self.file} {place or f'{self.pointer}, {key}'}",
            got=got,
            expected=expected,
            do="correct the file and drop it again",
        )


def rows_of(value: Any, file: str, pointer: str = "") -> list[Row]:  # noqa: ANN401 - parsed JSON
    """Give the objects of a list as rows; anything else is an error."""
    if type(value) is not list:
        raise FormatError(
            "not a list", where=f"{file} {pointer or '/'}", got=shown(value), expected="a list"
        )
    rows = []
    for at, item in enumerate(value):
        if type(item) is not dict:
            raise FormatError(
                "not an object",
                where=f"{file} {pointer}/{at}",
                got=shown(item),
                expected="an object",
            )
        rows.append(Row(item, file, f"{pointer}/{at}"))
    return rows


def shown(value: Any) -> str:  # noqa: ANN401 - parsed JSON
    """Give a value as an error shows it: its kind, and its beginning."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        cut = value if len(value) <= 60 else f"{value[:57]}..."
        return f"text {cut!r}"
    return str(value)


def listed(names: Iterable[object]) -> str:
    """Give names that a file chose, of keys or columns, as an error shows them."""
    found = [str(name)[:30] for name in names]
    shown = [name if name.isprintable() else ascii(name)[1:-1] for name in found[:_LISTED]]
    return ", ".join(shown) + (", ..." if len(found) > _LISTED else "")
