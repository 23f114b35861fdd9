"""Tables of a season's drivers and teams: who is how good, and how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.derived import figures
from services.web.derived.people import Driver, RaceOf, TeamOf
from services.web.derived.person_words import is_over, place_in_title, scored, strongest_sentence
from services.web.derived.strength import Strength, half_of
from services.web.derived.title_words import drivers, teams, title_heading
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell, team_cell
from services.web.drawing.rows import axis_row, form_row
from services.web.pages.people_shown import PeopleShown
from services.web.pages.place_axis import place_scale, place_ticks
from services.web.pages.site import page
from services.web.resource import Resource

__all__ = ["drivers_page", "form_of", "rank_words", "teams_page"]

_KEY = (("range", "races to come: 9 in 10, half of them, average"), ("fact", "places so far"))
_KEY_OVER = (("fact", "how often at each place"),)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One driver's or team's row; `told` is what a hidden world may tell."""

    rank: str
    who: Markup
    told: str
    picture: Markup | None
    points: str
    a_race: str
    is_ahead: bool
    title: str
    is_faint: bool
    wins: str
    podiums: str


def drivers_page(shown: PeopleShown) -> Resource:
    """Return the page of all drivers of a season."""
    season, people = shown.season, shown.people
    if season.hide:
        by_team = sorted(people.drivers.values(), key=lambda one: (one.team, one.number or 1000))
        rows = [_hidden(shown, one) for one in by_team]
        return _page(shown, "drivers", f"Drivers of {season.year}", rows)
    contenders = drivers(season.document)
    order = [*shown.of_drivers, *(key for key in people.drivers if key not in shown.of_drivers)]
    order.sort(key=lambda key: _order(shown, key, of_team=False))
    rows = [_driver_row(shown, people.drivers[key]) for key in order]
    called = figures.surnames([people.drivers[one].name for one in shown.of_drivers])
    names = [called[people.drivers[one].name] for one in shown.of_drivers]
    if is_over(season.document):
        names = [figures.surname(people.drivers[key].name) for key in order]
        headline = _final(shown, names, order, was="was")
    else:
        headline = strongest_sentence(
            names, [*shown.of_drivers.values()], [*shown.driver_ranks.values()]
        )
    return _page(shown, "drivers", headline, rows, titles=title_heading(contenders, None))


def teams_page(shown: PeopleShown) -> Resource:
    """Return the page of all teams of a season."""
    season, people = shown.season, shown.people
    if season.hide:
        rows = [_hidden_team(shown, people.teams[key]) for key in sorted(people.teams)]
        return _page(shown, "teams", f"Teams of {season.year}", rows)
    contenders = teams(season.document)
    order = sorted(people.teams, key=lambda key: _order(shown, key, of_team=True))
    rows = [_team_row(shown, people.teams[key]) for key in order]
    names = [people.teams[one].name for one in shown.of_teams]
    if is_over(season.document):
        names = [people.teams[key].name for key in order]
        headline = _final(shown, names, order, was="were")
    else:
        headline = strongest_sentence(
            names, [*shown.of_teams.values()], [*shown.team_ranks.values()]
        )
    return _page(shown, "teams", headline, rows, titles=title_heading(contenders, None))


def _page(
    shown: PeopleShown, kind: str, headline: str, rows: Sequence[PersonRow], titles: str = ""
) -> Resource:
    season = shown.season
    over = is_over(season.document)
    n = shown.people.n_places
    return page(
        season.world,
        "people.html",
        path=f"{shown.ways.before}/{kind}",
        title=headline,
        hide=season.hide,
        headline=headline,
        kind=kind,
        year=season.year,
        is_over=over,
        is_open=not over,
        titles="" if over else titles,
        rows=rows,
        axis=axis_row(place_ticks(n), place_scale(n)),
        key=key(_KEY_OVER if over else _KEY if shown.n_run else _KEY[:1]),
        n_ahead=max(
            (one.n_races for one in (*shown.of_drivers.values(), *shown.of_teams.values())),
            default=0,
        ),
        n_sims=figures.number(shown.n_sims),
        n_run=shown.n_run,
        query="" if not shown.ways.before else f"?season={season.year}",
        other=("Teams", "/teams") if kind == "drivers" else ("Drivers", "/drivers"),
        before=shown.ways.before,
        years=[
            (one, f"/{kind}" if one == season.world.default_season else f"/{one}/{kind}")
            for one in shown.years
            if one != season.year
        ],
    )


def _order(shown: PeopleShown, key: str, *, of_team: bool) -> tuple[float, ...]:
    """Return by what rows stand in order: by strength, then by points; a season past by points."""
    strengths = shown.of_teams if of_team else shown.of_drivers
    place = place_in_title(shown.season.document, key, of_team=of_team)
    if key in strengths:
        return (0.0, -strengths[key].points)
    return (1.0, float(place or 1000))


