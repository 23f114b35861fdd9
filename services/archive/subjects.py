"""Numbers of drivers, teams and events; what they are called is what the last document says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from predictor.published.event_types import Event, SprintDriver
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import SessionKind
from services.archive.adding import add_row
from services.archive.instants import instant
from services.archive.schema import event, subject

__all__ = ["Named", "event_numbers", "named_in", "subject_numbers"]


class Named(NamedTuple):
    """A driver or a team."""

    kind: str
    id: str
    code: str
    name: str


def named_in(document: SeasonDocument) -> dict[tuple[str, str], Named]:
    """Return the drivers and teams that a document tells of, by kind and id."""
    found: dict[tuple[str, str], Named] = {}

    def meet(one: Named) -> None:
        found[one.kind, one.id] = one

    for block in document.predictions.values():
        for session in (block, block.sprint):
            for starter in session.result.order if session and session.result else ():
                meet(Named("driver", starter.driver_id, starter.driver, starter.driver_id))
    for block in document.predictions.values():
        rows: Iterable[SprintDriver] = block.predictions
        for row in (*rows, *(block.sprint.predictions if block.sprint else ())):
            meet(Named("driver", row.driver_id, row.driver, row.name))
            meet(Named("team", row.team_id, "", row.team))
    for driver in document.championship.drivers:
        meet(Named("driver", driver.driver_id, driver.driver, driver.name))
    for team in document.championship.constructors:
        meet(Named("team", team.team_id, "", team.team))
    return found


def subject_numbers(
    connection: Connection, named: Iterable[Named], *, rename: bool = True
) -> dict[tuple[str, str], int]:
    """Return the numbers of drivers and teams by kind and id; new ones get one.

    Parameters
    ----------
    connection : Connection
    named : iterable of Named
    rename : bool
        Whether these are the names of now, as against those of a season long past.
    """
    numbers: dict[tuple[str, str], int] = {}
    known: dict[tuple[str, str], Named] = {}
    for row in connection.execute(select(subject)):
        numbers[row.kind, row.id] = row.subject_no
        known[row.kind, row.id] = Named(row.kind, row.id, row.code, row.name)
    for one in named:
        key = (one.kind, one.id)
        if key not in known:
            numbers[key] = add_row(connection, subject, one._asdict())
            known[key] = one
        elif _is_better(one, known[key], rename=rename):
            known[key] = one
            values = {"code": one.code, "name": one.name}
            where = subject.c.subject_no == numbers[key]
            connection.execute(update(subject).where(where).values(values))
    return numbers


def _is_better(now: Named, before: Named, *, rename: bool) -> bool:
    """Whether a name takes the place of another; one that is only the id takes none's."""
    if now == before or now.name == now.id:
        return False
    return rename or before.name == before.id


def event_numbers(
    connection: Connection, season: int, events: Mapping[str, Event]
) -> dict[str, int]:
    """Return the numbers of a season's events by id; new ones get one, moved ones are moved.

    Parameters
    ----------
    connection : Connection
    season : int
    events : mapping of str to Event
        By name, as a document has them.
    """
    known = {
        row.event_id: row
        for row in connection.execute(select(event).where(event.c.season == season))
    }
    numbers: dict[str, int] = {}
    for name, block in events.items():
        values = _values(name, season, block)
        row = known.get(block.metadata.event_id)
        if row is None:
            numbers[block.metadata.event_id] = add_row(connection, event, values)
            continue
        numbers[row.event_id] = row.event_no
        if any(row._mapping[key] != value for key, value in values.items()):
            where = event.c.event_no == row.event_no
            connection.execute(update(event).where(where).values(values))
    return numbers


def _values(name: str, season: int, block: Event) -> dict[str, object]:
    metadata = block.metadata
    starts = {kind: instant(session.starts_at) for kind, session in metadata.sessions.items()}
    return {
        "event_id": metadata.event_id,
        "season": season,
        "round": metadata.round,
        "name": name,
        "status": metadata.status.value,
        "date": metadata.date,
        "starts_at": starts.get(SessionKind.RACE),
        "sprint_starts_at": starts.get(SessionKind.SPRINT),
        "time_zone": metadata.time_zone,
    }
