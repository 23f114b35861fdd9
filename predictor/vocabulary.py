"""Enums and codes: the words every other module shares."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

__all__ = [
    "TESTING_NAME",
    "Backend",
    "Compound",
    "EventStatus",
    "Horizon",
    "RainSource",
    "ResultStatus",
    "Scenario",
    "SessionKind",
    "SprintFormat",
    "names_testing",
]


TESTING_NAME = "Pre-Season Testing"  # as providers call it


class SessionKind(StrEnum):
    """One session of an event; the value is the native file's stem."""

    FP1 = "fp1"
    FP2 = "fp2"
    FP3 = "fp3"
    SPRINT_QUALIFYING = "sprint-qualifying"
    SPRINT = "sprint"
    QUALIFYING = "qualifying"
    STARTING_GRID = "starting-grid"
    RACE = "race"
    TESTING = "testing"  # a day before the season; of no event

    @property
    def is_practice(self) -> bool:
        """Whether the session is free practice."""
        return self in (SessionKind.FP1, SessionKind.FP2, SessionKind.FP3)

    @property
    def is_ranked_by_laps(self) -> bool:
        """Whether best laps alone make its result, as in practice and in testing."""
        return self.is_practice or self is SessionKind.TESTING


class ResultStatus(StrEnum):
    """What became of a driver in a session."""

    FINISHED = "finished"  # saw the flag, lapped or not (in qualifying: set a time that counts)
    DNF = "dnf"  # started and retired; may still be classified after 90 % of the distance
    DNS = "dns"  # did not start
    DSQ = "dsq"  # disqualified
    NC = "nc"  # running at the end, not classified
    DNQ = "dnq"  # did not qualify
    DNP = "dnp"  # did not pre-qualify
    EX = "ex"  # excluded

    @property
    def started(self) -> bool:
        """Whether the driver took the start."""
        return self in (
            ResultStatus.FINISHED,
            ResultStatus.DNF,
            ResultStatus.DSQ,
            ResultStatus.NC,
        )


class EventStatus(StrEnum):
    """Where an event stands."""

    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class SprintFormat(StrEnum):
    """How a sprint weekend is run."""

    GRID_FROM_QUALIFYING = "grid-from-qualifying"  # 2021-22: qualifying -> sprint -> race grid
    SPRINT_SHOOTOUT = "sprint-shootout"  # since 2023: own qualifying, race grid from qualifying


class Horizon(StrEnum):
    """What a forecast may know about its own weekend."""

    BEFORE_WEEKEND = "a"  # earlier events only
    AFTER_PRACTICE = "b"
    AFTER_QUALIFYING = "c"  # the grid is known


class Backend(StrEnum):
    """What simulates the races."""

    CPU = "cpu"
    CUDA = "cuda"


class Scenario(StrEnum):
    """Race conditions that are simulated separately."""

    DRY = "dry"
    WET = "wet"
    SAFETY_CAR = "safety_car"  # dry, with at least one safety car


class RainSource(StrEnum):
    """What the chance of a wet race rests on."""

    CLIMATE = "climate"  # the races of earlier seasons
    WEEKEND = "weekend"  # and the weekend's own sessions
    FORECAST = "forecast"  # and a forecast of rain


class Compound(StrEnum):
    """Tyre compound as marked on the sidewall since 2019."""

    SOFT = "SOFT"
    MEDIUM = "MEDIUM"
    HARD = "HARD"
    INTERMEDIATE = "INTERMEDIATE"
    WET = "WET"


def names_testing(words: Sequence[str]) -> bool:
    """Return whether words in lower case are those of a test: "testing", "pre-season test"."""
    bare = [word.rstrip("0123456789") for word in words]  # "testing1"
    return not {"testing", "preseason"}.isdisjoint(bare) or ("pre", "season") in pairwise(bare)
