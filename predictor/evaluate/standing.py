"""Until when a forecast stands: the start of the session that ends its horizon."""

from __future__ import annotations

from datetime import datetime

from predictor.published.event_types import EventMetadata
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

__all__ = ["race_forecast_stands_until", "sprint_forecast_stands_until"]


def race_forecast_stands_until(event: EventMetadata) -> str | None:
    """Return the instant from which an event's forecast is of an earlier point; None: not known.

    One of horizon (c) stands until the race, the others until their knowledge ends.
    """
    race = event.sessions.get(SessionKind.RACE)
    if event.horizon is Horizon.AFTER_QUALIFYING and race is not None:
        return race.starts_at
    return event.as_of if event.horizon is not None else None


def sprint_forecast_stands_until(event: EventMetadata, horizon: Horizon) -> str | None:
    """Return the same of a forecast of the event's sprint, which has a horizon of its own."""
    starts = {kind: session.starts_at for kind, session in event.sessions.items()}
    if horizon is Horizon.BEFORE_WEEKEND:
        return min(starts.values(), key=datetime.fromisoformat, default=None)
    if horizon is Horizon.AFTER_QUALIFYING:
        return starts.get(SessionKind.SPRINT)
    by_qualifying = event.sprint is SprintFormat.GRID_FROM_QUALIFYING
    decider = SessionKind.QUALIFYING if by_qualifying else SessionKind.SPRINT_QUALIFYING
    return starts.get(decider)
