"""What the calendars say of one event, merged field by field in order of precedence."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TypeVar

from predictor.records import EventRecord, SessionRecord
from predictor.season.known_events import KnownEvent
from predictor.season.places import circuit_slug, grand_prix_name
from predictor.season.state import WEEKEND_ORDER, EventState
from predictor.season.time_zones import time_zone_of
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat

__all__ = ["plan_event"]

T = TypeVar("T")

_FIRST_SHOOTOUT_SEASON = 2023  # sprint grids come from a qualifying of their own since
_FIRST_SPRINT_SEASON = 2021


def plan_event(
    season: int,
    known: KnownEvent,
    records: Sequence[EventRecord],
    sessions: Mapping[SessionKind, SessionRecord],
) -> EventState:
    """Give an event as planned, without sessions and entries yet.

    Parameters
    ----------
    season : int
    known : KnownEvent
        For its id, and for what calendars leave out.
    records : sequence of EventRecord
        The event's line in every calendar, the most trusted first; may be empty.
    sessions : mapping from SessionKind to SessionRecord
        The files that are here; they show a sprint that no calendar lists.

    Returns
    -------
    EventState
        Each field from the first calendar that has it; round 0 where nobody says.
    """
    circuits = [record.circuit for record in records if record.circuit is not None]
    circuit_ids = [circuit.circuit_id for circuit in circuits]
    circuit_ids += [record.event.circuit for record in records if record.event.circuit]
    circuit_ids += sorted(known.circuits)
    circuit_id = circuit_slug(circuit_ids[0]) if circuit_ids else None
    sprint_format = _sprint_format(season, records, sessions)
    from_sprint = sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    return EventState(
        event_id=known.event_id,
        slug=known.slug,
        season=season,
        round=_first(record.event.round for record in records) or known.round or 0,
        name=known.name or grand_prix_name(known.slug),
        date=known.date,
        circuit_id=circuit_id,
        circuit_kind=_first(circuit.kind for circuit in circuits),
        length_km=_first(circuit.length_km for circuit in circuits),
        scheduled_laps=_first(record.scheduled_laps for record in records),
        status=_first(record.status for record in records) or EventStatus.SCHEDULED,
        sprint_format=sprint_format,
        sprint_laps=_first(record.sprint_laps for record in records) if sprint_format else None,
        grid_from=_first(record.grid_from for record in records)
        or ("sprint" if from_sprint else "qualifying"),
        qualifying_format=_first(record.qualifying_format for record in sessions.values())
        or _first(record.qualifying_format for record in records)
        or "knockout",
        session_times=_session_times(records),
        entries=(),
        sessions=(),
        time_zone=_first(circuit.time_zone for circuit in circuits) or time_zone_of(circuit_id),
    )


def _sprint_format(
    season: int, records: Sequence[EventRecord], sessions: Container[SessionKind]
) -> SprintFormat | None:
    said = _first(record.sprint_format for record in records)
    if said is not None:
        return said
    has_sprint = _first(record.has_sprint for record in records)
    if SessionKind.SPRINT in sessions or SessionKind.SPRINT_QUALIFYING in sessions:
        has_sprint = True
    if not has_sprint:
        return None
    if _FIRST_SPRINT_SEASON <= season < _FIRST_SHOOTOUT_SEASON:
        return SprintFormat.GRID_FROM_QUALIFYING
    return SprintFormat.SPRINT_SHOOTOUT


def _session_times(records: Sequence[EventRecord]) -> tuple[tuple[SessionKind, str], ...]:
    times: dict[SessionKind, str] = {}
    for record in records:
        for kind, start in record.sessions:
            if start is not None:
                times.setdefault(kind, start)
    return tuple((kind, times[kind]) for kind in WEEKEND_ORDER if kind in times)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
