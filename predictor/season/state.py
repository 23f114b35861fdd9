"""What is known of a season, as one value: the state every forecast starts from.

Nothing in here depends on file names, arrival order or a provider's spelling:
drivers are ``driver_id``, teams are ``team_id``, events are ``event_id``. Equal
knowledge gives equal values, so a digest of an event changes only with its facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from predictor.notes import Note
from predictor.records import RainForecast, ResultRecord, SessionRecord
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat

__all__ = [
    "WEEKEND_ORDER",
    "Driver",
    "Entry",
    "EventState",
    "HasStates",
    "PreSeasonDay",
    "SeasonState",
]

# The order in which sessions are listed. On sprint weekends of 2021-22 qualifying came before
# the sprint; a fixed order is worth more here than that detail, start times tell the rest.
WEEKEND_ORDER = (
    SessionKind.FP1,
    SessionKind.FP2,
    SessionKind.FP3,
    SessionKind.SPRINT_QUALIFYING,
    SessionKind.SPRINT,
    SessionKind.QUALIFYING,
    SessionKind.STARTING_GRID,
    SessionKind.RACE,
)


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver as displayed in a season; keyed by ``driver_id``."""

    driver_id: str  # "max-verstappen"
    code: str  # "VER", unique within the season
    number: int | None  # the car number last seen in the season
    name: str  # "Max Verstappen"


@dataclass(frozen=True, slots=True)
class Entry:
    """A driver who takes part in one event, and the team he drives for there."""

    driver_id: str
    code: str  # unique within the event
    number: int | None
    name: str
    team_id: str  # the team of that year, "racing-bulls"
    team: str  # its display name, "Racing Bulls"
    lineage: str  # the same across renames, "toro-rosso"
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class EventState:
    """All that is known of one event.

    ``sessions`` are in weekend order with one record per kind. In them every
    ``DriverRef`` carries only ``driver_id`` and every ``team`` is a ``team_id``;
    results are in order of position, then the retired by laps, the disqualified last. Of a race,
    ``entries`` are those who started; before it, those expected to.
    """

    event_id: str  # "2025-monaco", permanent
    slug: str  # "monaco"
    season: int
    round: int  # 1-based, as the calendar has it now; may change
    name: str  # "Monaco Grand Prix"
    date: str | None  # of the race, YYYY-MM-DD
    circuit_id: str | None
    circuit_kind: str | None  # race | street | road
    length_km: float | None
    scheduled_laps: int | None
    status: EventStatus
    sprint_format: SprintFormat | None  # None: no sprint
    sprint_laps: int | None
    grid_from: str  # qualifying | sprint
    qualifying_format: str  # knockout | elimination
    session_times: tuple[tuple[SessionKind, str], ...]  # UTC, RFC 3339; weekend order
    entries: tuple[Entry, ...]  # sorted by driver_id
    sessions: tuple[SessionRecord, ...]
    notes: tuple[Note, ...] = ()
    time_zone: str | None = None  # of the circuit, IANA: "Europe/Monaco"
    rain: tuple[RainForecast, ...] = ()  # for its race, in order of issue

    def session(self, kind: SessionKind) -> SessionRecord | None:
        """Give the session of this kind, or None."""
        return next((session for session in self.sessions if session.kind is kind), None)

    def results(self, kind: SessionKind) -> tuple[ResultRecord, ...]:
        """Give the result rows of this kind of session; empty when it is not known."""
        session = self.session(kind)
        return session.results if session is not None else ()

    def entry(self, driver_id: str) -> Entry | None:
        """Give the driver's entry, or None for one who does not take part."""
        return next((entry for entry in self.entries if entry.driver_id == driver_id), None)


@dataclass(frozen=True, slots=True)
class PreSeasonDay:
    """One day of testing before a season; of no event."""

    test: int  # 1-based; a season may have several
    day: int  # of the test, 1-based
    date: str | None  # YYYY-MM-DD
    results: tuple[ResultRecord, ...]  # as an event's: ids for drivers and teams


@dataclass(frozen=True, slots=True)
class SeasonState:
    """A season: its events in calendar order and everyone seen in it."""

    season: int
    events: tuple[EventState, ...]
    drivers: tuple[Driver, ...]  # sorted by driver_id
    notes: tuple[Note, ...] = ()  # may name files, unlike an event's notes
    sources: tuple[str, ...] = ()  # credits of the files used, sorted
    has_calendar: bool = True  # of the whole season; False: more events may follow
    testing: tuple[PreSeasonDay, ...] = ()  # before its first race, in order

    def event(self, event_id: str) -> EventState | None:
        """Give the event with this id, or None."""
        return next((event for event in self.events if event.event_id == event_id), None)


class HasStates(Protocol):
    """A folder of seasons, as the stage that reads it gives it."""

    @property
    def states(self) -> tuple[SeasonState, ...]:
        """Season states, ordered by season."""
