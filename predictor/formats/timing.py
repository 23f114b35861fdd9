"""Times as providers write them, to seconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

__all__ = [
    "YEARS",
    "is_day",
    "local_day",
    "parse_clock",
    "parse_duration",
    "parse_laps_down",
    "utc_stamp",
]

YEARS = (1950, 2100)  # of every date and time that is read; the first season was that of 1950
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,5}(?:\.\d{1,6})?)", re.ASCII)
_DURATION = re.compile(r"(-?\d{1,4}) days? (?:\+)?(\d{2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)", re.ASCII)
_ISO_DURATION = re.compile(r"P(\d{1,4})DT(\d{1,2})H(\d{1,2})M(\d{1,2}(?:\.\d{1,9})?)S", re.ASCII)
_LAPS_DOWN = re.compile(r"\+?\s?(\d{1,2})\s?(?:laps?|l)(?: (?:down|behind))?", re.I | re.ASCII)
_OFFSET = re.compile(r"([+-]?)(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_THOUSANDTHS = 3  # digits; no minute has so many seconds
_PLACES = 6  # providers give thousandths; six keep every digit and drop the sum's rounding


def parse_clock(text: str) -> float | None:
    """Parse ``91.295``, ``1:31.295``, ``1:31:295`` or ``1:33:56.736``, with or without a plus.

    Returns
    -------
    float | None
        s; None where the text is no time.
    """
    match = _CLOCK.fullmatch(text.strip().removeprefix("+").removesuffix("s"))
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    if hours is not None and len(seconds) == _THOUSANDTHS:  # 1:11:278, as some timing sheets
        return round(int(hours) * 60 + int(minutes) + int(seconds) / 1000, _PLACES)
    return round(int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds), _PLACES)


def parse_duration(text: str) -> float | None:
    """Parse ``0 days 00:01:37.284000`` (pandas) or ``P0DT0H1M37.284S`` (ISO 8601).

    Returns
    -------
    float | None
        s; None where the text is no duration.
    """
    match = _DURATION.fullmatch(text) or _ISO_DURATION.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = match.groups()
    whole = int(days) * 86_400 + int(hours) * 3600 + int(minutes) * 60
    return round(whole + float(seconds), _PLACES)


def parse_laps_down(text: str) -> int | None:
    """Parse ``+1 LAP``, ``1 lap down`` or ``+1L``; None where the text says something else."""
    match = _LAPS_DOWN.fullmatch(text.strip())
    return int(match[1]) if match else None


def is_day(text: str) -> bool:
    """Whether a text is a day, YYYY-MM-DD, of the years that are read."""
    if not _DAY.fullmatch(text):  # `fromisoformat` alone takes 20250525, too
        return False
    try:
        return _is_read(date.fromisoformat(text))
    except ValueError:
        return False


def utc_stamp(text: str) -> str | None:
    """Give a provider's time as RFC 3339 in UTC; a time without offset is UTC already.

    FastF1 and OpenF1 write UTC throughout; only OpenF1 says so. None for what is no time, or
    is none of the years that are read once its offset is taken away.
    """
    try:
        stamp = datetime.fromisoformat(text)
        stamp = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    except (ValueError, OverflowError):  # an offset may lead out of the years there are
        return None
    if not _is_read(stamp):
        return None
    return stamp.isoformat().replace("+00:00", "Z")


def local_day(stamp: str, offset: str | None) -> str | None:
    """Give the date at the circuit of a UTC time.

    Parameters
    ----------
    stamp : str
        RFC 3339.
    offset : str | None
        Of the circuit's clock against UTC, ``-08:00:00``; None counts as UTC.

    Returns
    -------
    str | None
        YYYY-MM-DD; None where either cannot be read.
    """
    utc = utc_stamp(stamp)
    match = _OFFSET.fullmatch(offset) if offset else _OFFSET.fullmatch("00:00")
    if utc is None or match is None:
        return None
    sign, hours, minutes = match.groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    local = datetime.fromisoformat(utc) + (-shift if sign == "-" else shift)
    return local.date().isoformat() if _is_read(local) else None


def _is_read(day: date) -> bool:
    first, last = YEARS
    return first <= day.year <= last
