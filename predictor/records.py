"""The one language between formats and season: what a file says, in our words.

Adapters fill in what their provider knows and leave the rest ``None``; ``None``
means unknown, never zero. Which event and which driver a record belongs to is
settled later, by ``predictor.season``, so references stay references here.
"""

from __future__ import annotations

from dataclasses import dataclass

from predictor.notes import Note
from predictor.vocabulary import Compound, EventStatus, ResultStatus, SessionKind, SprintFormat

__all__ = [
    "CalendarRecord",
    "CircuitRecord",
    "DayOfTesting",
    "DriverLaps",
    "DriverRef",
    "EntriesRecord",
    "EntryRecord",
    "EventRecord",
    "EventRef",
    "LapRecord",
    "LapsRecord",
    "ParsedFile",
    "PathClaim",
    "PitStopRecord",
    "RainForecast",
    "RainRecord",
    "Record",
    "ResultRecord",
    "SessionRecord",
]


@dataclass(frozen=True, slots=True)
class PathClaim:
    """What a file's path says of its event; the season's calendar decides what it means.

    ``words`` holds, from the file's name outwards to its folders, what each part may be
    called after: ("monza", "italian"). They name no event by themselves.
    """

    words: tuple[str, ...] = ()
    round: int | None = None
    date: str | None = None  # YYYY-MM-DD; of the session, or of the day it was exported


@dataclass(frozen=True, slots=True)
class EventRef:
    """What a file says about the event it belongs to; any field may be unknown."""

    season: int | None = None
    event_id: str | None = None  # "2025-monaco"
    round: int | None = None  # 1-based; may change when a calendar is renumbered
    name: str | None = None  # "Monaco Grand Prix"
    circuit: str | None = None  # provider's circuit id, place or short name
    country: str | None = None
    date: str | None = None  # race or session date, YYYY-MM-DD
    provider_key: str | None = None  # e.g. "openf1:meeting:1229"
    path: PathClaim | None = None  # where the content does not name the event


@dataclass(frozen=True, slots=True)
class DayOfTesting:
    """Which day of a season's testing a file says that it is of; either may be unknown."""

    test: int | None = None  # 1-based; a season may have several
    day: int | None = None  # of the test, 1-based


@dataclass(frozen=True, slots=True)
class DriverRef:
    """What a file says about a driver; any field may be unknown."""

    driver_id: str | None = None  # "max-verstappen"
    code: str | None = None  # "VER"; repeats over the years, for display only
    number: int | None = None
    name: str | None = None  # "Max Verstappen"


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """One driver's row of one session's result."""

    driver: DriverRef
    status: ResultStatus
    position: int | None = None  # 1-based; None when not classified
    team: str | None = None  # the team's name as the file has it
    engine: str | None = None
    classified: bool | None = None
    grid: int | None = None  # 1-based; None with pit_lane_start, or unknown
    pit_lane_start: bool = False
    grid_penalty: str | None = None  # places, or words such as "SFB" (back of the grid)
    laps: int | None = None
    time_s: float | None = None  # whole race
    gap_s: float | None = None  # to the winner, or to the session's best
    gap_laps: int | None = None  # laps down
    time_penalty_s: float | None = None
    points: float | None = None
    fastest_lap: bool | None = None
    best_s: float | None = None  # best lap of the session
    q1_s: float | None = None
    q2_s: float | None = None
    q3_s: float | None = None
    reason: str | None = None  # of a retirement, "Gearbox"
    long_run_s: float | None = None  # of testing: median lap of the long runs


