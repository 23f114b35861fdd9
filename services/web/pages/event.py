"""The page of one event: the forecast before its race; after it, how right that was."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus
from services.publishing.told_races import told_name
from services.web.derived import figures
from services.web.derived.as_of import AsOf, of_frozen
from services.web.derived.cars import Cars
from services.web.derived.headline import event_headline
from services.web.derived.told_words import command, told_path
from services.web.derived.weekend import has_run, n_events
from services.web.maker import Made, made_in_time
from services.web.pages import event_after, event_before
from services.web.pages.archived import Kept
from services.web.pages.people_places import people_ways
from services.web.pages.shown import Shown
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["make"]


def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of every event of every season."""
    for document in world.documents.values():
        year = document.metadata.season
        cars, kept = Cars(document, people_ways(world, year, hide=hide)), Kept(world, year)
        for title, event in document.predictions.items():
            shown = Shown(world, document, title, event, cars, kept, hide)
            yield f"/events/{shown.event_id}", made_in_time(world, document, partial(_page, shown))


def _page(shown: Shown) -> Resource:
    document, event, hide = shown.document, shown.event, shown.hide
    values: dict[str, Any] = {
        "event_id": shown.event_id,
        "over": _over(shown),
        "headline": event_headline(shown.title, event, hide=hide),
        "neighbours": _neighbours(document, shown.event_id),
        "card": _card(shown),
        "notes": event.metadata.notes,
        "told": _told(shown),
        "has_weights": bool(document.metadata.driver_weights or document.metadata.team_weights),
    }
    if has_run(event) and event.predictions and not hide:
        template = "event_after.html"
        values |= event_after.values(shown)
    elif event.predictions:
        template = "event_before.html"
        values |= event_before.values(shown)
    else:
        template = "event_none.html"
        values |= {"reason": _reason(event), "order": event_after.order_of(shown)}
    return page(
        shown.world,
        template,
        as_of=_as_of(shown),
        path=f"/events/{shown.event_id}",
        title=values["headline"],
        hide=hide,
        **values,
    )


def _as_of(shown: Shown) -> AsOf | None:
    """Return of when the forecast of a race is that has been run; None: of now."""
    as_of = shown.event.metadata.as_of
    if as_of is None or not has_run(shown.event) or not shown.event.predictions:
        return None
    nothing = (0, "")
    seen = nothing if shown.hide else shown.kept.revisions.get(shown.event_id, nothing)
    return of_frozen(as_of, *seen)


def _told(shown: Shown) -> list[tuple[str, str, str]]:
    """Return what can be told of it: race or sprint, its address, and if none is told how to."""
    if not shown.event.predictions:
        return []
    sessions = ["race", *(["sprint"] if shown.event.sprint else [])]
    found = []
    for session in sessions:
        is_told = told_name(shown.event_id, session) in shown.world.told
        path = told_path(shown.event_id, session) if is_told else ""
        found.append((session, path, "" if is_told else command(shown.event_id, session)))
    return found


def _over(shown: Shown) -> str:
    """Return round, circuit and day in one line."""
    metadata = shown.event.metadata
    parts = [f"Round {metadata.round} of {n_events(shown.document)}"]
    if has_run(shown.event) and not shown.hide:
        parts.append(shown.title)
    if metadata.circuit:
        parts.append(metadata.circuit.replace("-", " ").title())
    if metadata.sprint is not None:
        parts.append("sprint weekend")
    if metadata.date:
        parts.append(f"{figures.day_text(metadata.date)} {metadata.date[:4]}")
    return " · ".join(parts)


def _neighbours(document: SeasonDocument, event_id: str) -> dict[str, tuple[str, str] | None]:
    """Return address and name of the events before and after."""
    events = [(one.metadata.event_id, title) for title, one in document.predictions.items()]
    place = next(place for place, one in enumerate(events) if one[0] == event_id)
    return {
        "before": _way(events[place - 1]) if place else None,
        "after": _way(events[place + 1]) if place + 1 < len(events) else None,
    }


def _way(one: tuple[str, str]) -> tuple[str, str]:
    return f"/events/{one[0]}", one[1]


def _card(shown: Shown) -> str:
    """Return the address of the share card, where readers outside can reach it."""
    if not shown.world.public_url:
        return ""
    hidden = "?hide=results" if shown.hide else ""
    return f"{shown.world.public_url}/events/{shown.event_id}/card.png{hidden}"


def _reason(event: Event) -> str:
    """Return why an event has no forecast, in a sentence."""
    status = event.metadata.status
    if status is EventStatus.CANCELLED:
        return "It is not run, counts for nobody, and has no forecast."
    if status is EventStatus.POSTPONED:
        return "It has no new date yet. The forecast comes with the date."
    if status is EventStatus.COMPLETED:
        return "It is run, and was not forecast before: nothing was known in time."
    return "Nothing is known yet of who drives in it. The forecast comes with the entries."
