"""What is recognised and of no use here: refused by its name, with what to drop instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from predictor.errors import FormatError
from predictor.formats.fields import listed, shown

__all__ = ["refuse_foreign_columns", "refuse_foreign_object", "unknown"]

_KNOWN = "a session, calendar or entries file, or an answer of Jolpica, OpenF1 or FastF1"
_FROM_JOLPICA = "drop Jolpica's answers, .../f1/2025/races.json and .../f1/2025/5/results.json"
_TELEMETRY_COLUMNS = ({"rpm", "throttle"}, {"RPM", "Throttle"}, {"x", "y", "z"}, {"X", "Y", "Z"})
# Tables of a season as formula1.com shows them, and as data sets on Kaggle repeat them.
_SITE_COLUMNS = (
    {"Track", "Position", "Driver", "Team"},
    {"Round", "Race Date", "GP Name"},
    {"Team", "Full Team Name", "Base"},
    {"Driver", "Abbreviation", "Team", "Country"},
)
_F1DB_COLUMNS = ({"positionDisplayOrder"}, {"engineManufacturerId"}, {"grandPrixId"})
_F1DB_KEYS = {"drivers", "constructors", "races"}


def refuse_foreign_columns(keys: Collection[str], path: str) -> None:
    """Refuse a table by its columns, or a list by its first object's keys."""
    columns = set(keys)
    if any(needed <= columns for needed in _TELEMETRY_COLUMNS):
        raise FormatError(
            "telemetry is not used by this version",
            where=path,
            got="car data or positions on the track",
            do="drop the session's results or laps",
        )
    if any(needed <= columns for needed in _SITE_COLUMNS):
        raise FormatError(
            "a season's table as formula1.com shows it is not read: it names neither season nor "
            "session, and its drivers by name alone",
            where=path,
            got=listed(keys),
            do=_FROM_JOLPICA,
        )
    if any(needed <= columns for needed in _F1DB_COLUMNS):
        raise FormatError(
            "a table of f1db's database is not read", where=path, got=listed(keys), do=_FROM_JOLPICA
        )
    if columns >= {"positionText", "Driver"}:
        raise FormatError(
            "rows of a Jolpica result without their race",
            where=path,
            got=listed(keys),
            expected="the race around them, with season and round",
            do="store the whole answer, with MRData",
        )


def refuse_foreign_object(value: Mapping[str, Any], path: str) -> None:
    """Refuse an object that is known and no session, calendar or answer."""
    if value.keys() >= _F1DB_KEYS:
        raise FormatError(
            "f1db's whole database in one file is not read",
            where=path,
            got=listed(value),
            expected="the files of one season",
            do=_FROM_JOLPICA,
        )
    if "detail" in value or "error" in value:
        raise FormatError(
            "a provider's error message instead of data",
            where=path,
            got=shown(value.get("detail", value.get("error"))),
            do="fetch it again; free services limit how often they answer",
        )
    if isinstance(value.get("DriverNumber"), dict):
        raise FormatError(
            "a table written column by column",
            where=path,
            expected="one object per row",
            do='export with to_json(orient="records")',
        )


def unknown(path: str, got: str) -> FormatError:
    """Make the error that nothing here knows what it is."""
    return FormatError(
        "not a format this product knows",
        where=path,
        got=got,
        expected=_KNOWN,
        do="see docs/formats.md for what is read",
    )
