"""What the API says of drivers and teams."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

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

Colour = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]


class _Chances(Struct, frozen=True, kw_only=True):
    """Chances in a championship."""

    p_title: Annotated[Probability | None, says("of being champion; null where none is told")]
    points_now: Annotated[float | None, says("scored so far", "points")]
    points_mean: Annotated[float | None, says("expected at the end of the season", "points")]
    points_p05: Annotated[float | None, says("5 % of the seasons end with fewer", "points")]
    points_p50: Annotated[float | None, says("median of the simulated seasons", "points")]
    points_p95: Annotated[float | None, says("95 % of the seasons end with fewer", "points")]


class _Coloured(_Chances, frozen=True, kw_only=True):
    """A team's colour, for marks; none is to be read without a name beside it."""

    team_colour_light: Annotated[
        Colour | None, says("of the team, on light paper; null for a team that has none yet")
    ]
    team_colour_dark: Annotated[Colour | None, says("the same on dark paper")]


# Whom a row is about stands first: fields that may be given by place come before others.
class DriverRow(_Coloured, frozen=True):
    """A driver of a season, with what the championship holds for him."""

    id: Annotated[str, says("driver_id: permanent, the key to join on")]
    url: Address
    driver: Annotated[str, says("three-letter code, for display")]
    name: Annotated[str, says("full name")]
    number: Annotated[int | None, says("on the car, latest entry; null where it is not known")]
    team: Annotated[str | None, says("of the latest entry; null where none is known")]
    team_id: Annotated[str | None, says("of the latest entry; null where none is known")]
    is_second_car: Annotated[
        bool, says("whether a team-mate has the lower number: drawn dashed and hollow, all season")
    ]


class TeamRow(_Coloured, frozen=True):
    """A team of a season, with what the championship holds for it."""

    id: Annotated[str, says("team_id: permanent, the key to join on")]
    url: Address
    team: Annotated[str, says("name of the team")]
    driver_ids: Annotated[tuple[str, ...], says("whose latest entry is with it")]


class Drivers(Struct, frozen=True, kw_only=True):
    """Drivers of a season, likeliest champion first."""

    made_from: MadeFrom
    data: Annotated[tuple[DriverRow, ...], says("a row a driver")]
    next: Next


class Teams(Struct, frozen=True, kw_only=True):
    """Teams of a season, likeliest champion first."""

    made_from: MadeFrom
    data: Annotated[tuple[TeamRow, ...], says("a row a team")]
    next: Next


class RaceOfDriver(Struct, frozen=True, kw_only=True):
    """One race as it is forecast of one driver, and what became of it."""

    event_id: Annotated[str, says("permanent; survives renumbering")]
    event_url: Address
    round: Annotated[Place, says("place in the calendar, 1-based")]
    status: Annotated[EventStatus, says("of the event")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    team_id: Annotated[str | None, says("in this event")]
    horizon: Annotated[
        Horizon | None, says("of the forecast, which stood before the race; null without one")
    ]
    p_win: Annotated[
        Probability | None, says("winning it; null without a forecast, as all that follows of it")
    ]
    p_podium: Annotated[Probability | None, says("finishing among the first three")]
    p_points: Annotated[Probability | None, says("finishing where a full distance scores")]
    p_dnf: Annotated[Probability | None, says("retiring from it")]
    expected_position: Annotated[
        float | None, says("mean; a race that he does not finish counts as behind all who do")
    ]
    expected_points: Annotated[float | None, says("of the race alone", "points")]
    result: Annotated[ResultStatus | None, says("null until the race is run")]
    position: Annotated[int | None, says("in the result; null where it gives none")]
    grid: Annotated[int | None, says("where the race was started; null where it is not known")]
    points: Annotated[float | None, says("scored in the race", "points")]


class DriverAnswer(DriverRow, frozen=True, kw_only=True):
    """A driver of a season, and all his races in it."""

    made_from: MadeFrom
    races: Annotated[tuple[RaceOfDriver, ...], says("in calendar order")]


class TeamAnswer(TeamRow, frozen=True, kw_only=True):
    """A team of a season, and all races of its cars in it."""

    made_from: MadeFrom
    races: Annotated[tuple[RaceOfDriver, ...], says("of each of its cars, in calendar order")]
