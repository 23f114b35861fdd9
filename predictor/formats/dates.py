"""Dates and start times of calendars: one that cannot be is left out and told, its line stays."""

from __future__ import annotations

import re

from predictor.formats.fields import Row, shown
from predictor.formats.timing import YEARS, is_day, utc_stamp
from predictor.notes import Note, NoteKind

__all__ = ["day_or_note", "start_or_note"]

_LIKE_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LIKE_A_START = re.compile(r"\d{4}-\d{2}-\d{2}[T ].*", re.ASCII)
_SPAN = f"{YEARS[0]} to {YEARS[1]}"


def day_or_note(row: Row, key: str, notes: list[Note]) -> str | None:
    """Give a date; None, and a note, for a day that there is not from 1950 to 2100.

    Spreadsheets and databases write 0000-00-00 or 0001-01-01 for a date they do not know:
    that is no reason to lose the rest of a calendar. What is no date at all is an error.
    """
    text = row.text(key)
    if text is None or is_day(text):
        return text
    if not _LIKE_A_DAY.fullmatch(text):
        raise row.error(key, shown(text), "a date such as 2025-05-25")
    what = f"{text} is no day from {_SPAN}; left out"
    notes.append(Note(NoteKind.VALUE_IMPOSSIBLE, what, where=f"{row.pointer}/{key}"))
    return None


def start_or_note(row: Row, key: str, notes: list[Note], text: str | None = None) -> str | None:
    """Give a start in UTC, RFC 3339; None, and a note, for one that cannot be.

    Parameters
    ----------
    row : Row
    key : str
        Of the field; named in the note.
    notes : list of Note
        Gains the note.
    text : str, optional
        The start as written, where it is more than the field's text.
    """
    said = row.text(key) if text is None else text
    if said is None:
        return None
    if not _LIKE_A_START.fullmatch(said):
        raise row.error(key, shown(said), "a time such as 2025-05-25T13:00Z")
    stamp = utc_stamp(said)
    if stamp is not None:
        return stamp
    what = f"{said} is no time from {_SPAN}; left out"
    notes.append(Note(NoteKind.VALUE_IMPOSSIBLE, what, where=f"{row.pointer}/{key}"))
    return None
