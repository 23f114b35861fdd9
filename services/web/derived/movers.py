"""Who moved between two forecasts of one race, beyond the noise, and what had come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from services.web.derived import figures, level
from services.web.derived.came import CauseKind, kinds_of
from services.web.derived.came import came as what_came
from services.web.derived.weekend import SESSIONS, known_sessions, sprint_has_run

__all__ = ["Move", "Moves", "cause", "moves", "moves_sentence"]

# What may change beside files, as the subject of a sentence.
_OTHERS: dict[CauseKind, str] = {
    "weights": "other weights",
    "model": "another learned model",
    "simulation": "other settings",
    "code": "another version of the program",
}
_MOST = 6
_NAMED_UP, _NAMED_DOWN = 2, 1
_LEAST = 0.01  # a change that no figure shows is none to a reader


@dataclass(frozen=True, slots=True)
class Move:
    """One driver's chance of the podium, before and now."""

    driver_id: str
    name: str
    before: float
    now: float

    @property
    def difference(self) -> float:
        """Now less before."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Moves:
    """The largest changes beyond the noise, from the largest rise to the largest fall.

    Attributes
    ----------
    shown : tuple of Move
    n_moved : int
        Of how many they are the largest.
    noise : float
        The most that a change among all may be without being one, as a chance.
    """

    shown: tuple[Move, ...]
    n_moved: int
    noise: float


def moves(before: Event, now: Event) -> Moves:
    """Return who moved between two forecasts of one race."""
    then = {row.driver_id: row.p_podium for row in before.predictions}
    n_then, n_now = level.sims_of(before), level.sims_of(now)
    called = figures.surnames([row.name for row in now.predictions])
    both = [
        Move(row.driver_id, called[row.name], then[row.driver_id], row.p_podium)
        for row in now.predictions
        if row.driver_id in then
    ]
    noises = [level.between_runs(one.before, one.now, n_then, n_now) for one in both]
    moved = [
        one
        for one, noise in zip(both, noises, strict=True)
        if abs(one.difference) > max(noise, _LEAST)
    ]
    largest = sorted(moved, key=lambda one: -abs(one.difference))[:_MOST]
    return Moves(
        shown=tuple(sorted(largest, key=lambda one: -one.difference)),
        n_moved=len(moved),
        noise=max(noises, default=0.0),
    )


def cause(before: SeasonDocument, now: SeasonDocument, event_id: str) -> str:
    """Return what has come between two documents, as far as it can move an event.

    Returns
    -------
    str
        "sprint qualifying", "the Belgian race", "other weights"; "the update" where none is told.
    """
    old = {event.metadata.event_id: event for event in before.predictions.values()}
    races: list[str] = []
    sprints: list[str] = []
    sessions: list[str] = []
    for title, event in now.predictions.items():
        was = old.get(event.metadata.event_id)
        if was is None:
            continue
        place = figures.place_name(title)
        if event.result is not UNSET and event.result != was.result:
            revised = "the revised result of the" if was.result is not UNSET else "the"
            races.append(f"{revised} {place} Grand Prix")
        elif event.metadata.event_id == event_id:
            seen = known_sessions(was)
            sessions = [SESSIONS[kind] for kind in known_sessions(event) if kind not in seen]
        elif sprint_has_run(event) and not sprint_has_run(was):
            sprints.append(f"the {place} sprint")
    came = [*races[-1:], *sprints[-1:], *sessions]
    # What came at once is named at once: which of it moved whom is not known.
    came += [_OTHERS[kind] for kind in kinds_of(what_came(before, now)) if kind in _OTHERS]
    if came:
        return figures.series(came)
    if before.metadata.data_hash != now.metadata.data_hash:
        return "new data"
    return "the update"


def moves_sentence(found: Sequence[Move], what: str) -> str:
    """Return whom something lifted and whom it cost, as the title of a figure."""
    rising = [one for one in found if one.difference > 0]
    falling = [one for one in reversed(found) if one.difference < 0]
    up = figures.series([one.name for one in rising[:_NAMED_UP]])
    down = figures.series([one.name for one in falling[:_NAMED_DOWN]])
    if up and down:
        return f"What moved: {what} lifted {up}, and cost {down}"
    if up:
        return f"What moved: {what} lifted {up}"
    if down:
        return f"What moved: {what} cost {down}"
    return "Nothing moved beyond the noise"
