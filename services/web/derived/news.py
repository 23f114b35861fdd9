"""One run as one sentence: what came, and whom it moved."""

from __future__ import annotations

import math

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["changed_events", "latest_run", "news"]

_MOVERS = 2
_STANDARD_ERRORS = 2.0  # a difference below so many of its own is none
_SESSIONS = {
    SessionKind.FP1: "first practice",
    SessionKind.FP2: "second practice",
    SessionKind.FP3: "third practice",
    SessionKind.SPRINT_QUALIFYING: "sprint qualifying",
    SessionKind.SPRINT: "sprint",
    SessionKind.QUALIFYING: "qualifying",
    SessionKind.STARTING_GRID: "the starting grid",
    SessionKind.RACE: "race",
}


def latest_run(document: SeasonDocument) -> int:
    """Return the number of the run that made a document, in its folder."""
    return max((run.counter for run in document.metadata.training_history), default=0)


def changed_events(before: SeasonDocument | None, after: SeasonDocument) -> tuple[str, ...]:
    """Return the ids of events that are told otherwise than before, in calendar order."""
    old = {} if before is None else before.predictions
    return tuple(
        event.metadata.event_id
        for name, event in after.predictions.items()
        if old.get(name) != event
    )


def news(before: SeasonDocument | None, after: SeasonDocument, *, hide: bool) -> str:
    """Return what a run has changed, as "qualifying added: Norris +6.1, Russell -4.0".

    Parameters
    ----------
    before : SeasonDocument, optional
        The season's document before; None for its first.
    after : SeasonDocument
    hide : bool
        Whether to say nothing from which results could be told: what came, but whom it moved not.
    """
    season = after.metadata.season
    if before is None:
        return f"The first forecast of {season} is here"
    what = _what_came(before, after)
    event = _next_event(after)
    if hide or event is None:
        return what
    name, now = event
    then = before.predictions.get(name)
    moved = _moved(then, now) if then is not None else ""
    return f"{what}: {moved}" if moved else what


def _what_came(before: SeasonDocument, after: SeasonDocument) -> str:
    """Return the last thing that has come, in calendar order."""
    found = ""
    for name, event in after.predictions.items():
        old = before.predictions.get(name)
        place = name.removesuffix(" Grand Prix")
        if old is None:
            found = f"{place} added to the calendar"
        elif event.result is not UNSET and old.result is UNSET:
            found = f"{place}, race added"
        elif event.result != old.result:
            found = f"{place}, result revised"
        elif new := _new_sessions(old, event):
            found = f"{place}, {' and '.join(new)} added"
    if found:
        return found
    if _weights(before) != _weights(after):
        return "Weights changed"
    return "Forecast made again"


def _new_sessions(before: Event, after: Event) -> list[str]:
    seen = set() if before.metadata.inputs is UNSET else set(before.metadata.inputs.sessions)
    if after.metadata.inputs is UNSET:
        return []
    return [
        _SESSIONS.get(one, str(one)) for one in after.metadata.inputs.sessions if one not in seen
    ]


def _weights(document: SeasonDocument) -> tuple[object, object]:
    return document.metadata.driver_weights, document.metadata.team_weights


def _next_event(document: SeasonDocument) -> tuple[str, Event] | None:
    """Return the first event with a forecast whose race is still to come."""
    for name, event in document.predictions.items():
        if event.metadata.status is EventStatus.SCHEDULED and event.predictions:
            return name, event
    return None


def _moved(before: Event, after: Event) -> str:
    """Return who wins it more or less likely than before, beyond the noise, most moved first."""
    then = {one.driver_id: one.p_win for one in before.predictions}
    noise = _STANDARD_ERRORS * math.hypot(_error(before), _error(after))
    moves = [
        (one.p_win - then[one.driver_id], one.name)
        for one in after.predictions
        if one.driver_id in then and abs(one.p_win - then[one.driver_id]) > noise
    ]
    moves.sort(key=lambda move: -abs(move[0]))
    return ", ".join(
        f"{name.rpartition(' ')[2]} {'+' if change > 0 else '−'}{abs(change) * 100:.1f}"
        for change, name in moves[:_MOVERS]
    )


def _error(event: Event) -> float:
    return 0.0 if event.metadata.mc_se is UNSET else event.metadata.mc_se
