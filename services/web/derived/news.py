"""One run as one sentence: what came, and whom it moved."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind
from services.web.derived.came import CauseKind, came, kinds_of
from services.web.derived.figures import area, series, signed_points, surnames
from services.web.derived.level import has_moved, sims_of

__all__ = ["changed_events", "latest_run", "news"]

_MOVERS = 2
# What may change beside files, as it is called in a sentence.
_OTHERS: dict[CauseKind, str] = {
    "weights": "weights",
    "model": "the learned model",
    "simulation": "settings",
    "code": "the program",
}
_SESSIONS = {
    SessionKind.FP1: "first practice",
    SessionKind.FP2: "second practice",
    SessionKind.FP3: "third practice",
    SessionKind.SPRINT_QUALIFYING: "sprint qualifying",
    SessionKind.SPRINT: "sprint",
    SessionKind.QUALIFYING: "qualifying",
    SessionKind.STARTING_GRID: "starting grid",
    SessionKind.RACE: "race",
    SessionKind.TESTING: "testing",
}


def latest_run(document: SeasonDocument) -> int:
    """Return the number of the run that made a document, in its folder."""
    return max((run.counter for run in document.metadata.training_history), default=0)


def changed_events(before: SeasonDocument | None, after: SeasonDocument) -> tuple[str, ...]:
    """Return the ids of events that are told otherwise than before, in calendar order."""
    old = {} if before is None else _by_id(before)
    return tuple(
        event.metadata.event_id
        for event in after.predictions.values()
        if old.get(event.metadata.event_id) != event
    )


def news(before: SeasonDocument | None, after: SeasonDocument, *, hide: bool) -> str:
    """Return what a run has changed, as "Belgium, qualifying added: Norris +6.1, Russell −4.0".

    Whom it moved is told of the next race, in percentage points of the chance to win it, and only
    beyond the noise of both simulations.

    Parameters
    ----------
    before : SeasonDocument, optional
        The season's document before; None for its first.
    after : SeasonDocument
    hide : bool
        Whether to say nothing from which results could be told: what came, but whom it moved not.
    """
    if before is None:
        return f"The first forecast of {after.metadata.season} is here"
    old = _by_id(before)
    sessions = list(_what_came(old, after))
    others = [_OTHERS[one] for one in kinds_of(came(before, after)) if one in _OTHERS]
    what, where = sessions[-1] if sessions else (_no_session(others), "")
    if sessions and others:
        what = f"{what}, {series(others)} changed, too"
    upcoming = _next_event(after)
    if hide or upcoming is None:
        return what
    name, event = upcoming
    then = old.get(event.metadata.event_id)
    moved = _moved(then, event) if then is not None else ""
    if not moved:
        return what
    is_of = event.metadata.event_id == where
    of = "" if is_of else f". In {area(event.metadata.event_id, name)}"
    return f"{what}{of}: {moved}"


def _by_id(document: SeasonDocument) -> dict[str, Event]:
    # Not by name: an event may be renamed, and two seasons share names.
    return {event.metadata.event_id: event for event in document.predictions.values()}


def _what_came(old: dict[str, Event], after: SeasonDocument) -> Iterator[tuple[str, str]]:
    """Give what is new, and the id of its event; in calendar order, so that the latest is last."""
    for name, event in after.predictions.items():
        event_id = event.metadata.event_id
        place = area(event_id, name)
        before = old.get(event_id)
        if before is None:
            yield f"{place} added to the calendar", event_id
            continue
        new = [one for one in _sessions(event) if one not in _sessions(before)]
        gone = [one for one in _sessions(before) if one not in _sessions(event)]
        if new:
            yield f"{place}, {_named(new)} added", event_id
        elif event.result is not UNSET and before.result is UNSET:
            yield f"{place}, race added", event_id
        elif gone:
            yield f"{place}, {_named(gone)} taken back", event_id
        elif _results(event) != _results(before):
            yield f"{place}, result revised", event_id


def _sessions(event: Event) -> tuple[SessionKind, ...]:
    metadata = event.metadata
    if metadata.known_sessions is not UNSET:
        return metadata.known_sessions
    return () if metadata.inputs is UNSET else metadata.inputs.sessions


def _named(sessions: list[SessionKind]) -> str:
    practice = [one for one in sessions if one.is_practice]
    if len(practice) < 2:
        return series([_SESSIONS[one] for one in sessions])
    # Three at once are one thing to a reader.
    numbers = series([one.value[-1] for one in practice])
    others = [_SESSIONS[one] for one in sessions if not one.is_practice]
    return series([f"practice {numbers}", *others])


def _results(event: Event) -> tuple[object, object]:
    return event.result, UNSET if event.sprint is UNSET else event.sprint.result


def _no_session(others: list[str]) -> str:
    """Return why a forecast was made again to which no session has come."""
    if others == [_OTHERS["model"]]:
        return "Another model has a say"
    if others == [_OTHERS["code"]]:
        return "Forecast made again by a newer version"
    said = series(others)
    return f"{said[0].upper()}{said[1:]} changed" if said else "Forecast made again"


def _next_event(document: SeasonDocument) -> tuple[str, Event] | None:
    """Return the first event with a forecast whose race is still to come."""
    for name, event in document.predictions.items():
        if event.metadata.status is EventStatus.SCHEDULED and event.predictions:
            return name, event
    return None


def _moved(before: Event, after: Event) -> str:
    """Return who is more or less likely to win than before, the most moved first."""
    then = {one.driver_id: one.p_win for one in before.predictions}
    n_before, n_now = sims_of(before), sims_of(after)
    called = surnames([one.name for one in after.predictions])
    moves = [
        (one.p_win - then[one.driver_id], called[one.name])
        for one in after.predictions
        if one.driver_id in then and has_moved(then[one.driver_id], one.p_win, n_before, n_now)
    ]
    moves.sort(key=lambda move: -abs(move[0]))
    return ", ".join(f"{name} {signed_points(change)}" for change, name in moves[:_MOVERS])
