"""Which of the events already known a reference means, best evidence first."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from predictor.records import EventRef
from predictor.season.known_events import KnownEvent, day_of, is_in_weekend, named
from predictor.season.naming import choose, read_words
from predictor.season.place_names import CIRCUITS
from predictor.season.places import circuit_slug, circuits_of, event_slug

__all__ = ["find_by_any_name", "find_known", "has_key"]


def find_known(
    season: int, ref: EventRef, events: Sequence[KnownEvent], *, beside: Container[int] = ()
) -> int | None:
    """Give the index of the only event that the best evidence leaves standing.

    Parameters
    ----------
    season : int
    ref : EventRef
    events : sequence of KnownEvent
    beside : container of int
        Events of which the calendar of the reference has another line: only what calls both
        the same joins them, no day and no circuit that they share.
    """
    for matches in _EVIDENCE:
        found = [
            at
            for at, event in enumerate(events)
            if matches(ref, event)
            and not (matches in _CIRCUMSTANCES and _says_another(season, ref, event))
            and not (at in beside and _is_another_line(ref, event, matches))
        ]
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


def _says_another(season: int, ref: EventRef, event: KnownEvent) -> bool:
    """Whether a reference says of itself that it is of another event, whatever its date.

    A name that no table has may be any event's; beside one, only the rounds tell two apart.
    """
    if ref.circuit is not None:
        said = circuit_slug(ref.circuit)
        known = event.circuits & CIRCUITS.keys()
        if said in CIRCUITS and known:
            return said not in known
    if ref.event_id is None and ref.name is None:
        return False
    slug = event_slug(ref.name) if ref.name else (ref.event_id or "").removeprefix(f"{season}-")
    own, theirs = circuits_of(slug, season), circuits_of(event.slug, season)
    if own and theirs:
        return not set(own) & set(theirs)
    rounds = {ref.round, event.round}
    is_named = ref.event_id is not None or bool(own)
    return is_named and None not in rounds and len(rounds) > 1


def _is_another_line(
    ref: EventRef, event: KnownEvent, matches: Callable[[EventRef, KnownEvent], bool]
) -> bool:
    """Whether one calendar has both on lines of their own, as every event has its line."""
    if ref.event_id is not None:
        return ref.event_id != event.event_id
    return matches in _CIRCUMSTANCES and not (ref.name is None and _same_round(ref, event))


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
_CIRCUMSTANCES = (_same_circuit, _same_weekend)  # which two events may share
