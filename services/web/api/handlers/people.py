"""Drivers and teams of a season: what the championship holds for them, and their races."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import UNSET, UnsetType

from predictor.published.event_types import DriverForecast, Event, ResultRow
from predictor.published.field_types import says
from predictor.published.season_types import SeasonDocument
from predictor.published.title_types import PointsRange
from services.web.api.answers.people import (
    DriverAnswer,
    DriverRow,
    Drivers,
    RaceOfDriver,
    TeamAnswer,
    TeamRow,
    Teams,
)
from services.web.api.answers.shared import Season
from services.web.api.handlers.events import event_url
from services.web.api.paging import Paged, page_of
from services.web.api.problem_kinds import UNKNOWN_ID, problem
from services.web.api.route import Asked
from services.web.api.view import View, made_from
from services.web.derived.cars import Cars
from services.web.derived.people import latest_entries
from services.web.derived.team_colours import colours_of

__all__ = ["OneDriverAsked", "OneTeamAsked", "PeopleAsked", "driver", "drivers", "team", "teams"]

_OF = Annotated[Season | UnsetType, says("year; that of the front page unless given")]


class PeopleAsked(Paged, frozen=True, kw_only=True):
    """Of which season."""

    season: _OF = UNSET


class OneDriverAsked(Asked, frozen=True, kw_only=True):
    """Which driver, in which season."""

    driver_id: Annotated[str, says("permanent id, as /v1/drivers lists it")]
    season: _OF = UNSET


class OneTeamAsked(Asked, frozen=True, kw_only=True):
    """Which team, in which season."""

    team_id: Annotated[str, says("permanent id, as /v1/teams lists it")]
    season: _OF = UNSET


def drivers(asked: PeopleAsked, view: View) -> Drivers:
    """Return the drivers of a season, likeliest champion first."""
    document = view.document(view.season(asked.season))
    page, last = page_of(_driver_rows(document, view), asked)
    return Drivers(made_from=made_from(document), data=page, next=last)


def teams(asked: PeopleAsked, view: View) -> Teams:
    """Return the teams of a season, likeliest champion first."""
    document = view.document(view.season(asked.season))
    page, last = page_of(_team_rows(document, view), asked)
    return Teams(made_from=made_from(document), data=page, next=last)


def driver(asked: OneDriverAsked, view: View) -> DriverAnswer:
    """Return a driver and his races.

    Raises
    ------
    Problem
        If he is not in the season.
    """
    document = view.document(view.season(asked.season))
    for row in _driver_rows(document, view):
        if row.id == asked.driver_id:
            races = (one for one in _races(document) if one.driver_id == row.id)
            return DriverAnswer(**_values(row), made_from=made_from(document), races=tuple(races))
    raise _unknown("driver", asked.driver_id, document)


def team(asked: OneTeamAsked, view: View) -> TeamAnswer:
    """Return a team and the races of its cars.

    Raises
    ------
    Problem
        If it is not in the season.
    """
    document = view.document(view.season(asked.season))
    for row in _team_rows(document, view):
        if row.id == asked.team_id:
            races = (one for one in _races(document) if one.team_id == row.id)
            return TeamAnswer(**_values(row), made_from=made_from(document), races=tuple(races))
    raise _unknown("team", asked.team_id, document)


def _driver_rows(document: SeasonDocument, view: View) -> list[DriverRow]:
    """Return those in the championship, then those who are entered and in none."""
    season = document.metadata.season
    entries = view.remember(("entries", season), lambda: latest_entries(document))
    cars = view.remember(("cars", season), lambda: Cars(document))
    rows = []
    for one in document.championship.drivers:
        entry = entries.get(one.driver_id)
        rows.append(
            DriverRow(
                id=one.driver_id,
                url=_url("drivers", one.driver_id, season, view),
                driver=one.driver,
                name=one.name,
                number=entry.number if entry else None,
                team=one.team,
                team_id=entry.team_id if entry else None,
                is_second_car=cars.of(one.driver_id).is_second,
                **_colours(entry.team_id if entry else one.team, season),
                **_chances(one.p_title, one.points),
            )
        )
    known = {row.id for row in rows}
    rows += [
        DriverRow(
            id=one.driver_id,
            url=_url("drivers", one.driver_id, season, view),
            driver=one.driver,
            name=one.name,
            number=one.number,
            team=one.team,
            team_id=one.team_id,
            is_second_car=cars.of(one.driver_id).is_second,
            **_colours(one.team_id, season),
            **_chances(None, None),
        )
        for one in entries.values()
        if one.driver_id not in known
    ]
    return rows


def _team_rows(document: SeasonDocument, view: View) -> list[TeamRow]:
    """Return those in the championship, then those whose cars are entered and that are in none."""
    season = document.metadata.season
    of_team: dict[str, list[str]] = {}
    for row in _driver_rows(document, view):
        if row.team_id is not None:
            of_team.setdefault(row.team_id, []).append(row.id)
    titles = document.championship.constructors
    known: dict[str, tuple[str, float | None, PointsRange | None]] = {
        one.team_id: (one.team, one.p_title, one.points) for one in titles
    }
    entries = view.remember(("entries", season), lambda: latest_entries(document))
    for entry in entries.values():
        known.setdefault(entry.team_id, (entry.team, None, None))
    return [
        TeamRow(
            id=team_id,
            url=_url("teams", team_id, season, view),
            team=name,
            driver_ids=tuple(of_team.get(team_id, ())),
            **_colours(team_id, season),
            **_chances(p_title, points),
        )
        for team_id, (name, p_title, points) in known.items()
    ]


def _races(document: SeasonDocument) -> Iterator[RaceOfDriver]:
    for event in document.predictions.values():
        results = {} if event.result is UNSET else _by_driver(event)
        forecasts = {row.driver_id: row for row in event.predictions}
        for driver_id in {**forecasts, **results}:
            yield _race(event, driver_id, forecasts.get(driver_id), results.get(driver_id))


def _by_driver(event: Event) -> dict[str, ResultRow]:
    order = () if isinstance(event.result, UnsetType) else event.result.order
    return {row.driver_id: row for row in order}


_ODDS = ("p_win", "p_podium", "p_points", "p_dnf", "expected_position", "expected_points")


def _race(
    event: Event, driver_id: str, odds: DriverForecast | None, result: ResultRow | None
) -> RaceOfDriver:
    metadata = event.metadata
    return RaceOfDriver(
        event_id=metadata.event_id,
        event_url=event_url(metadata.event_id),
        round=metadata.round,
        status=metadata.status,
        driver_id=driver_id,
        team_id=odds.team_id if odds else None,
        horizon=metadata.horizon if odds else None,
        **{name: getattr(odds, name, None) for name in _ODDS},
        result=result.status if result else None,
        position=result.position if result else None,
        grid=result.grid if result else None,
        points=result.points if result else None,
    )


def _chances(p_title: float | None, points: PointsRange | None) -> dict[str, Any]:
    return {
        "p_title": p_title,
        "points_now": points.current if points else None,
        "points_mean": points.mean if points else None,
        "points_p05": points.p05 if points else None,
        "points_p50": points.p50 if points else None,
        "points_p95": points.p95 if points else None,
    }


def _colours(team: str | None, season: int) -> dict[str, Any]:
    found = colours_of(team, season)
    return {
        "team_colour_light": found.light if found else None,
        "team_colour_dark": found.dark if found else None,
    }


def _values(row: DriverRow | TeamRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _url(kind: str, one: str, season: int, view: View) -> str:
    query = "" if season == view.world.default_season else f"?season={season}"
    return f"/v1/{kind}/{one}{query}"


def _unknown(kind: str, one: str, document: SeasonDocument) -> Exception:
    season = document.metadata.season
    return problem(
        UNKNOWN_ID,
        f"there is no {kind} {one[:80]!r} in season {season}",
        do=f"GET /v1/{kind}s?season={season} lists those that there are",
    )
