"""Which events can be forecast, and why another cannot: what a race of their size would take.

The bounds are the simulator's own, held against what the files say of one event. An event
beyond them stays in the season without a forecast, with the reason; no other event minds.
"""

from __future__ import annotations

from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.season.state import EventState
from predictor.simulator.race_inputs import MAX_DRIVERS, MAX_LAPS, MIN_DRIVERS
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["has_field", "has_sprint_ahead", "why_no_sprint", "why_not_forecast"]


def has_field(event: EventState) -> bool:
    """Whether enough and not too many drivers are known to make a race."""
    return MIN_DRIVERS <= len(event.entries) <= MAX_DRIVERS


def why_not_forecast(event: EventState) -> str | None:
    """Say why an event has no forecast; None for one that can be forecast."""
    if event.status is EventStatus.CANCELLED:
        return "cancelled: no forecast and no points"
    if not has_field(event):
        n_drivers = len(event.entries) or "no"
        return (
            f"no forecast: {n_drivers} drivers are known to take part, "
            f"{MIN_DRIVERS} to {MAX_DRIVERS} are needed"
        )
    too_long = _too_long(race_facts(event))
    return None if too_long is None else f"no forecast: {too_long}"


def has_sprint_ahead(event: EventState) -> bool:
    """Whether a sprint of the event is still to come."""
    is_run = event.status is EventStatus.COMPLETED or event.session(SessionKind.SPRINT) is not None
    return event.sprint_format is not None and not is_run


def why_no_sprint(event: EventState) -> str | None:
    """Say why a sprint has no forecast; None where it can have one, or there is no sprint."""
    too_long = _too_long(sprint_facts(event)) if event.sprint_format is not None else None
    return None if too_long is None else f"no forecast of the sprint: {too_long}"


def _too_long(facts: RaceFacts) -> str | None:
    if facts.n_laps <= MAX_LAPS:
        return None
    return f"{facts.n_laps} laps are planned, at most {MAX_LAPS} can be simulated"
