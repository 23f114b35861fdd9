"""Which of the events already known a reference means, best evidence first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from predictor.records import EventRef
from predictor.season.known_events import KnownEvent, day_of, is_in_weekend, named
from predictor.season.naming import choose, read_words
from predictor.season.places import circuit_slug, event_slug

__all__ = ["find_by_any_name", "find_known", "has_key"]


def find_known(ref: EventRef, events: Sequence[KnownEvent]) -> int | None:
    """Give the index of the only event that the best evidence leaves standing."""
    for matches in _EVIDENCE:
        found = [at for at, event in enumerate(events) if matches(ref, event)]
        if len(found) > 1:  # two events at one circuit: the date tells, else the round
            for finer in (_same_weekend, _same_round):
                found = [at for at in found if finer(ref, events[at])] or found
        if len(found) == 1:
            return found[0]
    if ref.event_id or ref.name:
        return None  # it says who it is, and nobody here is: a new event
    found = [at for at, event in enumerate(events) if _same_round(ref, event)]
    return found[0] if len(found) == 1 else None


def find_by_any_name(season: int, ref: EventRef, events: Sequence[KnownEvent]) -> int | None:
    """Find an event that is called after its place or country: "Monza Grand Prix"."""
    texts = [text for text in (ref.name, ref.circuit) if text]
    possible = [
        event
        for event in events
        if day_of(ref.date) is None or day_of(event.date) is None or is_in_weekend(ref.date, event)
    ]
    found = choose(read_words(texts, season, [named(event, season) for event in possible]))
    return next((at for at, event in enumerate(events) if event.event_id == found), None)


def _same_id(ref: EventRef, event: KnownEvent) -> bool:
    return ref.event_id is not None and ref.event_id == event.event_id


def has_key(ref: EventRef, event: KnownEvent) -> bool:
    """Whether the provider calls both by one key."""
    return ref.provider_key is not None and ref.provider_key in event.provider_keys


def _same_name(ref: EventRef, event: KnownEvent) -> bool:
    if ref.name is None:
        return False
    names = {event.slug, event_slug(event.name)} if event.name else {event.slug}
    return event_slug(ref.name) in names


def _same_circuit(ref: EventRef, event: KnownEvent) -> bool:
    if ref.circuit is None or circuit_slug(ref.circuit) not in event.circuits:
        return False
    # Bahrain and Sakhir 2020 share a circuit: a date that is known must not contradict.
    return ref.date is None or event.date is None or is_in_weekend(ref.date, event)


def _same_weekend(ref: EventRef, event: KnownEvent) -> bool:
    return is_in_weekend(ref.date, event)


def _same_round(ref: EventRef, event: KnownEvent) -> bool:
    return ref.round is not None and ref.round == event.round


_EVIDENCE: tuple[Callable[[EventRef, KnownEvent], bool], ...] = (
    _same_id,
    has_key,
    _same_name,
    _same_circuit,
    _same_weekend,
)
