"""TracingInsights' ``laptimes.json``: one driver's laps, column by column; no word on whose.

Season, event, session and driver stand in the path alone, as in its archives:
``2025/Pre-Season Testing/Practice 1/VER/laptimes.json``, ``2025/china/fp1/VER_laptimes.json``.
"""

from __future__ import annotations

import re
from typing import Any

from predictor.errors import FormatError
from predictor.formats.blanks import is_blank
from predictor.formats.fields import Row, shown
from predictor.formats.practice import sum_up_laps
from predictor.formats.units import ANY_LAP, impossible_laps
from predictor.records import DriverRef, EventRef, LapRecord, LapsRecord, ParsedFile
from predictor.vocabulary import Compound

__all__ = ["COLUMNS", "FORMAT", "driver_and_session", "parse_laptimes", "without_nan"]

FORMAT = "tracinginsights"
COLUMNS = {"time", "lap", "compound"}

_LAPS = (0, 200)
_COMPOUNDS = {str(compound): compound for compound in Compound}
# The archives of early 2025 write NaN, which is no JSON, where others write "None".
_BEGINNING = re.compile(r'\s*\{\s*"(time|lap|compound)"\s*:\s*\[')
_NAN = re.compile(r"(?<=[\[,\s])NaN(?=[\s,\]])")
_IN_NAME = re.compile(r"([A-Z]{3})[-_ ]?laptimes", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{3}")


def without_nan(text: str) -> str:
    """Return a text of this format with null in the place of NaN; any other one as it is."""
    return _NAN.sub("null", text) if _BEGINNING.match(text) else text


def parse_laptimes(top: Row) -> ParsedFile:
    """Parse one driver's laps of one session.

    Returns
    -------
    ParsedFile
        One LapsRecord of a driver, an event and a session that only the path can tell.

    Raises
    ------
    FormatError
        If a column has another length than the others, or a cell is not what it should be.
    """
    columns = {name: _column(top, name) for name in ("lap", "time", "compound")}
    stints = _column(top, "stint") if "stint" in top.values else [None] * len(columns["lap"])
    n_cells = {name: len(column) for name, column in (*columns.items(), ("stint", stints))}
    if len(set(n_cells.values())) != 1 or not columns["lap"]:
        raise FormatError(
            "columns of laps that do not belong together",
            where=top.file,
            got=", ".join(f"{n} in {name}" for name, n in n_cells.items()),
            expected="one cell for each lap in every column",
            do="fetch the file again",
        )
    laps, n_odd = [], 0
    for at, cells in enumerate(zip(*columns.values(), stints, strict=True)):
        names = (*columns, "stint")
        row = Row(dict(zip(names, map(_cell, cells), strict=True)), top.file, f"lap {at + 1}")
        time_s = row.number("time", 0.0, 10**6)
        is_odd = time_s is not None and not ANY_LAP[0] <= time_s <= ANY_LAP[1]
        n_odd += is_odd
        laps.append(
            LapRecord(
                driver=DriverRef(),
                lap=row.need("lap", row.integer("lap", *_LAPS)),
                lap_time_s=None if is_odd else time_s,
                stint=row.integer("stint", 0, 100),
                compound=_COMPOUNDS.get(row.text("compound") or ""),
            )
        )
    _refuse_repeated(laps, top.file)
    record = LapsRecord(EventRef(), None, tuple(laps), FORMAT, drivers=sum_up_laps(laps))
    return ParsedFile(format=FORMAT, records=(record,), notes=impossible_laps(n_odd))


def driver_and_session(path: str) -> tuple[str, str]:
    """Return the code of a file's driver, and what of its path tells the session.

    Raises
    ------
    FormatError
        If no code stands where the archives have it.
    """
    *folders, name = re.split(r"[/\\]", path)
    if match := _IN_NAME.match(name):
        return match[1].upper(), "/".join((*folders, "laps.json"))
    if folders and _CODE.fullmatch(folders[-1]):
        return folders[-1], "/".join((*folders[:-1], "laps.json"))
    raise FormatError(
        "the file does not say whose laps it holds, and neither does its name",
        where=path,
        got=name,
        expected="a path such as 2025/china/fp1/VER_laptimes.json or .../VER/laptimes.json",
        do="keep the archive's names of folders and files",
    )


def _column(top: Row, name: str) -> list[Any]:
    value = top.values.get(name)
    if type(value) is not list:
        raise top.error(name, shown(value), "a list with a cell for each lap")
    return value


def _cell(value: Any) -> Any:  # noqa: ANN401 - parsed JSON
    return None if is_blank(value) else value


def _refuse_repeated(laps: list[LapRecord], file: str) -> None:
    if len({lap.lap for lap in laps}) != len(laps):
        raise FormatError(
            "a lap stands twice; the file holds more than one session",
            where=file,
            expected="one session a file",
            do="fetch the file again",
        )
