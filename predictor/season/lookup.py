"""Find an event by what people call it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from predictor.errors import UsageError
from predictor.season.naming import Named, choose, name_event, read_words
from predictor.season.words import nearest, slugify, squeeze

__all__ = ["Called", "find_event"]

_SHORTEST_PART = 3


class Called(Protocol):
    """An event with what it is called by; `predictor.season.state.EventState` is one."""

    @property
    def event_id(self) -> str:
        """``2025-monaco``."""

    @property
    def season(self) -> int:
        """Year."""

    @property
    def round(self) -> int:
        """Place in the calendar, 1-based."""

    @property
    def slug(self) -> str:
        """``monaco``."""

    @property
    def name(self) -> str:
        """For display."""

    @property
    def circuit_id(self) -> str | None:
        """None where it is not known."""


OneEvent = TypeVar("OneEvent", bound=Called)


def find_event(season: int, events: Sequence[OneEvent], text: str) -> OneEvent:
    """Give the event that a user names by any of its names, or its round.

    Parameters
    ----------
    season : int
        Year.
    events : sequence
        Of that season, each a `Called`.
    text : str
        ``2025-monaco``, ``monaco``, ``Monaco Grand Prix`` in any case and without accents or
        hyphens, ``8``; a circuit, a place or a country that one event alone is at, or is called
        after: ``cota``, ``Spa``, ``UK``; or three letters or more of a name that no other event
        has: ``brit`` for Britain.

    Raises
    ------
    UsageError
        If no event is called that, the nearest one is suggested if one is near; if a name or a
        part fits several, they are named.
    """
    wanted = _plain(text)
    for event in events:
        if wanted in (str(event.round), *map(_plain, (event.event_id, event.slug, event.name))):
            return event
    named = [_named(event) for event in events]
    words = read_words([text], season, named)
    is_official = "formula" in wanted.split()  # sponsors stand in it whom nobody can list
    if words.phrases and (is_official or not words.unread):
        chosen = choose(words)
        fit = [chosen] if chosen is not None else [*words.strengths] or [*words.touched]
        is_found = chosen is not None
    else:
        fit = [
            event.event_id
            for event, each in zip(events, named, strict=True)
            if _is_part(wanted, event.name, each)
        ]
        is_found = len(fit) == 1
    if is_found:
        return next(event for event in events if event.event_id == fit[0])
    if len(fit) > 1:
        raise _several(season, text, fit)
    raise _unknown(season, text, named, max((event.round for event in events), default=0))


def _named(event: Called) -> Named:
    circuits = [event.circuit_id] if event.circuit_id else []
    return name_event(
        event.event_id, event.season, slug=event.slug, name=event.name, circuits=circuits
    )


def _is_part(wanted: str, name: str, event: Named) -> bool:
    if len(wanted) < _SHORTEST_PART or wanted.isdecimal():
        return False
    squeezed = wanted.replace(" ", "")
    return wanted in _plain(name) or any(squeezed in one for one in event.names | event.places)


def _several(season: int, text: str, event_ids: Sequence[str]) -> UsageError:
    return UsageError(
        "more than one event is called that",
        where=f"season {season}",
        got=repr(text),
        expected="an id, or a name that one event alone has",
        do=f"name one of {', '.join(event_ids)}",
    )


def _unknown(season: int, text: str, named: Sequence[Named], last: int) -> UsageError:
    by_name = {name: each for each in named for name in each.names | each.places}
    near = nearest(squeeze(text), by_name)
    return UsageError(
        "no such event",
        where=f"season {season}",
        got=repr(text),
        expected=f"an id, name or round of one of its {len(named)} events",
        do=f"did you mean {by_name[near].event_id}?"
        if near
        else f"rounds are 1 to {last}; the season document has the ids",
    )


def _plain(text: str) -> str:
    """Give a name as people type it: no accents, no hyphens, no capitals."""
    return slugify(text).replace("-", " ")
