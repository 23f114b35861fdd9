"""What the API says of drivers and teams."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from predictor.published.field_types import Place, Probability, says
from predictor.vocabulary import EventStatus, Horizon, ResultStatus
from services.web.api.answers.shared import Address, MadeFrom, Next

__all__ = [
    "DriverAnswer",
    "DriverRow",
    "Drivers",
    "RaceOfDriver",
    "TeamAnswer",
    "TeamRow",
    "Teams",
]


class _Chances(Struct, frozen=True, kw_only=True):
    """Chances in a championship."""

    p_title: Annotated[Probability | None, says("of being champion; null where none is told")]
    points_now: Annotated[float | None, says("scored so far", "points")]
    points_mean: Annotated[float | None, says("expected at the end of the season", "points")]
    points_p05: Annotated[float | None, says("5 % of the seasons end with fewer", "points")]
    points_p50: Annotated[float | None, says("median of the simulated seasons", "points")]
    points_p95: Annotated[float | None, says("95 % of the seasons end with fewer", "points")]


# Whom a row is about stands first: fields that may be given by place come before others.
class DriverRow(_Chances, frozen=True):
    """A driver of a season, with what the championship holds for him."""

    id: Annotated[str, says("driver_id: permanent, the key to join on")]
    url: Address
    driver: Annotated[str, says("three-letter code, for display")]
    name: Annotated[str, says("full name")]
    number: Annotated[int | None, says("on the car, latest entry; null where it is not known")]
    team: Annotated[str | None, says("of the latest entry; null where none is known")]
    team_id: Annotated[str | None, says("of the latest entry; null where none is known")]


class TeamRow(_Chances, frozen=True):
    """A team of a season, with what the championship holds for it."""

    id: Annotated[str, says("team_id: permanent, the key to join on")]
    url: Address
    team: Annotated[str, says("name of the team")]
    driver_ids: Annotated[tuple[str, ...], says("whose latest entry is with it")]


class Drivers(Struct, frozen=True, kw_only=True):
    """Drivers of a season, likeliest champion first."""

    made_from: MadeFrom
    data: tuple[DriverRow, ...]
    next: Next


class Teams(Struct, frozen=True, kw_only=True):
    """Teams of a season, likeliest champion first."""

    made_from: MadeFrom
    data: tuple[TeamRow, ...]
    next: Next


class RaceOfDriver(Struct, frozen=True, kw_only=True):
    """One race as it is forecast of one driver, and what became of it."""

    event_id: str
    event_url: Address
    round: Place
    status: EventStatus
    driver_id: str
    team_id: Annotated[str | None, says("in this event")]
    horizon: Horizon | None
    p_win: Probability | None
    p_podium: Probability | None
    p_points: Probability | None
    p_dnf: Probability | None
    expected_position: float | None
    expected_points: Annotated[float | None, says("of the race alone", "points")]
    result: Annotated[ResultStatus | None, says("null until the race is run")]
    position: Annotated[int | None, says("in the result; null where it gives none")]
    grid: Annotated[int | None, says("where the race was started; null where it is not known")]
    points: Annotated[float | None, says("scored in the race", "points")]


class DriverAnswer(DriverRow, frozen=True, kw_only=True):
    """A driver of a season, and all his races in it."""

    made_from: MadeFrom
    races: tuple[RaceOfDriver, ...]


class TeamAnswer(TeamRow, frozen=True, kw_only=True):
    """A team of a season, and all races of its cars in it."""

    made_from: MadeFrom
    races: tuple[RaceOfDriver, ...]
