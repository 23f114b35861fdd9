"""Which event a file belongs to: settled by what it says, best evidence first.

An event's id is permanent (``2025-monaco``); its round is not. A file's claim is
tried in this order: event id, provider's key, name, circuit, date, and the round
only where nothing better is said. So a renumbered calendar moves no result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from predictor.errors import DropError
from predictor.notes import Note, NoteKind
from predictor.records import EventRecord, EventRef
from predictor.season.evidence import find_by_any_name, find_known, has_key
from predictor.season.known_events import (
    KnownEvent,
    day_of,
    is_in_weekend,
    listed_ids,
)
from predictor.season.path_claims import Placed, outweighed_path, place_claim
from predictor.season.places import circuit_slug, event_slug, grand_prix_at
from predictor.vocabulary import EventStatus

__all__ = ["CalendarClaim", "Identified", "identify_events", "season_of"]

_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CalendarClaim:
    """One line of one calendar, with what decides its precedence."""

    record: EventRecord
    provider_rank: int
    complete: bool
    calendar: int = 0  # which of the calendars; each has a line of its own for every event


@dataclass(frozen=True, slots=True)
class Identified:
    """The events of a season, and which event each reference means."""

    events: tuple[KnownEvent, ...]
    calendar: tuple[tuple[CalendarClaim, str], ...]  # with event ids, best claim first
    by_ref: dict[EventRef, str]  # without those refused
    notes: tuple[Note, ...]
    refused: dict[EventRef, DropError]  # of no event of the season, or of several


def season_of(ref: EventRef, season_by_key: dict[str, int]) -> int | None:
    """Give the season a reference belongs to, or None where nothing tells."""
    if ref.season is not None:
        return ref.season
    for text in (ref.event_id, ref.date):
        if text and text[:_YEAR_DIGITS].isdigit():
            return int(text[:_YEAR_DIGITS])
    return season_by_key.get(ref.provider_key) if ref.provider_key else None


def identify_events(
    season: int, claims: Iterable[CalendarClaim], refs: Iterable[EventRef]
) -> Identified:
    """Build the season's events and settle every reference, in any order given.

    Parameters
    ----------
    season : int
    claims : iterable of CalendarClaim
        Every calendar line of the season, of any provider.
    refs : iterable of EventRef
        The references of session and lap files.

    Returns
    -------
    Identified
        Events without a calendar are made from the references alone; beside a complete
        one no reference makes an event.
    """
    ordered = sorted(claims, key=_claim_order)
    has_complete = any(claim.complete for claim in ordered)
    events: list[KnownEvent] = []
    calendar = _settle_calendars(season, ordered, events, has_complete=has_complete)
    by_ref: dict[EventRef, str] = {}
    refused: dict[EventRef, DropError] = {}
    notes: list[Note] = []
    for ref in sorted(set(refs), key=_ref_order):
        n_known = len(events)
        placed = _place(season, ref, events, has_complete=has_complete)
        if placed.refusal is not None:
            refused[ref] = placed.refusal
            continue
        at = _settle(
            season,
            replace(ref, event_id=placed.event_id or ref.event_id),
            events,
            is_race_date=False,
            listed=True,
        )
        event = events[at]
        events[at] = replace(event, listed=True)
        by_ref[ref] = event.event_id
        notes += _notes_on(ref, event, is_new=len(events) > n_known, has_calendar=bool(ordered))
        notes += [placed.note] if placed.note else []
    kept = tuple(event for event in events if event.listed)
    notes += [
        Note(
            NoteKind.EVENT_UNLISTED,
            "only in a partial calendar, not in the season's; left out",
            where=event.event_id,
        )
        for event in events
        if not event.listed
    ]
    return Identified(
        events=kept,
        calendar=calendar,
        by_ref=by_ref,
        notes=tuple(dict.fromkeys(notes)),
        refused=refused,
    )


def _settle_calendars(
    season: int,
    ordered: Sequence[CalendarClaim],
    events: list[KnownEvent],
    *,
    has_complete: bool,
) -> tuple[tuple[CalendarClaim, str], ...]:
    """Make the events that calendars list, and give each line's event id."""
    calendar = []
    lines: dict[int, set[int]] = defaultdict(set)  # by complete calendar, events it has lines of
    having: dict[object, set[int]] = defaultdict(set)  # the complete calendars that have a line
    for claim in ordered:
        having[_claim_order(claim)] |= {claim.calendar} if claim.complete else set()
    statuses: dict[int, EventStatus | None] = {}  # as the most trusted calendar has them
    for claim in ordered:
        listed = claim.complete or not has_complete
        # A calendar of sessions, as OpenF1's, has their dates, not the race's.
        dated = claim.complete and claim.record.event.date is not None
        ref = _ref_of(claim.record)
        in_calendars = having[_claim_order(claim)]
        beside = set().union(*(lines[number] for number in in_calendars))
        at = _settle(season, ref, events, is_race_date=dated, listed=listed, beside=beside)
        for number in in_calendars:
            lines[number].add(at)
        calendar.append((claim, events[at].event_id))
        statuses[at] = statuses.get(at) or claim.record.status
        events[at] = replace(
            events[at],
            circuits=events[at].circuits | _circuit_names(claim.record),
            is_cancelled=statuses[at] is EventStatus.CANCELLED,
        )
    return tuple(calendar)


