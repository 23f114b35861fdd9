"""Who races, what they go by, and which races are to come."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus

__all__ = ["drivers_of", "events_ahead", "resolve", "teams_of"]

_OVER = (EventStatus.COMPLETED, EventStatus.CANCELLED)


def events_ahead(document: SeasonDocument) -> dict[str, Event]:
    """Return the events to come that have a forecast, by name in calendar order."""
    return {
        name: event
        for name, event in document.predictions.items()
        if event.predictions and event.metadata.status not in _OVER
    }


def drivers_of(document: SeasonDocument) -> dict[str, tuple[str, ...]]:
    """Return id, code and name of every driver who races, by id."""
    found: dict[str, tuple[str, ...]] = {}
    for event in document.predictions.values():
        for row in event.predictions:
            found[row.driver_id] = (row.driver_id, row.driver, row.name)
    return found


def teams_of(document: SeasonDocument) -> dict[str, tuple[str, ...]]:
    """Return id and name of every team that races, by id."""
    found: dict[str, tuple[str, ...]] = {}
    for event in document.predictions.values():
        for row in event.predictions:
            found[row.team_id] = (row.team_id, row.team)
    return found


def resolve(name: str, named: Mapping[str, Collection[str]]) -> set[str]:
    """Return the ids that a name may mean, in any case and without accents; parts count last."""
    wanted = _plain(name)
    if not wanted:
        return set()
    whole = {key for key, names in named.items() if wanted in map(_plain, names)}
    if whole:
        return whole
    return {
        key
        for key, names in named.items()
        if any(wanted in one.split() for one in map(_plain, names))
    }


def _plain(text: str) -> str:
    """Return small letters without accents, words parted by blanks."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("-", " "))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())
