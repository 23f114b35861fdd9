"""OpenF1: rows of numbers and keys; `link` finds out which session they are.

A row names its session by ``session_key`` and its driver by car number. Only
``sessions.json``, ``meetings.json`` and ``drivers.json`` say what the keys mean, so
records leave here with provisional kinds and are settled once all files are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from predictor.errors import FormatError
from predictor.formats.fields import LAP_TIMES, POSITIONS, Row, listed
from predictor.formats.openf1.calendar import (
    FORMAT,
    meeting_of,
    read_meetings,
    read_sessions,
    session_of,
    stamp_of,
)
from predictor.formats.openf1.drivers import entry_of
from predictor.formats.openf1.results import driver_by_number, session_results, session_shape
from predictor.formats.practice import sum_up_laps
from predictor.formats.units import ANY_LAP, impossible_laps, in_seconds
from predictor.notes import Note, NoteKind
from predictor.records import (
    EntriesRecord,
    EventRef,
    LapRecord,
    LapsRecord,
    ParsedFile,
    PitStopRecord,
    Record,
    ResultRecord,
    SessionRecord,
)
from predictor.vocabulary import Compound, ResultStatus, SessionKind

__all__ = ["UNKNOWN_SEASON", "parse_rows"]

UNKNOWN_SEASON = 0  # of entries whose session is not linked yet

_LAPS = (0, 200)
_COMPOUNDS = {str(compound): compound for compound in Compound}
_PIT_TIMES = (1.0, 4 * 3600.0)  # s; a car waits in the pit lane while a race is stopped
# Endpoints of no use here, by a column that only they have; the first that fits is taken.
_UNUSED = {
    "gap_to_leader": "intervals",
    "interval": "intervals",
    "air_temperature": "weather",
    "flag": "race control messages",
    "message": "race control messages",
    "recording_url": "team radio",
    "overtaking_driver_number": "overtakes",
    "position": "positions during the session",
}


def parse_rows(rows: Sequence[Row]) -> ParsedFile:
    """Parse one OpenF1 answer of any endpoint.

    Parameters
    ----------
    rows : sequence of Row
        At least one; all of one endpoint, of any number of sessions.

    Returns
    -------
    ParsedFile
        One record per session, meeting calendar or driver list, with
        ``provider_key`` ``openf1:session:<key>`` or ``openf1:meeting:<key>``. A
        SessionRecord's kind is a guess from its shape until it is linked.

    Raises
    ------
    FormatError
        Where a field has the wrong type or is out of range.
    """
    keys = set(rows[0].values)
    for needed, reader in _READERS:
        if needed <= keys:
            return reader(rows)
    for key, name in _UNUSED.items():
        if key in keys:
            return _sessions_file(
                (), Note(NoteKind.DATA_UNUSED, f"OpenF1 {name} are not used by this version")
            )
    raise FormatError(
        "an OpenF1 answer of an endpoint that is not known",
        where=rows[0].file,
        got=listed(sorted(keys)),
        expected="session_result, starting_grid, laps, stints, pit, drivers, sessions or meetings",
        do="drop one of these",
    )


def _by_session(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    """Sort rows by session and meeting; a row given twice word for word counts once."""
    sessions: dict[tuple[str, str], list[Row]] = defaultdict(list)
    seen: dict[tuple[str, object], Row] = {}
    for row in rows:
        key = session_of(row)
        again = seen.setdefault((key, repr(sorted(row.values.items()))), row)
        if again is row:
            sessions[key, meeting_of(row)].append(row)
    return sessions


def _sessions_file(records: Sequence[Record], *notes: Note) -> ParsedFile:
    return ParsedFile(format=FORMAT, records=tuple(records), notes=notes)


def _read_results(rows: Sequence[Row]) -> ParsedFile:
    records: list[Record] = []
    notes: list[Note] = []
    for (session, meeting), group in _by_session(rows).items():
        kind = session_shape(group)
        results, note = session_results(group, kind)
        if note is not None:
            notes.append(note.at(f"session_key {session.rpartition(':')[2]}"))
        event = EventRef(provider_key=meeting)
        records.append(SessionRecord(event, kind, results, provider=FORMAT, provider_key=session))
    return _sessions_file(records, *notes)


def _read_grid(rows: Sequence[Row]) -> ParsedFile:
    records = []
    for (session, meeting), group in _by_session(rows).items():
        results = tuple(
            ResultRecord(
                driver=driver_by_number(row),
                status=ResultStatus.FINISHED,
                position=row.integer("position", *POSITIONS),
                grid=row.integer("position", *POSITIONS),
                best_s=row.number("lap_duration", *LAP_TIMES),
            )
            for row in group
        )
        kind = SessionKind.STARTING_GRID
        event = EventRef(provider_key=meeting)
        records.append(SessionRecord(event, kind, results, provider=FORMAT, provider_key=session))
    return _sessions_file(records)


def _read_pit_stops(rows: Sequence[Row]) -> ParsedFile:
    """Give pit stops as a session without results; linking moves them to the result."""
    records = []
    for (session, meeting), group in _by_session(rows).items():
        stops = tuple(
            PitStopRecord(
                driver=driver_by_number(row),
                lap=row.need("lap_number", row.integer("lap_number", *_LAPS)),
                time_s=_pit_time(row),
            )
            for row in group
        )
        records.append(
            SessionRecord(
                EventRef(provider_key=meeting),
                SessionKind.RACE,
                (),
                pit_stops=stops,
                provider=FORMAT,
                provider_key=session,
            )
        )
    return _sessions_file(records)


def _pit_time(row: Row) -> float | None:
    for key in ("lane_duration", "pit_duration"):  # the second is the older name of the first
        time_s = row.number(key, 0.0, 10**6)
        if time_s is not None and _PIT_TIMES[0] <= time_s <= _PIT_TIMES[1]:
            return time_s
    return None


def _read_laps(rows: Sequence[Row]) -> ParsedFile:
    records, n_odd = [], 0
    timed = in_seconds(rows, "lap_duration", ANY_LAP)
    for (session, meeting), group in _by_session(timed).items():
        laps = []
        for row in group:
            time_s = row.number("lap_duration", 0.0, 10**6)
            is_odd = time_s is not None and not ANY_LAP[0] <= time_s <= ANY_LAP[1]
            n_odd += is_odd
            is_out_lap = bool(row.flag("is_pit_out_lap"))
            laps.append(
                LapRecord(
                    driver=driver_by_number(row),
                    lap=row.need("lap_number", row.integer("lap_number", *_LAPS)),
                    lap_time_s=None if is_odd else time_s,
                    pit_out=is_out_lap,
                    # OpenF1 does not mark deleted laps; out-laps are never timed laps.
                    counts=not is_out_lap,
                )
            )
        starts = [start for row in group if (start := stamp_of(row, "date_start")) is not None]
        records.append(
            LapsRecord(
                EventRef(provider_key=meeting),
                None,
                tuple(laps),
                FORMAT,
                session,
                started_at=min(starts, default=None),
                drivers=sum_up_laps(laps),
            )
        )
    return _sessions_file(records, *impossible_laps(n_odd))


def _read_stints(rows: Sequence[Row]) -> ParsedFile:
    """Give stints lap by lap, without times; linking moves them to the laps."""
    records = []
    for (session, meeting), group in _by_session(rows).items():
        laps = tuple(lap for row in group for lap in _stint_laps(row))
        event = EventRef(provider_key=meeting)
        records.append(LapsRecord(event, None, laps, FORMAT, session))
    return _sessions_file(records)


def _stint_laps(row: Row) -> list[LapRecord]:
    first, last = row.integer("lap_start", *_LAPS), row.integer("lap_end", *_LAPS)
    if first is None or last is None:  # a stint that never began
        return []
    age = row.integer("tyre_age_at_start", 0, 200)
    said = row.text("compound")
    compound = _COMPOUNDS.get(said) if said is not None else None  # UNKNOWN, TEST_UNKNOWN
    return [
        LapRecord(
            driver=driver_by_number(row),
            lap=lap,
            stint=row.integer("stint_number", 1, 100),
            compound=compound,
            tyre_age=None if age is None else age + lap - first,
        )
        for lap in range(first, last + 1)
    ]


def _read_drivers(rows: Sequence[Row]) -> ParsedFile:
    records = []
    for (session, _), group in _by_session(rows).items():
        entries = tuple(entry_of(row) for row in group)
        records.append(EntriesRecord(UNKNOWN_SEASON, entries, FORMAT, provider_key=session))
    return _sessions_file(records)


# What a row must have to be of an endpoint; the first that fits is taken.
_READERS: tuple[tuple[set[str], Callable[[Sequence[Row]], ParsedFile]], ...] = (
    ({"session_name", "date_start"}, read_sessions),
    ({"meeting_name", "date_start"}, read_meetings),
    ({"driver_number", "position", "number_of_laps"}, _read_results),
    ({"driver_number", "position", "lap_duration"}, _read_grid),
    ({"driver_number", "lap_number", "lap_duration"}, _read_laps),
    ({"driver_number", "lap_start", "compound"}, _read_stints),
    ({"driver_number", "full_name"}, _read_drivers),
    ({"driver_number", "lap_number", "pit_duration"}, _read_pit_stops),
    ({"driver_number", "lap_number", "lane_duration"}, _read_pit_stops),
)
