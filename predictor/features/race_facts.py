"""Length of a race, from the calendar or from the rules where it is silent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from predictor.season.state import EventState

__all__ = ["RaceFacts", "race_facts", "sprint_facts"]

# Regulation: the least number of laps that exceeds 305 km (Monaco 260 km); a sprint 100 km.
_RACE_KM = 305.0
_MONACO_KM = 260.0
_SPRINT_KM = 100.0
_TYPICAL_LENGTH_KM = 5.3


@dataclass(frozen=True, slots=True)
class RaceFacts:
    """How long a race or sprint is; ``event`` keys its random streams."""

    event: str  # event id, "/sprint" added for a sprint
    n_laps: int
    length_km: float  # of a lap
    is_sprint: bool = False


def race_facts(event: EventState) -> RaceFacts:
    """Give the length of an event's race."""
    length = event.length_km or _TYPICAL_LENGTH_KM
    distance = _MONACO_KM if event.circuit_id == "monaco" else _RACE_KM
    laps = event.scheduled_laps or math.ceil(distance / length)
    return RaceFacts(event.event_id, laps, length)


def sprint_facts(event: EventState) -> RaceFacts:
    """Give the length of an event's sprint."""
    length = event.length_km or _TYPICAL_LENGTH_KM
    laps = event.sprint_laps or math.ceil(_SPRINT_KM / length)
    return RaceFacts(f"{event.event_id}/sprint", laps, length, is_sprint=True)
