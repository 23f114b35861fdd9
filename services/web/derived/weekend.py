"""Where a season and a weekend stand: what is next, what is run, which sessions are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon, SessionKind
from services.web.derived import figures

__all__ = [
    "AFTER",
    "SESSIONS",
    "has_run",
    "known_sessions",
    "last_round",
    "n_events",
    "n_run",
    "pending",
    "sessions_sentence",
    "sprint_has_run",
    "upcoming",
]

SESSIONS = {
    SessionKind.FP1: "practice 1",
    SessionKind.FP2: "practice 2",
    SessionKind.FP3: "practice 3",
    SessionKind.SPRINT_QUALIFYING: "sprint qualifying",
    SessionKind.SPRINT: "the sprint",
    SessionKind.QUALIFYING: "qualifying",
    SessionKind.STARTING_GRID: "the grid",
    SessionKind.RACE: "the race",
    SessionKind.TESTING: "testing",
}
AFTER = {
    Horizon.BEFORE_WEEKEND: "before the weekend",
    Horizon.AFTER_PRACTICE: "after practice",
    Horizon.AFTER_QUALIFYING: "after qualifying",
}
_ORDER = tuple(SESSIONS)


def has_run(event: Event) -> bool:
    """Return whether an event's race is run and its result known."""
    return event.result is not UNSET


def sprint_has_run(event: Event) -> bool:
    """Return whether an event has a sprint whose result is known."""
    return event.sprint is not UNSET and event.sprint.result is not UNSET


def n_run(document: SeasonDocument) -> int:
    """Return how many races of a season are run."""
    return sum(map(has_run, document.predictions.values()))


def last_round(document: SeasonDocument) -> int:
    """Return the round of the last race that is run; 0 before the first."""
    events = document.predictions.values()
    return max((one.metadata.round for one in events if has_run(one)), default=0)


def n_events(document: SeasonDocument) -> int:
    """Return how many races a season has, without those that are cancelled."""
    return sum(
        event.metadata.status is not EventStatus.CANCELLED
        for event in document.predictions.values()
    )


def upcoming(document: SeasonDocument) -> tuple[str, Event] | None:
    """Return name and event of the next race; None when all are run."""
    for title, event in document.predictions.items():
        if event.metadata.status is EventStatus.SCHEDULED and not has_run(event):
            return title, event
    return None


def known_sessions(event: Event) -> tuple[SessionKind, ...]:
    """Return the sessions of a weekend that files tell of, in their order."""
    metadata = event.metadata
    if metadata.known_sessions is not UNSET:
        known = metadata.known_sessions
    else:
        known = () if metadata.inputs is UNSET else metadata.inputs.sessions
    return tuple(sorted(set(known), key=_ORDER.index))


def pending(event: Event) -> SessionKind | None:
    """Return the first session that no file tells of yet; None when all are in.

    Of a weekend whose sessions the calendar does not name, it cannot be told.
    """
    known = known_sessions(event)
    planned = sorted(event.metadata.sessions, key=_ORDER.index)
    return next((kind for kind in planned if kind not in known), None)


def sessions_sentence(event: Event, now: datetime) -> str:
    """Return which sessions are in and which is next.

    Parameters
    ----------
    event : Event
        Whose race is not run.
    now : datetime
        UTC.

    Returns
    -------
    str
        "Practice and sprint qualifying are in; qualifying is on Saturday 26 July, 14:00 UTC."
        Empty where neither the calendar nor a file names a session.
    """
    known = [kind for kind in known_sessions(event) if kind is not SessionKind.RACE]
    missing = pending(event)
    after = "" if missing is None else _when(event, missing, now)
    if not known:
        return _none_yet(event, missing, now)
    words = _session_words(event, known)
    plural = len(words) > 1 or words[0].count(" and ") > 0
    said = f"{figures.series(words)} {'are' if plural else 'is'} in"
    return f"{said[0].upper()}{said[1:]}{'; ' + after if after else ''}."


def _none_yet(event: Event, missing: SessionKind | None, now: datetime) -> str:
    if missing is None:
        return ""
    starts_at = event.metadata.sessions[missing].starts_at
    if datetime.fromisoformat(starts_at) <= now:
        return "No file of its sessions is in yet."
    day, time = figures.day_text(starts_at), figures.time_text(starts_at)
    return f"Its first session, {SESSIONS[missing]}, is on {day}, {time}."


def _when(event: Event, kind: SessionKind, now: datetime) -> str:
    starts_at = event.metadata.sessions[kind].starts_at
    if datetime.fromisoformat(starts_at) <= now:
        return f"{SESSIONS[kind]} is not"
    day, time = figures.day_text(starts_at), figures.time_text(starts_at)
    return f"{SESSIONS[kind]} is on {day}, {time}"


def _session_words(event: Event, known: Sequence[SessionKind]) -> list[str]:
    """Return sessions as words; practice in one."""
    held = {kind for kind in (*event.metadata.sessions, *known) if kind.is_practice}
    practice = [kind for kind in known if kind.is_practice]
    words = [SESSIONS[kind] for kind in known if not kind.is_practice]
    if not practice:
        return words
    if len(practice) == len(held):
        return ["practice", *words]
    return ["practice " + figures.series([kind.value[-1] for kind in practice]), *words]
