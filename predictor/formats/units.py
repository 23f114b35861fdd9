"""Which unit a column of times is in: none is promised, so the values have to tell.

pandas writes durations as text, as milliseconds or as nanoseconds, and people turn them into
seconds. These units are a thousand apart, and what a lap or a race can take is not: so at
most one unit makes a value plausible.
"""

from __future__ import annotations

from collections.abc import Sequence

from predictor.errors import FormatError
from predictor.formats.blanks import decimal_of, is_blank
from predictor.formats.fields import Row
from predictor.notes import Note, NoteKind

__all__ = ["ANY_LAP", "in_seconds", "race_times_in_seconds"]

ANY_LAP = (20.0, 4 * 3600.0)  # s; laps behind a red flag count the wait
_ANY_RACE = (15 * 60.0, 4 * 3600.0)  # s; the shortest sprint took 25 minutes
_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_MOST = 0.75  # share of a column that must be plausible; single laps may be odd
_PLACES = 6


def in_seconds(rows: Sequence[Row], key: str, limits: tuple[float, float]) -> list[Row]:
    """Give the rows with the numbers of a column in seconds.

    Parameters
    ----------
    rows : sequence of Row
        Texts such as "0 days 00:01:37.284000" and gaps in the column stay as they are.
    key : str
    limits : (float, float), s
        What one such time can be.

    Raises
    ------
    FormatError
        If no unit makes most of the column plausible.
    """
    numbers = [number for row in rows if (number := _number(row, key)) is not None]
    if not numbers:
        return list(rows)
    low, high = limits
    fits = {
        unit: sum(low <= number * scale <= high for number in numbers)
        for unit, scale in _UNITS.items()
    }
    unit = max(fits, key=lambda name: fits[name])
    if fits[unit] < _MOST * len(numbers):
        shown = ", ".join(f"{number:g}" for number in numbers[:3])
        raise FormatError(
            f"the unit of {key} cannot be told",
            where=f"{rows[0].file} {key}",
            got=f"{shown} ...: at most {fits[unit]} of {len(numbers)} values are times",
            expected=f"one of {', '.join(_UNITS)} that makes them {low:g} to {high:g} s",
            do="export the column in seconds and drop the file again",
        )
    return [_scaled(row, key, _UNITS[unit]) for row in rows]


def race_times_in_seconds(
    rows: Sequence[Row], key: str, winner: Row | None, laps: int | None
) -> tuple[list[Row], Note | None]:
    """Give the rows with race times and gaps in seconds, told by the winner's.

    Parameters
    ----------
    rows : sequence of Row
    key : str
    winner : Row or None
        One of the rows.
    laps : int or None
        That he ran; a race of one lap, as in Belgium 2021, takes no quarter of an hour.

    Returns
    -------
    rows : list of Row
        Without these times where no unit makes the winner's plausible.
    note : Note or None
        That they were left out.
    """
    said = _number(winner, key) if winner is not None else None
    if said is None:
        return list(rows), None
    low, high = _ANY_RACE if not laps else (ANY_LAP[0] * laps, ANY_LAP[1])
    for scale in _UNITS.values():
        if low <= said * scale <= high:
            return [_scaled(row, key, scale) for row in rows], None
    text = f"race times left out: in no unit is the winner's, {said:g}, that of a race"
    return [_scaled(row, key, None) for row in rows], Note(NoteKind.VALUE_IMPOSSIBLE, text)


def impossible_laps(n: int) -> tuple[Note, ...]:
    """Return what is said of lap times that no car can have driven; nothing where there are none.

    Parameters
    ----------
    n : int
        How many a file has.
    """
    return (Note(NoteKind.VALUE_IMPOSSIBLE, f"{n} impossible lap times left out"),) if n else ()


def _number(row: Row, key: str) -> float | None:
    value = row.values.get(key)
    if isinstance(value, bool) or is_blank(value):
        return None
    if isinstance(value, str):
        return decimal_of(value)
    return float(value) if isinstance(value, int | float) else None


def _scaled(row: Row, key: str, scale: float | None) -> Row:
    number = _number(row, key)
    if number is None:
        return row
    value = None if scale is None else round(number * scale, _PLACES)
    return Row({**row.values, key: value}, row.file, row.pointer)