def _final(shown: PeopleShown, names: Sequence[str], order: Sequence[str], *, was: str) -> str:
    """Return who had the most points when all was run."""
    year = shown.season.year
    if len(names) < 2:
        return f"Season {year} is over"
    first, second = (_points(shown, key)[0] for key in order[:2])
    behind = f"{names[1]} next with {figures.points(second)}"
    return f"{names[0]} {was} best in {year} with {scored(first)}, {behind}"


def _points(shown: PeopleShown, key: str) -> tuple[float, float]:
    """Return points now and the chance of the title, of a driver or a team."""
    one = shown.people.drivers.get(key) or shown.people.teams[key]
    return (one.title.points.current, one.title.p_title) if one.title else (0.0, 0.0)


def _driver_row(shown: PeopleShown, one: Driver) -> PersonRow:
    car = shown.season.cars.of(one.key)
    strength = shown.of_drivers.get(one.key)
    return _row(
        shown,
        one.key,
        car_cell(car, with_team=True),
        strength,
        one.races,
        _rank_text(shown.driver_ranks.get(one.key)),
    )


def _team_row(shown: PeopleShown, one: TeamOf) -> PersonRow:
    who = team_cell(
        one.name, shown.season.cars.class_of(one.key), href=shown.season.cars.team_href(one.key)
    )
    races = [race for cars in one.races for race in cars]
    rank = _rank_text(shown.team_ranks.get(one.key))
    return _row(shown, one.key, who, shown.of_teams.get(one.key), races, rank, of_team=True)


def _row(
    shown: PeopleShown,
    key: str,
    who: Markup,
    strength: Strength | None,
    races: Sequence[RaceOf],
    rank: str,
    *,
    of_team: bool = False,
) -> PersonRow:
    points, p_title = _points(shown, key)
    place = place_in_title(shown.season.document, key, of_team=of_team)
    is_past = is_over(shown.season.document)
    return PersonRow(
        rank=str(place or figures.NOTHING) if is_past else rank,
        who=who,
        told="",
        picture=form_of(shown, strength, races),
        points=figures.points(points),
        a_race=figures.places(strength.points) if strength else figures.NOTHING,
        is_ahead=strength is not None,
        title=figures.fine_per_cent(p_title),
        is_faint=figures.is_faint(p_title),
        wins=str(sum(race.place == 1 for race in races)),
        podiums=str(sum(race.place in (1, 2, 3) for race in races)),
    )


def form_of(shown: PeopleShown, strength: Strength | None, races: Sequence[RaceOf]) -> Markup:
    """Return the range of races to come with places so far below it."""
    n = shown.people.n_places
    scale, ticks = place_scale(n), place_ticks(n)
    finishes = Counter(race.place for race in races if race.place is not None)
    most = max(shown.most_often, *finishes.values()) if finishes else 1
    if strength is None:
        return form_row(None, None, None, finishes, scale, most=most, ticks=ticks)
    low, high = half_of(strength.places, 0.9)
    half_low, half_high = half_of(strength.places)
    return form_row(
        (low - 0.5, high + 0.5),
        (half_low - 0.5, half_high + 0.5),
        strength.mean_place,
        finishes,
        scale,
        most=most,
        ticks=ticks,
    )


def _rank_text(places: tuple[int, int] | None) -> str:
    """Return a place, or the places that several share: "2 to 4"."""
    if places is None:
        return figures.NOTHING
    first, last = places
    return str(first) if first == last else f"{first}–{last}"


def rank_words(places: tuple[int, int], n: int) -> str:
    """Return the same in words: "3rd of 20 by strength", "level, 3rd to 5th of 20"."""
    first, last = places
    if first == last:
        return f"{figures.ordinal(first)} of {n} by strength"
    return f"level by strength, {figures.ordinal(first)} to {figures.ordinal(last)} of {n}"


def _hidden(shown: PeopleShown, one: Driver) -> PersonRow:
    told = figures.NOTHING if one.number is None else str(one.number)
    return _told(car_cell(shown.season.cars.of(one.key), with_team=True), told)


def _hidden_team(shown: PeopleShown, one: TeamOf) -> PersonRow:
    cars = shown.season.cars
    who = team_cell(one.name, cars.class_of(one.key), href=cars.team_href(one.key))
    names = sorted(driver.name for driver in one.drivers)
    return _told(who, ", ".join(names))


def _told(who: Markup, told: str) -> PersonRow:
    return PersonRow("", who, told, None, "", "", False, "", False, "", "")
