"""Events of a season: in short, one in full, and the ones before and after now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import UNSET, UnsetType

from predictor.published.event_types import Event
from predictor.published.field_types import says
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind
from services.web.api.answers.events import EventAnswer, EventRow, Events
from services.web.api.answers.shared import Season
from services.web.api.paging import Paged, page_of
from services.web.api.problem_kinds import UNKNOWN_ID, problem
from services.web.api.route import Asked
from services.web.api.view import View, made_from

__all__ = [
    "EventsAsked",
    "OneEventAsked",
    "all_events",
    "event",
    "event_url",
    "events",
    "latest_event",
    "next_event",
]


class EventsAsked(Paged, frozen=True, kw_only=True):
    """Which events."""

    season: Annotated[Season | UnsetType, says("year; that of the front page unless given")] = UNSET
    status: Annotated[EventStatus | UnsetType, says("only events that stand so")] = UNSET


class OneEventAsked(Asked, frozen=True, kw_only=True):
    """Which event."""

    event_id: Annotated[str, says("permanent id, as /v1/events lists it")]


def events(asked: EventsAsked, view: View) -> Events:
    """Return events of a season in calendar order."""
    document = view.document(view.season(asked.season))
    rows = [row for row in _rows(document) if asked.status in (UNSET, row.status)]
    page, last = page_of(rows, asked)
    return Events(made_from=made_from(document), data=page, next=last)


def event(asked: OneEventAsked, view: View) -> EventAnswer:
    """Return one event as the document has it."""
    found = view.event(asked.event_id)
    ids = [one.metadata.event_id for one in found.document.predictions.values()]
    place = ids.index(asked.event_id)
    url = event_url(asked.event_id)
    return EventAnswer(
        id=asked.event_id,
        url=url,
        name=found.name,
        season=found.document.metadata.season,
        previous_url=event_url(ids[place - 1]) if place > 0 else None,
        next_url=event_url(ids[place + 1]) if place + 1 < len(ids) else None,
        forecast_url=f"{url}/forecast",
        made_from=made_from(found.document),
        **{name: getattr(found.event, name) for name in Event.__struct_fields__},
    )


def next_event(_: Asked, view: View) -> EventAnswer:
    """Return the first event that is still to be run.

    Raises
    ------
    Problem
        If there is none.
    """
    for row in _rows(view.document(view.season(UNSET))):
        if row.status is EventStatus.SCHEDULED:
            return event(OneEventAsked(event_id=row.id), view)
    raise problem(
        UNKNOWN_ID,
        f"every event of season {view.season(UNSET)} has been run",
        do="GET /v1/events/latest gives the last one",
    )


def latest_event(_: Asked, view: View) -> EventAnswer:
    """Return the last event that has been run.

    Raises
    ------
    Problem
        If there is none.
    """
    for row in reversed(_rows(view.document(view.season(UNSET)))):
        if row.status is EventStatus.COMPLETED:
            return event(OneEventAsked(event_id=row.id), view)
    raise problem(
        UNKNOWN_ID,
        f"no event of season {view.season(UNSET)} has been run yet",
        do="GET /v1/events/next gives the first one",
    )


def all_events(view: View) -> Iterator[OneEventAsked]:
    """Give every event of the published seasons."""
    for event_id in view.events():
        yield OneEventAsked(event_id=event_id)


def event_url(event_id: str) -> str:
    """Return the address of an event."""
    return f"/v1/events/{event_id}"


def _rows(document: SeasonDocument) -> list[EventRow]:
    return [_row(name, one, document) for name, one in document.predictions.items()]


_SAME = ("round", "date", "circuit", "time_zone", "status", "sprint", "horizon", "as_of")


def _row(name: str, one: Event, document: SeasonDocument) -> EventRow:
    metadata = one.metadata
    race = metadata.sessions.get(SessionKind.RACE)
    favourite = one.predictions[0] if one.predictions else None
    winner = one.result.winner if one.result is not UNSET else None
    p_win = {row.driver_id: row.p_win for row in one.predictions}
    return EventRow(
        id=metadata.event_id,
        url=event_url(metadata.event_id),
        season=document.metadata.season,
        name=name,
        starts_at=race.starts_at if race else None,
        favourite_driver_id=favourite.driver_id if favourite else None,
        favourite_p_win=favourite.p_win if favourite else None,
        winner_driver_id=winner,
        winner_p_win=p_win.get(winner) if winner else None,
        **{field: getattr(metadata, field) for field in _SAME},
    )
