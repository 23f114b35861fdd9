"""The product's own files of rain forecasts: who said when how likely rain is in a race."""

from __future__ import annotations

from collections.abc import Sequence

from predictor.errors import FormatError
from predictor.formats.fields import Row, shown
from predictor.formats.native.sessions import FORMAT, named_event, sources_of
from predictor.formats.timing import utc_stamp
from predictor.records import ParsedFile, RainForecast, RainRecord

__all__ = ["parse_rain"]

_PER_CENT = 100.0


def parse_rain(rows: Sequence[Row]) -> ParsedFile:
    """Parse one event's forecasts, or those of several.

    Parameters
    ----------
    rows : sequence of Row
        Objects with ``season``, one of ``event_id``, ``grand_prix`` and ``round``, and
        ``rain``: a list of forecasts with ``issued_at`` and ``chance``, a share, or
        ``chance_percent``.

    Raises
    ------
    FormatError
        Where a field has the wrong type or is out of range, or two forecasts of one event
        were issued at the same instant.
    """
    records = [RainRecord(named_event(row), _forecasts(row), FORMAT) for row in rows]
    sources = dict.fromkeys(source for row in rows for source in sources_of(row))
    return ParsedFile(format=FORMAT, records=tuple(records), sources=tuple(sources))


def _forecasts(row: Row) -> tuple[RainForecast, ...]:
    lines = row.children("rain")
    if not lines:
        raise row.error("rain", "no rows", "one or more, each with issued_at and chance")
    found = tuple(map(_forecast, lines))
    if len({one.issued_at for one in found}) < len(found):
        raise FormatError(
            "two forecasts of rain were issued at one instant",
            where=f"{row.file} {row.pointer}/rain",
            got=", ".join(one.issued_at for one in found),
            expected="each forecast once, with the time of its issue",
            do="keep the right one, and drop the file again",
        )
    return found


def _forecast(row: Row) -> RainForecast:
    said = row.need("issued_at", row.text("issued_at"))
    issued_at = utc_stamp(said) if "T" in said or " " in said else None
    if issued_at is None:
        raise row.error("issued_at", shown(said), "a time such as 2025-07-05T09:00Z")
    return RainForecast(issued_at, _chance(row), row.text("by") or "")


def _chance(row: Row) -> float:
    chance = row.number("chance", 0.0, 1.0)
    per_cent = row.number("chance_percent", 0.0, _PER_CENT)
    if chance is None and per_cent is None:
        raise row.error("chance", "nothing", "a share from 0 to 1, or chance_percent to 100")
    if chance is not None and per_cent is not None:
        raise row.error("chance", f"{chance:g} and {per_cent:g} %", "chance or chance_percent")
    return chance if chance is not None else (per_cent or 0.0) / _PER_CENT
