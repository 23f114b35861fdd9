"""FastF1 exports: ``session.results`` and ``session.laps`` as CSV or as JSON records.

pandas writes a whole number as 1.0 wherever a column has gaps, a duration as
"0 days 00:01:37.284000" in CSV and as milliseconds in JSON. The exports name no event, unless
somebody added columns: laps carry a date at best, results nothing; `by_path` asks the file's
path for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from predictor.errors import FormatError
from predictor.formats.fastf1.cells import duration_s, flag, stamp, whole
from predictor.formats.fastf1.event import named_by_columns
from predictor.formats.fastf1.results import FORMAT, parse_results
from predictor.formats.fields import NUMBERS, Row
from predictor.formats.practice import sum_up_laps
from predictor.formats.units import ANY_LAP, impossible_laps, in_seconds
from predictor.notes import Note, NoteKind
from predictor.records import (
    DriverRef,
    EventRef,
    LapRecord,
    LapsRecord,
    ParsedFile,
)
from predictor.vocabulary import Compound

__all__ = ["is_fastf1", "parse_rows"]

_LAPS_COLUMNS = {"LapNumber", "LapTime", "DriverNumber"}
_RESULTS_COLUMNS = {"Abbreviation", "DriverNumber", "Position"}
_WEATHER_COLUMNS = {"AirTemp", "TrackTemp"}
_RACE_CONTROL_COLUMNS = {"Category", "Message"}

_LAP_NUMBERS = (0, 200)
_COMPOUNDS = {str(compound): compound for compound in Compound}
_YEAR = slice(0, 4)
_DAY = slice(0, 10)


def is_fastf1(columns: set[str]) -> bool:
    """Whether these are the columns of a FastF1 export."""
    return any(
        needed <= columns
        for needed in (_LAPS_COLUMNS, _RESULTS_COLUMNS, _WEATHER_COLUMNS, _RACE_CONTROL_COLUMNS)
    )


def parse_rows(rows: Sequence[Row]) -> ParsedFile:
    """Parse one export of any kind.

    Parameters
    ----------
    rows : sequence of Row
        At least one; cells are text (CSV) or numbers, text and null (JSON).

    Returns
    -------
    ParsedFile
        One SessionRecord of results, its kind a guess from its shape; or one LapsRecord.
        Both need `predictor.formats.link_files`. Nothing of weather and race control, which
        are not used.

    Raises
    ------
    FormatError
        If a cell is not what it should be.
    """
    columns = set(rows[0].values)
    if columns >= _LAPS_COLUMNS:
        return _parse_laps(in_seconds(rows, "LapTime", ANY_LAP))
    if columns >= _RESULTS_COLUMNS:
        return parse_results(rows)
    what = "weather is" if columns >= _WEATHER_COLUMNS else "race control messages are"
    note = Note(NoteKind.DATA_UNUSED, f"FastF1 {what} not used by this version")
    return ParsedFile(format=FORMAT, records=(), notes=(note,))


def _parse_laps(rows: Sequence[Row]) -> ParsedFile:
    starts = [start for row in rows if (start := stamp(row, "LapStartDate")) is not None]
    started_at = min(starts, default=None)
    named = named_by_columns(rows)
    season = named.season
    if season is None and started_at is not None:
        season = int(started_at[_YEAR])
    day = started_at[_DAY] if started_at is not None else None
    event = EventRef(season=season, round=named.round, name=named.event, date=day)
    laps, n_odd = _laps(rows)
    drivers = sum_up_laps(laps)
    record = LapsRecord(
        event, named.kind, tuple(laps), FORMAT, None, started_at, drivers, named.testing
    )
    return ParsedFile(format=FORMAT, records=(record,), notes=impossible_laps(n_odd))


def _laps(rows: Sequence[Row]) -> tuple[list[LapRecord], int]:
    """Give the laps, and how many of their times were impossible."""
    laps, n_odd = [], 0
    seen: set[tuple[DriverRef, int]] = set()
    for row in rows:
        lap, is_odd = _lap(row)
        if (lap.driver, lap.lap) in seen:
            raise FormatError(
                "a lap stands twice; the file holds more than one session",
                where=f"{row.file} {row.pointer}",
                got=f"lap {lap.lap} of {lap.driver.code or lap.driver.number} again",
                expected="one session a file",
                do="export each session to a file of its own",
            )
        seen.add((lap.driver, lap.lap))
        n_odd += is_odd
        laps.append(lap)
    return laps, n_odd


def _lap(row: Row) -> tuple[LapRecord, bool]:
    """Give a lap, and whether its time was impossible and is left out."""
    time_s = duration_s(row, "LapTime")
    is_odd = time_s is not None and not ANY_LAP[0] <= time_s <= ANY_LAP[1]
    said = row.text("Compound")
    lap = LapRecord(
        driver=DriverRef(code=row.code("Driver"), number=whole(row, "DriverNumber", *NUMBERS)),
        lap=row.need("LapNumber", whole(row, "LapNumber", *_LAP_NUMBERS)),
        lap_time_s=None if is_odd else time_s,
        stint=whole(row, "Stint", 0, 100),
        # HYPERSOFT and its like of 2018 have no place among today's three compounds.
        compound=_COMPOUNDS.get(said) if said is not None else None,
        tyre_age=whole(row, "TyreLife", 0, 200),
        pit_in=duration_s(row, "PitInTime") is not None,
        pit_out=duration_s(row, "PitOutTime") is not None,
        team=row.text("Team"),
        counts=flag(row, "Deleted") is not True and flag(row, "IsAccurate") is not False,
    )
    return lap, is_odd
