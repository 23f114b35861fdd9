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
# A race lap of 216 km/h, typical of 2018-2025. One speed for all circuits (Monaco's laps are
# slower): every race then lasts as long, and a unit of strength is worth the same at the flag.
_SPEED_KM_PER_S = 0.060


@dataclass(frozen=True, slots=True)
class RaceFacts:
    """How long a race or sprint is; ``event`` keys its random streams."""

    event: str  # event id, "/sprint" added for a sprint
    n_laps: int
    lap_s: float
    is_sprint: bool = False


def race_facts(event: EventState) -> RaceFacts:
    """Give the length of an event's race."""
    length = event.length_km or _TYPICAL_LENGTH_KM
    distance = _MONACO_KM if event.circuit_id == "monaco" else _RACE_KM
    laps = event.scheduled_laps or math.ceil(distance / length)
    return RaceFacts(event.event_id, laps, _lap_s(length))


def sprint_facts(event: EventState) -> RaceFacts:
    """Give the length of an event's sprint."""
    length = event.length_km or _TYPICAL_LENGTH_KM
    laps = event.sprint_laps or math.ceil(_SPRINT_KM / length)
    return RaceFacts(f"{event.event_id}/sprint", laps, _lap_s(length), is_sprint=True)


def _lap_s(length_km: float) -> float:
    return min(max(length_km / _SPEED_KM_PER_S, 50.0), 130.0)
