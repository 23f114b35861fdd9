"""What OpenF1's keys mean, gathered from all its files in a folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from predictor.records import (
    CalendarRecord,
    DriverRef,
    EntriesRecord,
    EntryRecord,
    EventRecord,
    EventRef,
    ParsedFile,
    SessionRecord,
)
from predictor.vocabulary import TESTING_NAME, EventStatus, SessionKind, SprintFormat

__all__ = ["Catalogue", "SessionFacts", "gather"]

_PROVIDER = "openf1"


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What ``sessions.json`` says of one session."""

    kind: SessionKind
    meeting: str  # provider key
    start: str | None  # UTC, RFC 3339
    event: EventRef  # the date is the session's own, at the circuit
    is_cancelled: bool = False


@dataclass(slots=True)
class Catalogue:
    """Sessions and meetings by provider key, drivers by session and number."""

    sessions: dict[str, SessionFacts] = field(default_factory=dict)
    meetings: dict[str, EventRef] = field(default_factory=dict)
    kinds: dict[str, dict[SessionKind, SessionFacts]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    drivers: dict[str, dict[int | None, EntryRecord]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    # By meeting and number: who has the number in the first session that names him.
    named_in: dict[str, dict[int | None, EntryRecord]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    sprint_grids: dict[str, dict[int | None, int | None]] = field(default_factory=dict)
    testing: set[str] = field(default_factory=set)  # meetings that are called so
    cancelled: set[str] = field(default_factory=set)  # meetings that are marked so

    def event(self, meeting: str) -> EventRef | None:
        """Give a meeting's event, dated by its race where that is listed."""
        named = self.meetings.get(meeting)
        kinds = self.kinds.get(meeting, {})
        race = kinds.get(SessionKind.RACE)
        said = named or next((facts.event for facts in kinds.values()), None)
        if said is None:
            return None
        return EventRef(
            season=said.season,
            name=said.name,
            circuit=said.circuit,
            country=said.country,
            date=race.event.date if race is not None else None,
            provider_key=meeting,
        )

    def session_event(self, facts: SessionFacts) -> EventRef:
        """Give a session's event, dated by the session."""
        named = self.meetings.get(facts.meeting)
        return EventRef(
            season=facts.event.season,
            name=named.name if named is not None else None,
            circuit=facts.event.circuit,
            country=facts.event.country,
            date=facts.event.date,
            provider_key=facts.meeting,
        )

    def day_of_testing(self, session: str) -> EventRef | None:
        """Give a day of a meeting that is called a test, dated; None for any other session."""
        facts = self.sessions.get(session)
        if facts is None or facts.meeting not in self.testing or facts.is_cancelled:
            return None
        season, date = facts.event.season, facts.event.date
        return EventRef(season, name=TESTING_NAME, date=date, provider_key=facts.meeting)

    def is_testing(self, meeting: str) -> bool:
        """Whether a meeting is a test: called so, or practice alone while others have races."""
        if meeting in self.testing:
            return True
        kinds = self.kinds.get(meeting)
        if not kinds or not all(kind.is_ranked_by_laps for kind in kinds):
            return False
        season = next(iter(kinds.values())).event.season
        return any(
            SessionKind.RACE in other
            for other in self.kinds.values()
            if any(facts.event.season == season for facts in other.values())
        )

    def is_cancelled(self, meeting: str) -> bool:
        """Whether a meeting is marked as cancelled, or its race, or all that is listed of it."""
        kinds = self.kinds.get(meeting, {})
        race = kinds.get(SessionKind.RACE)
        return (
            meeting in self.cancelled
            or (race is not None and race.is_cancelled)
            or (bool(kinds) and all(facts.is_cancelled for facts in kinds.values()))
        )

    def is_moved(self, meeting: str) -> bool:
        """Whether a cancelled meeting is listed once more under its name, to be held."""
        said = self.meetings.get(meeting)
        return (
            said is not None
            and self.is_cancelled(meeting)
            and any(
                (other.season, other.name) == (said.season, said.name)
                for key, other in self.meetings.items()
                if not self.is_cancelled(key)
            )
        )

    def calendar_line(self, meeting: str) -> EventRecord | None:
        """Give a meeting as a line of a calendar; None for tests and unknown meetings."""
        event = self.event(meeting)
        if event is None or self.is_testing(meeting):
            return None
        kinds = self.kinds.get(meeting, {})
        held = {kind: facts for kind, facts in kinds.items() if not facts.is_cancelled}
        has_sprint = SessionKind.SPRINT in held if SessionKind.RACE in kinds else None
        return EventRecord(
            event=event,
            status=EventStatus.CANCELLED if self.is_cancelled(meeting) else None,
            has_sprint=has_sprint,
            sprint_format=SprintFormat.SPRINT_SHOOTOUT if has_sprint else None,
            sessions=tuple((kind, facts.start) for kind, facts in held.items()),
        )

    def entry(self, session: str, meeting: str | None, driver: DriverRef) -> EntryRecord | None:
        """Give the driver with a number in a session, or else elsewhere in its meeting."""
        found = self.drivers.get(session, {}).get(driver.number)
        if found is not None or meeting is None:
            return found
        return self.named_in.get(meeting, {}).get(driver.number)


def gather(files: Mapping[str, ParsedFile]) -> Catalogue:
    """Gather what all OpenF1 files say of sessions, meetings, drivers and sprint grids."""
    catalogue = Catalogue()
    for path in sorted(files):
        file = files[path]
        if file.format != _PROVIDER:
            continue
        for record in file.records:
            if isinstance(record, CalendarRecord):
                _add_calendar(catalogue, record.events)
            elif isinstance(record, EntriesRecord) and record.provider_key is not None:
                named = {entry.driver.number: entry for entry in record.entries}
                catalogue.drivers[record.provider_key].update(named)
    for session in sorted(catalogue.drivers):
        facts = catalogue.sessions.get(session)
        if facts is not None:
            for number, entry in catalogue.drivers[session].items():
                catalogue.named_in[facts.meeting].setdefault(number, entry)
    _add_sprint_grids(catalogue, files)
    return catalogue


def _add_calendar(catalogue: Catalogue, events: Iterable[EventRecord]) -> None:
    for line in events:
        meeting, _, session = (line.event.provider_key or "").partition(" ")
        is_cancelled = line.status is EventStatus.CANCELLED
        if not session:
            catalogue.meetings[meeting] = line.event
            if is_cancelled:
                catalogue.cancelled.add(meeting)
        days = [kind for kind, _ in line.sessions if kind is SessionKind.TESTING]
        if "testing" in (line.event.name or "").lower() or days or (session and not line.sessions):
            catalogue.testing.add(meeting)
        if not session or not line.sessions:
            continue
        ((kind, start),) = line.sessions
        facts = SessionFacts(kind, meeting, start, line.event, is_cancelled)
        catalogue.sessions[session] = facts
        catalogue.kinds[meeting][kind] = facts


def _add_sprint_grids(catalogue: Catalogue, files: Mapping[str, ParsedFile]) -> None:
    for path in sorted(files):
        for record in files[path].records:
            if not isinstance(record, SessionRecord) or record.provider_key is None:
                continue
            facts = catalogue.sessions.get(record.provider_key)
            if facts is None or record.kind is not SessionKind.STARTING_GRID:
                continue
            if facts.kind in (SessionKind.SPRINT, SessionKind.SPRINT_QUALIFYING):
                grid = {row.driver.number: row.grid for row in record.results}
                catalogue.sprint_grids[facts.meeting] = grid
