"""Which event a file belongs to, where only its path says so.

A path names an event only if the season knows it. Beside a complete calendar that is the
calendar; without one, the events that other files name, and the Grands Prix that such a season
may have. What names none, or could be several, is refused with the choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from predictor.errors import DropError
from predictor.notes import Note, NoteKind
from predictor.records import EventRef, PathClaim
from predictor.season.known_events import (
    KnownEvent,
    day_of,
    is_in_weekend,
    listed_ids,
    named,
)
from predictor.season.naming import Words, choose, name_event, read_words
from predictor.season.places import grands_prix_of, is_testing

__all__ = ["Placed", "outweighed_path", "place_claim"]

_MOVED = timedelta(days=7)  # a calendar may be wrong by a week; tests come eight days before


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a file belongs, or why that cannot be told; one of both."""

    event_id: str | None = None  # of a known event, or of one to be made
    refusal: DropError | None = None
    note: Note | None = None


def place_claim(
    ref: EventRef, season: int, events: Sequence[KnownEvent], *, has_calendar: bool
) -> Placed:
    """Settle a reference that its file's path makes.

    Words outweigh the round, as calendars are renumbered; between events that words leave
    open, the round decides, then a date in the path. A date that the content has outweighs
    them all.

    Parameters
    ----------
    ref : EventRef
        With ``path``; ``date`` is the content's.
    season : int
    events : sequence of KnownEvent
        Those that count: with a complete calendar, the ones in it.
    has_calendar : bool
        Whether there is a complete one. If not, names of usual Grands Prix count too.
    """
    claim = ref.path or PathClaim()
    words = _read_claim(claim, season, events, has_calendar=has_calendar)
    if any(map(is_testing, claim.words)):
        return _refuse("testing is not used", claim, _choices(events))
    on_day = [event.event_id for event in events if is_in_weekend(ref.date, event)]
    if len(on_day) == 1:
        return Placed(on_day[0], note=_outweighed(on_day[0], words))
    if words.name_nothing:
        placed = _by_number(ref, claim, events, has_calendar=has_calendar)
    elif not words.strengths:
        several = len(words.touched) > 1
        placed = (
            _refuse_several(claim, words.touched) if several else _refuse_foreign(claim, events)
        )
    else:
        placed = _by_words(claim, words, events)
    meant = next((event for event in events if event.event_id == placed.event_id), None)
    return placed if meant is None or not _is_far(ref, meant) else _refuse_far(ref, claim, meant)


def outweighed_path(
    ref: EventRef, event_id: str, season: int, events: Sequence[KnownEvent], *, has_calendar: bool
) -> Note | None:
    """Give a note where a file's path names another event than its content does."""
    claim = ref.path or PathClaim()
    words = _read_claim(claim, season, events, has_calendar=has_calendar)
    if words.name_nothing or event_id in words.strengths:
        return None
    text = "a file's rows name it, its path names another event"
    return Note(NoteKind.PATH_OVERRULED, text, where=event_id)


def _read_claim(
    claim: PathClaim, season: int, events: Sequence[KnownEvent], *, has_calendar: bool
) -> Words:
    usual = {} if has_calendar else grands_prix_of(season)
    known = [named(event, season) for event in events]
    slugs = {event.slug for event in events}
    known += [
        name_event(f"{season}-{slug}", season, slug=slug, circuits=circuits)
        for slug, circuits in usual.items()
        if slug not in slugs
    ]
    return read_words(claim.words, season, known)


def _by_words(claim: PathClaim, words: Words, events: Sequence[KnownEvent]) -> Placed:
    at_round = _at_round(events, claim)
    if len(words.strengths) > 1:
        in_path = [event.event_id for event in events if is_in_weekend(claim.date, event)]
        for finer in (at_round, in_path):
            both = [event_id for event_id in finer if event_id in words.strengths]
            if len(both) == 1:
                return Placed(both[0])
        if at_round:  # words leave it open and the round says a third one
            return _refuse_several(claim, sorted({*words.strengths, *at_round}))
    found = choose(words)
    return Placed(found) if found is not None else _refuse_several(claim, sorted(words.strengths))


def _by_number(
    ref: EventRef, claim: PathClaim, events: Sequence[KnownEvent], *, has_calendar: bool
) -> Placed:
    for fits in (
        _at_round(events, claim),
        [event.event_id for event in events if is_in_weekend(claim.date, event)],
    ):
        if len(fits) == 1:
            return Placed(fits[0])
        if fits:
            return _refuse_several(claim, fits)
    if day_of(ref.date) is not None and not has_calendar:
        return Placed(f"{ref.season}-{(ref.date or '')[:10]}")
    if claim.round is None:
        return _refuse("nothing tells which event the file is of", claim, _choices(events))
    if has_calendar:
        return _refuse(f"the season has no round {claim.round}", claim, _choices(events))
    return _refuse(
        "no calendar tells which event that round is",
        claim,
        "the season's calendar, or the name of a Grand Prix in the path",
        do="drop the season's calendar beside it, or name its folder after the Grand Prix",
    )


def _at_round(events: Sequence[KnownEvent], claim: PathClaim) -> list[str]:
    """Give the events of the path's round; a cancelled one leaves it to whoever took it over."""
    found = [event for event in events if event.round == claim.round is not None]
    held = [event for event in found if not event.is_cancelled]
    return [event.event_id for event in held or found]


def _is_far(ref: EventRef, event: KnownEvent) -> bool:
    """Whether the content is of weeks away: tests in February are not a race's practice."""
    day, race = day_of(ref.date), day_of(event.date)
    return day is not None and race is not None and abs(day - race) > _MOVED


def _refuse_far(ref: EventRef, claim: PathClaim, event: KnownEvent) -> Placed:
    return _refuse(
        "the file's content is of another time than the event that its path names",
        claim,
        f"days about {event.date}, of {event.event_id}; it has {ref.date}",
        do="correct the path or the file",
    )


def _outweighed(event_id: str, words: Words) -> Note | None:
    if words.name_nothing or event_id in words.strengths:
        return None
    text = "a file's date says so, its path names another event"
    return Note(NoteKind.PATH_OVERRULED, text, where=event_id)


def _refuse_several(claim: PathClaim, event_ids: Sequence[str]) -> Placed:
    return _refuse(
        "the path fits more than one event",
        claim,
        f"one of {', '.join(event_ids)}",
        do="put its round or the id of the event into the file's name",
    )


def _refuse_foreign(claim: PathClaim, events: Sequence[KnownEvent]) -> Placed:
    return _refuse("the path names an event that the season does not have", claim, _choices(events))


def _choices(events: Sequence[KnownEvent]) -> str:
    if not events:
        return "the name of a Grand Prix of its season"
    return f"one of {listed_ids(events)}"


def _refuse(what: str, claim: PathClaim, expected: str, *, do: str | None = None) -> Placed:
    said = [*claim.words, *([f"round {claim.round}"] if claim.round is not None else [])]
    return Placed(
        refusal=DropError(
            what,
            got=", ".join(said) or "no name, no round",
            expected=expected,
            do=do or "name the file or its folder after the event or its round",
        )
    )
