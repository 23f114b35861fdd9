"""Times as providers write them, to seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

__all__ = ["local_day", "parse_clock", "parse_duration", "parse_laps_down", "utc_stamp"]

_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,5}(?:\.\d{1,6})?)", re.ASCII)
_DURATION = re.compile(r"(-?\d{1,4}) days? (?:\+)?(\d{2}):(\d{2}):(\d{2}(?:\.\d{1,9})?)", re.ASCII)
_ISO_DURATION = re.compile(r"P(\d{1,4})DT(\d{1,2})H(\d{1,2})M(\d{1,2}(?:\.\d{1,9})?)S", re.ASCII)
_LAPS_DOWN = re.compile(r"\+\s?(\d{1,2}) laps?", re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"([+-]?)(\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)
_PLACES = 6  # providers give thousandths; six keep every digit and drop the sum's rounding


def parse_clock(text: str) -> float | None:
    """Parse ``91.295``, ``1:31.295`` or ``1:33:56.736``, with or without a plus.

    Returns
    -------
    float | None
        s; None where the text is no time.
    """
    match = _CLOCK.fullmatch(text.strip().removeprefix("+").removesuffix("s"))
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
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
    """Parse ``+1 LAP`` or ``+2 Laps``; None where the text says something else."""
    match = _LAPS_DOWN.fullmatch(text.strip())
    return int(match[1]) if match else None


def utc_stamp(text: str) -> str | None:
    """Give a provider's time as RFC 3339 in UTC; a time without offset is UTC already.

    FastF1 and OpenF1 write UTC throughout; only OpenF1 says so.
    """
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    stamp = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
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
    return local.date().isoformat()
