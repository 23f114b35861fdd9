"""The product's own session files: one JSON object per session, strict types.

Fields keep the names and units of the records. Hindsight that richer files of the same
shape carry (`fastest_laps`, laps actually run, final standings) is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from predictor.errors import FormatError
from predictor.formats.checks import check_family, check_points, check_results, mark_fastest_lap
from predictor.formats.fields import LAP_TIMES, NUMBERS, POSITIONS, ROUNDS, SEASONS, Row
from predictor.records import (
    DayOfTesting,
    DriverRef,
    EventRef,
    ParsedFile,
    PitStopRecord,
    ResultRecord,
    SessionRecord,
)
from predictor.vocabulary import TESTING_NAME, ResultStatus, SessionKind

__all__ = [
    "FORMAT",
    "driver_of",
    "event_of",
    "named_event",
    "parse_session",
    "parse_sessions",
    "sources_of",
]

FORMAT = "native"

LAPS = (0, 200)
_RACE_TIMES = (60.0, 6 * 3600.0)  # s; two hours of racing plus red flags
_GAPS = (0.0, 6 * 3600.0)  # s
_PIT_TIMES = (1.0, 4 * 3600.0)  # s; a car waits in the pit lane while a race is stopped
_RACES = (SessionKind.RACE, SessionKind.SPRINT)
_TESTS, _DAYS_OF_TESTING = (1, 9), (1, 31)
_QUALIFYING_FORMATS = ("knockout", "elimination")


def parse_session(row: Row) -> ParsedFile:
    """Parse one session file.

    Parameters
    ----------
    row : Row
        The file's only object: ``season``, ``round``, ``grand_prix``, ``session``,
        ``results`` and, of a race, ``starting_grid`` and ``pit_stops``.

    Returns
    -------
    ParsedFile
        One SessionRecord.

    Raises
    ------
    FormatError
        Where a field has the wrong type or is out of range, or a driver or a race
        place stands twice.
    """
    kind = _kind(row)
    rows = row.children("results")
    if not rows:
        raise FormatError(
            "a session without results",
            where=f"{row.file} /results",
            got="no rows",
            expected="one row for each driver",
            do="drop the file again once the session has a result",
        )
    results = tuple(_result(one, kind) for one in rows)
    by_code: dict[str | None, DriverRef] = {
        one.driver.code: one.driver for one in results if one.driver.code
    }
    results = mark_fastest_lap(_with_grid(results, row, by_code))
    check_family(results, kind, f"{row.file} /results")
    check_points(
        results, kind, f"{row.file} /results", do="call it after its session and drop it again"
    )
    check_results(results, kind, f"{row.file} /results")
    record = SessionRecord(
        event=event_of(row),
        kind=kind,
        results=results,
        pit_stops=tuple(_pit_stop(one, by_code) for one in row.children("pit_stops")),
        provider=FORMAT,
        qualifying_format=_qualifying_format(row),
        testing=_testing(row) if kind is SessionKind.TESTING else None,
    )
    return ParsedFile(format=FORMAT, records=(record,), sources=sources_of(row))


def parse_sessions(rows: Sequence[Row]) -> ParsedFile:
    """Parse several sessions in one file: a list of them, or one a line.

    Raises
    ------
    FormatError
        As `parse_session`, and where a session stands twice, as where one was appended
        instead of replaced.
    """
    files = [parse_session(row) for row in rows]
    records = [record for file in files for record in file.records]
    seen: set[tuple[EventRef, SessionKind, DayOfTesting | None]] = set()
    for row, record in zip(rows, records, strict=True):
        assert isinstance(record, SessionRecord)  # noqa: S101 - what parse_session gives
        identity = (record.event, record.kind, record.testing)
        if identity in seen:
            raise FormatError(
                "a session stands twice in one file",
                where=f"{row.file} {row.pointer}",
                got=f"{record.kind} again",
                expected="each session of an event once",
                do="keep the right one, and drop the file again",
            )
        seen.add(identity)
    sources = dict.fromkeys(source for file in files for source in file.sources)
    return ParsedFile(format=FORMAT, records=tuple(records), sources=tuple(sources))


def event_of(row: Row) -> EventRef:
    """Give the event of a session file; a day of testing is of none."""
    if _kind(row) is not SessionKind.TESTING:
        return named_event(row)
    season = row.need("season", row.integer("season", *SEASONS))
    return EventRef(season=season, name=TESTING_NAME, date=row.day("date"))


def named_event(row: Row) -> EventRef:
    """Give the event a file names; season and one name of the event are required."""
    season = row.need("season", row.integer("season", *SEASONS))
    event_id = row.slug("event_id")
    if event_id is not None and not event_id.startswith(f"{season}-"):
        raise row.error("event_id", event_id, f"an id of the file's season, {season}-...")
    event = EventRef(
        season=season,
        event_id=event_id,
        round=row.integer("round", *ROUNDS),
        name=row.text("grand_prix"),
        date=row.day("date"),
    )
    if event.event_id is None and event.name is None and event.round is None:
        raise row.error("grand_prix", "nothing", "event_id, grand_prix or round")
    return event


def driver_of(row: Row, id_key: str, code_key: str, number_key: str = "number") -> DriverRef:
    """Give the driver a row names; an id, a code or a number is required."""
    driver = DriverRef(
        driver_id=row.slug(id_key),
        code=row.code(code_key),
        number=row.integer(number_key, *NUMBERS),
        name=row.text("name"),
    )
    if driver.driver_id is None and driver.code is None and driver.number is None:
        raise row.error(id_key, "nothing", f"{id_key}, {code_key} or {number_key}")
    return driver


def sources_of(row: Row) -> tuple[str, ...]:
    """Give the credit a file carries."""
    source = row.text("source")
    return () if source is None else (source,)


def _kind(row: Row) -> SessionKind:
    said = row.need("session", row.text("session"))
    try:
        return SessionKind(said)
    except ValueError as error:
        raise row.error("session", said, "one of " + ", ".join(SessionKind)) from error


def _testing(row: Row) -> DayOfTesting:
    day = row.integer("day", *_DAYS_OF_TESTING)
    if day is None and row.day("date") is None:
        raise row.error("day", "nothing", "the day of the test, 1 for its first, or a date")
    return DayOfTesting(row.integer("test", *_TESTS), day)


def _qualifying_format(row: Row) -> str | None:
    said = row.text("format")
    if said is not None and said not in _QUALIFYING_FORMATS:
        raise row.error("format", said, " or ".join(_QUALIFYING_FORMATS))
    return said


def _result(row: Row, kind: SessionKind) -> ResultRecord:
    best_s = row.number("best_s", *LAP_TIMES)
    pit_lane_start = bool(row.flag("pit_lane_start"))
    grid = row.integer("grid", *POSITIONS)
    if pit_lane_start and grid is not None:
        raise row.error("grid", str(grid), "no grid place beside pit_lane_start")
    return ResultRecord(
        driver=driver_of(row, "driver_id", "driver"),
        status=_status(row, kind, best_s),
        position=row.integer("position", *POSITIONS),
        team=row.text("team"),
        engine=row.text("engine"),
        classified=row.flag("classified"),
        grid=grid,
        pit_lane_start=pit_lane_start,
        grid_penalty=row.text("grid_penalty"),
        laps=row.integer("laps", *LAPS),
        time_s=row.number("time_s", *_RACE_TIMES),
        gap_s=row.number("gap_s", *_GAPS),
        gap_laps=row.integer("gap_laps", *LAPS),
        time_penalty_s=row.number("time_penalty_s", 0.0, 3600.0),
        points=row.number("points", 0.0, 100.0),
        fastest_lap=row.flag("fastest_lap"),
        best_s=best_s,
        q1_s=row.number("q1_s", *LAP_TIMES),
        q2_s=row.number("q2_s", *LAP_TIMES),
        q3_s=row.number("q3_s", *LAP_TIMES),
        reason=row.text("reason"),
        long_run_s=row.number("long_run_s", *LAP_TIMES) if kind is SessionKind.TESTING else None,
    )


def _status(row: Row, kind: SessionKind, best_s: float | None) -> ResultStatus:
    said = row.text("status")
    if said == "classified":  # qualifying's word for a time that counts
        return ResultStatus.FINISHED
    if said is not None:
        try:
            return ResultStatus(said)
        except ValueError as error:
            allowed = ", ".join(["classified", *ResultStatus])
            raise row.error("status", said, f"one of {allowed}") from error
    if kind in _RACES:  # a guess here would be counted as a retirement or as none
        row.need("status", None)
    is_timed = best_s is not None or kind is SessionKind.STARTING_GRID
    return ResultStatus.FINISHED if is_timed else ResultStatus.NC


def _with_grid(
    results: tuple[ResultRecord, ...], row: Row, by_code: Mapping[str | None, DriverRef]
) -> tuple[ResultRecord, ...]:
    """Fill grid places the results leave out; where the two disagree the results stay."""
    published = {}
    for one in row.children("starting_grid"):
        driver = _by_code(driver_of(one, "driver_id", "driver"), by_code)
        published[driver] = one
    if not published:
        return results
    filled = []
    for result in results:
        line = published.get(result.driver)
        if line is None or result.grid is not None or result.pit_lane_start:
            filled.append(result)
            continue
        filled.append(
            replace(
                result,
                grid=line.integer("grid", *POSITIONS),
                pit_lane_start=bool(line.flag("pit_lane_start")),
                grid_penalty=result.grid_penalty or line.text("grid_penalty"),
            )
        )
    return tuple(filled)


def _pit_stop(row: Row, by_code: Mapping[str | None, DriverRef]) -> PitStopRecord:
    return PitStopRecord(
        driver=_by_code(driver_of(row, "driver_id", "driver"), by_code),
        lap=row.need("lap", row.integer("lap", *LAPS)),
        stop=row.integer("stop", 1, 100),
        time_s=row.number("time_s", *_PIT_TIMES),
    )


def _by_code(driver: DriverRef, by_code: Mapping[str | None, DriverRef]) -> DriverRef:
    """Give the driver of the results where only his code is repeated."""
    return by_code.get(driver.code, driver) if driver.driver_id is None else driver
