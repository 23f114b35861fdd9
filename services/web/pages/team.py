"""The page of one team: how good, how sure are we, and where next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from services.web.derived import figures
from services.web.derived.people import Driver, RaceOf, TeamOf
from services.web.derived.person_words import is_over, place_in_title, team_headline, team_lead
from services.web.derived.strength import Strength
from services.web.derived.title_words import champion
from services.web.derived.weekend import has_run, upcoming
from services.web.drawing.bars import bar
from services.web.drawing.keys import key
from services.web.drawing.people import Car, car_cell
from services.web.drawing.rows import axis_row
from services.web.pages.mates_part import mates_section
from services.web.pages.people_shown import PeopleShown
from services.web.pages.people_tables import form_of, rank_words
from services.web.pages.person_lines import place_section, points_section, title_section
from services.web.pages.person_parts import person_parts
from services.web.pages.place_axis import place_scale, place_ticks
from services.web.pages.site import page
from services.web.resource import Resource

__all__ = ["team_page"]

_POINTS_KEY = (("forecast", "points expected"), ("result", "points scored"))
_FORM_KEY = (("range", "races to come: 9 in 10, half of them, average"), ("fact", "places so far"))
_LEAST_TOP = 10.0  # points at the end of the scale, also of a team that expects none


@dataclass(frozen=True, slots=True)
class TeamRace:
    """One race of a team's cars: chances, points, and where each finished."""

    path: str
    name: str
    short: str
    round: int
    is_next: bool
    is_ahead: bool
    win: str
    is_faint: bool
    picture: Markup
    expected: str
    said: str
    cars: str


def team_page(shown: PeopleShown, team_id: str) -> Resource:
    """Return the page of one team of a season."""
    team, season = shown.people.teams[team_id], shown.season
    values: dict[str, Any] = {
        "over": f"{team.name} · season {season.year}",
        "team": "",
        "year": season.year,
        "before": shown.ways.before,
        "years": _other_years(shown, team_id),
    }
    if season.hide:
        headline = team.name
        races = [
            (f"/events/{cars[0].event_id}", cars[0].round, cars[0].title) for cars in team.races
        ]
        values |= {"races": races, "kind": "teams"}
        template = "person_hidden.html"
    else:
        strength = shown.of_teams.get(team_id)
        headline = team_headline(season.document, team, strength)
        values |= _values(shown, team, strength)
        template = "team.html"
    return page(
        season.world,
        template,
        path=f"{shown.ways.before}/teams/{team_id}",
        title=headline,
        hide=season.hide,
        headline=headline,
        **values,
    )


def _values(shown: PeopleShown, team: TeamOf, strength: Strength | None) -> dict[str, Any]:
    n, year = shown.people.n_places, shown.season.year
    asked = "" if not shown.ways.before else f"?season={year}"
    now = _now(shown, team)
    title = team.title
    colour = Car(team.key, team.name, team.name, team.name, shown.season.cars.class_of(team.key))
    rows = _races(shown, team)
    return {
        "name": team.name,
        "lead": team_lead(team),
        "facts": _facts(shown, team, strength),
        "is_over": is_over(shown.season.document),
        "drivers": [_driver_row(shown, team, one) for one in team.drivers],
        "form_key": key(_FORM_KEY if strength else (("fact", "how often at each place"),)),
        "axis": axis_row(place_ticks(n), place_scale(n)),
        "races_title": _races_title(team),
        "races": rows,
        "points_key": key(_POINTS_KEY),
        "top": figures.number(_top(team)),
        "parts": person_parts(
            title=title_section(shown, "team", team.key),
            places=place_section(shown, now),
            points=points_section(shown, "team", title, colour),
            mates=mates_section(shown, now[0]) if now else None,
        )
        | {
            "places_title": "Expected place of each car",
            "beside": "",
            "n_sims": figures.number(shown.n_sims),
            "odds": f"/v1/title-odds?season={year}&kind=team&team_id={team.key}&by=round",
        },
        "n_sims": figures.number(shown.n_sims),
        "json": f"/v1/teams/{team.key}{asked}",
    }


def _now(shown: PeopleShown, team: TeamOf) -> list[Driver]:
    """Return the drivers of the team's latest race, the first car first."""
    latest = team.races[-1] if team.races else ()
    return [shown.people.drivers[race.driver_id] for race in latest]


def _other_years(shown: PeopleShown, team_id: str) -> list[tuple[int, str]]:
    world, found = shown.season.world, []
    for year in shown.years:
        rows = world.documents[year].championship.constructors
        if year != shown.season.year and any(row.team_id == team_id for row in rows):
            before = "" if year == world.default_season else f"/{year}"
            found.append((year, f"{before}/teams/{team_id}"))
    return found


