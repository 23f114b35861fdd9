"""What a text would take in memory as values, told from its marks before any is read.

Thirty megabytes of ``{},`` come to two gigabytes of objects and half a minute. Every value
has a mark of its own beside it, and counting marks takes a tenth of a second. Marks inside
strings count too, so this is a bound, and far above what data of sessions come to.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from predictor.errors import FormatError

__all__ = ["JSON_MARKS", "refuse_heavy", "table_marks"]

_MOST_BYTES = 260 * 2**20  # the laps of a whole season come to a half, a race to a fiftieth
_COPIES = 2  # of the text itself: one character beyond Latin makes all of them two or four bytes
# Bytes that what stands at a mark takes in CPython 3.11, the copies of checks included.
JSON_MARKS: Mapping[str, int] = {"{": 250, "[": 130, ":": 170, ",": 70}
_LINE, _CELL = 500, 70


def table_marks(separator: str) -> Mapping[str, int]:
    """Give the marks of a table's text, of which each row becomes a dictionary."""
    return {"\n": _LINE, "\r": _LINE, separator: _CELL}


def refuse_heavy(text: str, file: str, marks: Mapping[str, int]) -> None:
    """Refuse a text whose values would take far more memory than those of session data.

    Raises
    ------
    FormatError
        Before any of it is read.
    """
    counts = {mark: text.count(mark) for mark in marks}
    values = sum(marks[mark] * n for mark, n in counts.items())
    if values + _COPIES * sys.getsizeof(text) <= _MOST_BYTES:
        return
    mark = max(counts, key=lambda one: marks[one] * counts[one])
    raise FormatError(
        "the file holds far more values than session data",
        where=file,
        got=f"{len(text):,} characters, {counts[mark]:,} of them {mark!r}",
        expected="results, laps or a calendar",
        do="drop these, a session a file; telemetry is not used",
    )
