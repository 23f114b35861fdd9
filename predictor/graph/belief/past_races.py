"""The races of earlier seasons, ready for the filter."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.features.pre_season import PreSeason, pre_season
from predictor.features.weekend import RaceOutcome, Weekend, race_outcome, weekend_of
from predictor.season.state import HasStates

__all__ = ["PastRace", "past_races"]


@dataclass(frozen=True, slots=True)
class PastRace:
    """One race that has been run, ready for the filter."""

    weekend: Weekend
    outcome: RaceOutcome
    tests: PreSeason | None = None  # before the season; at its first race


def past_races(history: HasStates, before: int) -> tuple[PastRace, ...]:
    """Give the races of all seasons before ``before``, in order."""
    found = []
    for state in sorted(history.states, key=lambda s: s.season):
        tests = pre_season(state)
        for event in state.events if state.season < before else ():
            outcome = race_outcome(event)
            if outcome is not None:
                found.append(PastRace(weekend_of(event), outcome, tests))
                tests = None
    return tuple(found)
