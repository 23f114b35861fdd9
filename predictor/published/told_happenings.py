"""Types of a told race: what happened on which lap, a type for every kind of happening."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from predictor.published.field_types import Count, Place, says
from predictor.vocabulary import Compound

__all__ = [
    "Finish",
    "Flag",
    "FlagOut",
    "Happening",
    "Lead",
    "Loss",
    "Pass",
    "Penalty",
    "Retirement",
    "Start",
    "StopMade",
    "Track",
    "Weather",
]

Flag = Literal["green", "vsc", "safety_car", "red"]
Track = Literal["dry", "wet"]
Served = Literal["stop", "flag"]
Cause = Literal["accident", "failure"]
NotNegative = Annotated[float, Meta(ge=0.0)]
Driver = Annotated[str, says("three-letter code")]
Before = Annotated[Place, says("place on the lap before", "position")]
After = Annotated[Place, says("place after the lap", "position")]


class _OnLap(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """What happens on one lap."""

    lap: Place


class Places(Struct, frozen=True, kw_only=True):
    """Who won or lost most places on the first lap."""

    driver: Driver
    places: int


class Retired(Struct, frozen=True, kw_only=True):
    """Whom a flag is out for."""

    driver: Driver
    cause: Cause


class Weather(_OnLap, frozen=True, kw_only=True, tag="weather"):
    """The track is so from this lap on; only told of a race with rain in it."""

    track: Track
    at_start: Annotated[bool, says("whether it is so before the start")]


class Start(_OnLap, frozen=True, kw_only=True, tag="start"):
    """The first lap."""

    driver: Annotated[str, says("who leads after it")]
    from_grid: Annotated[Place, says("slot that he started from", "position")]
    order: Annotated[tuple[str, ...], says("codes of the first three after it")]
    most_gained: Places
    most_lost: Places


class Lead(_OnLap, frozen=True, kw_only=True, tag="lead", rename={"from_": "from"}):
    """The lead changes."""

    driver: Annotated[str, says("who takes it")]
    from_: str
    how: Literal["pass", "pit_stop", "retirement"]


class Pass(_OnLap, frozen=True, kw_only=True, tag="pass"):
    """One car passes another on the track for a podium place other than the lead."""

    driver: Driver
    passed: Driver
    position: Place


class Stop(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One stop, or a change of tyres while the race stands still."""

    lap: Place
    from_: Annotated[Compound, says("tyres that came off")]
    to: Annotated[Compound, says("tyres that went on")]
    tyre_age_laps: Annotated[Count, says("of those that came off", "laps")]
    standstill_s: Annotated[NotNegative | None, says("null under a red flag", "s")]
    penalty_s: Annotated[NotNegative, says("of the standstill, a time penalty served there", "s")]
    flag: Flag
    reason: Literal["plan", "damage", "gamble", "cover", "free", "flag"]
    covers: Annotated[
        str | None, says("driver right behind whose stop on the lap before it answers")
    ]
    position_before: Before
    position_after: After


class StopMade(Stop, frozen=True, kw_only=True, tag="stop", tag_field="kind"):
    """A stop as it happens."""

    driver: Driver


class FlagOut(_OnLap, frozen=True, kw_only=True, tag="flag"):
    """A flag comes out, for this lap and on."""

    flag: Flag
    last_lap: Place
    after: Annotated[tuple[Retired, ...], says("those who retired on the lap before")]


class Retirement(_OnLap, frozen=True, kw_only=True, tag="retirement"):
    """A car does not finish the lap."""

    driver: Driver
    cause: Annotated[Cause, says("accident: any collision or off that ends a race")]
    flag: Annotated[Flag | None, says("that comes out for the next lap; null for none")]
    position_before: Before


class Loss(_OnLap, frozen=True, kw_only=True, tag="loss"):
    """A car loses time at once, half a second and more."""

    driver: Driver
    loss_s: Annotated[NotNegative, says("on this lap", "s")]
    position_before: Before
    position_after: After


class Penalty(_OnLap, frozen=True, kw_only=True, tag="penalty"):
    """A time penalty."""

    driver: Driver
    penalty_s: Annotated[NotNegative, says("how much", "s")]
    served: Annotated[Served | None, says("null for one who retires before")]
    served_on_lap: Annotated[int | None, says("lap of that stop, else null")]


class Finish(_OnLap, frozen=True, kw_only=True, tag="finish"):
    """The flag; missing where nobody saw it."""

    driver: Annotated[str, says("who wins")]
    second: Annotated[str | None, says("null where nobody else saw the flag")]
    margin_s: Annotated[NotNegative | None, says("to the second", "s")]
    laps_down: Annotated[Count | None, says("of the second", "laps")]


Happening = (
    Weather | Start | Lead | Pass | StopMade | FlagOut | Retirement | Loss | Penalty | Finish
)