@dataclass(frozen=True, slots=True)
class PitStopRecord:
    """One pit stop; ``time_s`` is the time in the pit lane."""

    driver: DriverRef
    lap: int
    stop: int | None = None
    time_s: float | None = None


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One whole session of one event."""

    event: EventRef
    kind: SessionKind
    results: tuple[ResultRecord, ...]
    pit_stops: tuple[PitStopRecord, ...] = ()
    provider: str = "native"
    provider_key: str | None = None  # e.g. "openf1:session:9488"
    qualifying_format: str | None = None  # knockout | elimination
    from_laps: bool = False  # a practice ranked by laps; other files may hold other drivers
    said_kind: SessionKind | None = None  # by a column of a table whose kind is a guess yet
    testing: DayOfTesting | None = None  # where it is a day of testing, of no event


@dataclass(frozen=True, slots=True)
class LapRecord:
    """One lap of one driver."""

    driver: DriverRef
    lap: int  # 1-based
    lap_time_s: float | None = None
    stint: int | None = None
    compound: Compound | None = None
    tyre_age: int | None = None  # laps on this set
    pit_in: bool = False
    pit_out: bool = False
    team: str | None = None
    counts: bool = True  # False: the time was deleted, is not accurate, or is of an out-lap


@dataclass(frozen=True, slots=True)
class DriverLaps:
    """What all laps of one driver in one session come to."""

    driver: DriverRef
    n_laps: int
    best_s: float | None = None  # of the laps that count
    team: str | None = None
    long_run_s: float | None = None  # median lap of the runs of eight laps or more


@dataclass(frozen=True, slots=True)
class LapsRecord:
    """The laps of one session, as lap files have them."""

    event: EventRef
    kind: SessionKind | None  # None: the file does not say
    laps: tuple[LapRecord, ...]  # empty where only what they come to is kept
    provider: str
    provider_key: str | None = None
    started_at: str | None = None  # RFC 3339, when the file carries a clock
    drivers: tuple[DriverLaps, ...] = ()  # in file order; empty where the file has no times
    testing: DayOfTesting | None = None  # where the content calls it a day of testing


@dataclass(frozen=True, slots=True)
class CircuitRecord:
    """A circuit as a calendar describes it."""

    circuit_id: str  # "monaco", "spa-francorchamps"
    name: str | None = None
    kind: str | None = None  # race | street | road
    length_km: float | None = None
    country: str | None = None
    time_zone: str | None = None  # IANA, "Europe/Monaco"


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One line of a calendar."""

    event: EventRef
    circuit: CircuitRecord | None = None
    status: EventStatus | None = None  # None: not said
    scheduled_laps: int | None = None
    sprint_format: SprintFormat | None = None
    has_sprint: bool | None = None
    sprint_laps: int | None = None
    qualifying_format: str | None = None
    grid_from: str | None = None  # qualifying | sprint
    sessions: tuple[tuple[SessionKind, str | None], ...] = ()  # starts in UTC, RFC 3339


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """A season's calendar, or the part of it that a file holds."""

    season: int
    events: tuple[EventRecord, ...]
    provider: str = "native"
    complete: bool = True  # False: the file holds only some events of the season


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """One driver entered by one team; ``role`` is known before the season starts."""

    driver: DriverRef
    team: str | None
    engine: str | None = None
    role: str = "race"  # race (entered for the opening round) | reserve | test
    doubt: str | None = None  # what a user should know of the row, where it contradicts itself


@dataclass(frozen=True, slots=True)
class EntriesRecord:
    """Who is entered for a season."""

    season: int
    entries: tuple[EntryRecord, ...]
    provider: str = "native"
    provider_key: str | None = None  # of the session a provider's driver list belongs to


@dataclass(frozen=True, slots=True)
class RainForecast:
    """How likely somebody said, at some instant, that it would rain in a race."""

    issued_at: str  # UTC, RFC 3339
    chance: float
    by: str = ""  # whose forecast it is


@dataclass(frozen=True, slots=True)
class RainRecord:
    """Forecasts of rain for the race of one event."""

    event: EventRef
    forecasts: tuple[RainForecast, ...]
    provider: str = "native"


Record = SessionRecord | LapsRecord | CalendarRecord | EntriesRecord | RainRecord


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one dropped file holds, in file order."""

    format: str  # "native", "jolpica", "openf1", "fastf1"
    records: tuple[Record, ...]
    notes: tuple[Note, ...] = ()  # what a user should know: rows left out, fields missing
    sources: tuple[str, ...] = ()  # credits the file carries, "f1db 6a5845b840e6 CC BY 4.0"
    # Kind and text of what other files may complete, see `predictor.formats.join_parts`.
    parts: tuple[tuple[str, str], ...] = ()