def _facts(
    shown: PeopleShown, team: TeamOf, strength: Strength | None
) -> list[tuple[str, str, str, bool]]:
    """Return four terms: label, value, what it means, and whether it is a forecast."""
    document = shown.season.document
    title = team.title
    place = place_in_title(document, team.key, of_team=True)
    where = "in the end" if is_over(document) else "in the championship"
    stands = "before the first race" if place is None else f"{figures.ordinal(place)} {where}"
    found = [("Points", figures.points(title.points.current if title else 0.0), stands, False)]
    if strength is not None and title is not None:
        won = champion(document, "team")
        if won is None:
            said = figures.fine_per_cent(title.p_title), figures.likely(title.p_title)
            found.insert(0, ("Title", *said, True))
        else:
            said = "champions" if won.key == team.key else "out of reach", "settled by points"
            found.insert(0, ("Title", *said, False))
        means = rank_words(shown.team_ranks[team.key], len(shown.of_teams))
        found.append(("Points a race to come", figures.places(strength.points), means, True))
    places = [race.place for cars in team.races for race in cars]
    n_run = sum(any(race.row is not None for race in cars) for cars in team.races)
    podiums = sum(place in (1, 2, 3) for place in places)
    races = figures.count(n_run, "race")
    means = f"and {figures.count(podiums, 'podium')} in {races}" if n_run else "no race run yet"
    found.append(("Wins", str(places.count(1)), means, False))
    if strength is None:
        retired = sum(race.row is not None and race.place is None for c in team.races for race in c)
        starts = sum(race.row is not None for c in team.races for race in c)
        found.append(("Did not finish", str(retired), f"of {starts} starts", False))
    return found


def _driver_row(shown: PeopleShown, team: TeamOf, one: Driver) -> dict[str, Any]:
    """Return a driver in this team's car: places to come and so far, and points for it."""
    races = [race for cars in team.races for race in cars if race.driver_id == one.key]
    is_in_it = any(race.is_ahead for race in races)
    strength = shown.of_drivers.get(one.key) if is_in_it else None
    run = [race for race in races if race.row is not None]
    return {
        "who": car_cell(shown.season.cars.of(one.key, races[-1].event_id), is_whole=True),
        "picture": form_of(shown, strength, races),
        "a_race": figures.places(strength.points) if strength else figures.NOTHING,
        "is_ahead": strength is not None,
        "races": str(len(run)),
        "points": figures.points(sum(race.row.points for race in run if race.row)),
    }


def _races_title(team: TeamOf) -> str:
    """Return how points scored compare with those expected, as a title."""
    run = [cars for cars in team.races if any(race.row is not None for race in cars)]
    if not run:
        return "Race by race: what each could bring"
    expected = sum(map(_expected, run))
    scored = sum(map(_scored, run))
    said = f"{figures.points(scored)} points in {figures.count(len(run), 'race')}"
    return f"Race by race: {said}, where {figures.number(expected)} were expected"


def _expected(cars: Sequence[RaceOf]) -> float:
    return sum(race.forecast.expected_points for race in cars if race.forecast)


def _scored(cars: Sequence[RaceOf]) -> float:
    return sum(race.row.points for race in cars if race.row)


def _top(team: TeamOf) -> float:
    most = max((max(_expected(cars), _scored(cars)) for cars in team.races), default=0.0)
    return max(_LEAST_TOP, -(-most // 10) * 10.0)


def _races(shown: PeopleShown, team: TeamOf) -> list[TeamRace]:
    coming = upcoming(shown.season.document)
    next_id = None if coming is None else coming[1].metadata.event_id
    top = _top(team)
    return [_race(shown, cars, next_id, top) for cars in team.races]


def _race(shown: PeopleShown, cars: Sequence[RaceOf], next_id: str | None, top: float) -> TeamRace:
    first = cars[0]
    is_run = has_run(first.event)
    p_win = sum(race.forecast.p_win for race in cars if race.forecast)
    expected, scored = _expected(cars), _scored(cars)
    return TeamRace(
        path=f"/events/{first.event_id}",
        name=figures.area(first.event_id, first.title),
        short=shown.short_names[first.event_id],
        round=first.round,
        is_next=first.event_id == next_id,
        is_ahead=not is_run,
        win=figures.per_cent(p_win),
        is_faint=figures.is_faint(p_win),
        picture=bar(expected, top, result=scored if is_run else None),
        expected=figures.places(expected),
        said=figures.points(scored) if is_run else figures.NOTHING,
        cars=" · ".join(_came(race, is_run=is_run) for race in cars),
    )


def _came(race: RaceOf, *, is_run: bool) -> str:
    """Return a car's place, or the one that is expected."""
    code = race.forecast.driver if race.forecast else ""
    if not is_run:
        return f"{code} {figures.places(race.forecast.expected_position)}" if race.forecast else ""
    if race.place is not None:
        return f"{code} {figures.ordinal(race.place)}"
    return f"{code} {'no start' if race.row is None else 'ret.'}"