def _place(
    season: int, ref: EventRef, events: Sequence[KnownEvent], *, has_complete: bool
) -> Placed:
    """Tell which event a file's reference means; nothing said: the content makes one."""
    if ref.path is not None and not (ref.event_id or ref.name or ref.circuit):
        listed = [event for event in events if event.listed]
        with_key = [event for event in listed if has_key(ref, event)]
        if len(with_key) == 1:
            return Placed(with_key[0].event_id)
        return place_claim(ref, season, listed, has_calendar=has_complete)
    found = find_known(season, ref, events)
    if found is None:
        found = find_by_any_name(season, ref, events)
    if found is not None and (events[found].listed or not has_complete):
        event_id = events[found].event_id
        note = outweighed_path(ref, event_id, season, events, has_calendar=has_complete)
        return Placed(event_id, note=note)
    if not has_complete:
        return Placed()
    said = [ref.event_id, ref.name, ref.circuit, ref.date]
    said += [f"round {ref.round}"] if ref.round is not None else []
    return Placed(
        refusal=DropError(
            "the season's calendar does not list the event that the file is of",
            got=", ".join(word for word in said if word) or "no name, date or round",
            expected=f"one of {listed_ids(events)}",
            do="correct the file, or add the event to the calendar",
        )
    )


def _settle(
    season: int,
    ref: EventRef,
    events: list[KnownEvent],
    *,
    is_race_date: bool,
    listed: bool,
    beside: Container[int] = (),
) -> int:
    """Find the event a reference means, or add it; give its index in ``events``."""
    found = find_known(season, ref, events, beside=beside)
    if found is None:
        slug = _new_slug(season, ref, events)
        event_id = ref.event_id or f"{season}-{slug}"
        ids = [event.event_id for event in events]
        if event_id not in ids:
            events.append(KnownEvent(event_id, slug, listed=listed))
            ids.append(event_id)
        found = ids.index(event_id)
    known = events[found]
    keys = known.provider_keys | ({ref.provider_key} if ref.provider_key else set())
    circuits = known.circuits | ({circuit_slug(ref.circuit)} if ref.circuit else set())
    countries = known.countries | ({ref.country} if ref.country else set())
    said_round = ref.round if ref.path is None else ref.path.round
    events[found] = replace(
        known,
        name=known.name or ref.name,
        round=known.round if known.round is not None else said_round,
        date=_merge_date(known, ref.date, is_race_date=is_race_date),
        has_race_date=known.has_race_date or is_race_date,
        circuits=frozenset(circuits),
        countries=frozenset(countries),
        provider_keys=frozenset(keys),
    )
    return found


def _merge_date(known: KnownEvent, said: str | None, *, is_race_date: bool) -> str | None:
    if known.has_race_date or said is None:
        return known.date
    if is_race_date or known.date is None:
        return said
    return max(known.date, said)  # sessions alone: the race comes last


def _new_slug(season: int, ref: EventRef, events: Sequence[KnownEvent]) -> str:
    if ref.event_id:
        return ref.event_id.removeprefix(f"{season}-")
    if ref.name:
        return event_slug(ref.name)
    if ref.circuit:
        return _slug_by_circuit(season, ref, events)
    if ref.date:
        return ref.date[:10]
    if ref.round is not None:
        return f"round-{ref.round:02d}"
    return (ref.provider_key or "unknown").replace(":", "-")


def _slug_by_circuit(season: int, ref: EventRef, events: Sequence[KnownEvent]) -> str:
    """Give the Grand Prix usually held there, unless that one has another date."""
    circuit = circuit_slug(ref.circuit or "")
    usual = grand_prix_at(circuit, season, ref.date)
    if usual is None:
        return circuit
    for event in events:
        is_dated = day_of(ref.date) is not None and day_of(event.date) is not None
        if event.slug == usual and is_dated and not is_in_weekend(ref.date, event):
            return circuit
    return usual


def _notes_on(
    ref: EventRef, event: KnownEvent, *, is_new: bool, has_calendar: bool
) -> Iterable[Note]:
    where = event.event_id
    if is_new and has_calendar:
        text = "session files are here, but no calendar lists it"
        yield Note(NoteKind.EVENT_UNLISTED, text, where=where)
    if is_new and not (ref.event_id or ref.name or ref.circuit or _has_words(ref)):
        text = "its files do not say which Grand Prix they belong to"
        yield Note(NoteKind.EVENT_UNNAMED, text, where=where)
    said = ref.round if ref.path is None else ref.path.round
    if not is_new and said is not None and event.round not in (None, said):
        yield Note(
            NoteKind.ROUND_OVERRULED,
            f"files say round {said}, the calendar round {event.round}; "
            "matched by better evidence than the round",
            where=where,
        )


def _has_words(ref: EventRef) -> bool:
    return ref.path is not None and bool(ref.path.words)


def _ref_of(record: EventRecord) -> EventRef:
    """Give a calendar line's reference, with what its circuit says where only that is filled."""
    event, circuit = record.event, record.circuit
    if circuit is None:
        return event
    return replace(
        event,
        circuit=event.circuit or circuit.circuit_id,
        country=event.country or circuit.country,
    )


def _circuit_names(record: EventRecord) -> frozenset[str]:
    circuit = record.circuit
    return frozenset({circuit_slug(circuit.name)} if circuit and circuit.name else ())


def _claim_order(claim: CalendarClaim) -> tuple[bool, int, bool, bool, str]:
    ref = claim.record.event
    has_id, has_name = ref.event_id is not None, ref.name is not None
    return (not claim.complete, claim.provider_rank, not has_id, not has_name, repr(claim.record))


def _ref_order(ref: EventRef) -> tuple[bool, bool, bool, bool, bool, bool, str]:
    return (
        ref.path is not None,  # paths may name what content has made
        ref.path is not None and not ref.path.words,
        ref.event_id is None,
        ref.name is None,
        ref.circuit is None,
        ref.date is None,
        repr(ref),
    )
