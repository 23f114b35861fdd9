"""The page of one driver: how good, how sure are we, and where next."""

from __future__ import annotations

from typing import Any

from services.web.derived import figures
from services.web.derived.people import Driver, RaceOf, stints
from services.web.derived.person_words import (
    best_finish,
    driver_headline,
    driver_lead,
    is_over,
    place_in_title,
    ranges_sentence,
    stints_sentence,
)
from services.web.derived.strength import Strength
from services.web.derived.title_words import champion
from services.web.drawing.keys import key
from services.web.drawing.people import team_cell
from services.web.drawing.rows import axis_row
from services.web.pages.chance_table import CHANCE_KEY
from services.web.pages.mates_part import mates_section
from services.web.pages.people_shown import PeopleShown
from services.web.pages.people_tables import form_of, rank_words
from services.web.pages.person_lines import (
    place_heading,
    place_section,
    points_section,
    title_section,
)
from services.web.pages.person_parts import person_parts
from services.web.pages.place_axis import place_scale, place_ticks
from services.web.pages.race_rows import race_rows
from services.web.pages.site import page
from services.web.resource import Resource

__all__ = ["driver_page"]

_RANGE_KEY = (
    ("range", "place: 9 in 10 races, half of them, average"),
    ("result", "where the car finished"),
)


def driver_page(shown: PeopleShown, driver_id: str) -> Resource:
    """Return the page of one driver of a season."""
    driver = shown.people.drivers[driver_id]
    season = shown.season
    values: dict[str, Any] = {
        "over": _over(shown, driver),
        "team": _team(shown, driver),
        "year": season.year,
        "before": shown.ways.before,
        "years": _other_years(shown, driver_id),
    }
    path = f"{shown.ways.before}/drivers/{driver_id}"
    if season.hide:
        headline = driver.name
        values |= {"races": _hidden_races(driver.races), "kind": "drivers"}
        template = "person_hidden.html"
    else:
        strength = shown.of_drivers.get(driver_id)
        headline = driver_headline(season.document, driver, strength)
        values |= _values(shown, driver, strength)
        template = "driver.html"
    return page(
        season.world,
        template,
        path=path,
        title=headline,
        hide=season.hide,
        headline=headline,
        **values,
    )


def _values(shown: PeopleShown, driver: Driver, strength: Strength | None) -> dict[str, Any]:
    """Return what the template shows of one whose results are not hidden."""
    n = shown.people.n_places
    mates = _mates_now(shown, driver)
    year = shown.season.year
    asked = "" if not shown.ways.before else f"?season={year}"
    car = shown.season.cars.of(driver.key)
    return {
        "name": figures.surname(driver.name),
        "lead": " ".join(
            part for part in (driver_lead(driver), stints_sentence(driver.races)) if part
        ),
        "facts": _facts(shown, driver, strength),
        "is_over": is_over(shown.season.document),
        "form": form_of(shown, strength, driver.races),
        "races_title": ranges_sentence(driver.races),
        "races": race_rows(shown, driver.races, with_team=len(stints(driver.races)) > 1),
        "chance_key": key(CHANCE_KEY),
        "range_key": key(_RANGE_KEY),
        "axis": axis_row(place_ticks(n), place_scale(n)),
        "parts": person_parts(
            title=title_section(shown, "driver", driver.key),
            places=place_section(shown, [driver, *mates]),
            points=points_section(shown, "driver", driver.title, car),
            mates=mates_section(shown, driver),
        )
        | {
            "places_title": place_heading(shown, driver),
            "beside": ", beside the team-mate" if mates else "",
            "n_sims": figures.number(shown.n_sims),
            "odds": f"/v1/title-odds?season={year}&driver_id={driver.key}&by=round",
        },
        "n_sims": figures.number(shown.n_sims),
        "json": f"/v1/drivers/{driver.key}{asked}",
    }


def _over(shown: PeopleShown, driver: Driver) -> str:
    number = "" if driver.number is None else f" · number {driver.number}"
    return f"{driver.name}{number} · season {shown.season.year}"


def _team(shown: PeopleShown, driver: Driver) -> Any:  # noqa: ANN401 - markup or nothing
    if not driver.team_id:
        return ""
    cars = shown.season.cars
    return team_cell(
        driver.team, cars.class_of(driver.team_id), href=cars.team_href(driver.team_id)
    )


def _other_years(shown: PeopleShown, driver_id: str) -> list[tuple[int, str]]:
    """Return the other seasons that the driver is in, with the addresses there."""
    world, found = shown.season.world, []
    for year in shown.years:
        if year == shown.season.year:
            continue
        rows = world.documents[year].championship.drivers
        if any(row.driver_id == driver_id for row in rows):
            before = "" if year == world.default_season else f"/{year}"
            found.append((year, f"{before}/drivers/{driver_id}"))
    return found


def _mates_now(shown: PeopleShown, driver: Driver) -> list[Driver]:
    """Return who is entered in the same team's other car in the driver's latest race."""
    latest = next((race for race in reversed(driver.races) if race.forecast is not None), None)
    if latest is None or latest.forecast is None:
        return []
    return [
        shown.people.drivers[row.driver_id]
        for row in latest.event.predictions
        if row.team_id == latest.forecast.team_id and row.driver_id != driver.key
    ]


def _facts(
    shown: PeopleShown, driver: Driver, strength: Strength | None
) -> list[tuple[str, str, str, bool]]:
    """Return four terms: label, value, what it means, and whether it is a forecast."""
    document = shown.season.document
    started = [race for race in driver.races if race.row is not None]
    title = driver.title
    now = title.points.current if title else 0.0
    place = place_in_title(document, driver.key)
    stands = "before the first race" if place is None else _stands(shown, place)
    found = [("Points", figures.points(now), stands, False)]
    if strength is not None and title is not None:
        found.insert(0, _title_fact(shown, driver))
        means = rank_words(shown.driver_ranks[driver.key], len(shown.of_drivers))
        found.append(("Points a race to come", figures.places(strength.points), means, True))
    found.append(_record_fact(started))
    if strength is None:
        found += _past_facts(started)
    return found


def _stands(shown: PeopleShown, place: int) -> str:
    word = "in the end" if is_over(shown.season.document) else "in the championship"
    return f"{figures.ordinal(place)} {word}"


def _title_fact(shown: PeopleShown, driver: Driver) -> tuple[str, str, str, bool]:
    won = champion(shown.season.document, "driver")
    p_title = driver.title.p_title if driver.title else 0.0
    if won is not None:
        said = "champion" if won.key == driver.key else "out of reach"
        return "Title", said, "settled by points", False
    return "Title", figures.fine_per_cent(p_title), figures.likely(p_title), True


def _record_fact(started: list[RaceOf]) -> tuple[str, str, str, bool]:
    wins = sum(race.place == 1 for race in started)
    podiums = sum(race.place in (1, 2, 3) for race in started)
    if not started:
        return "Races so far", "0", "none started yet", False
    if podiums == 0:
        best = best_finish(started)
        said = figures.NOTHING if best is None else figures.ordinal(best)
        return "Best finish", said, f"in {figures.count(len(started), 'race')}", False
    races = figures.count(len(started), "race")
    means = f"and {figures.count(podiums, 'podium')} in {races}"
    return "Wins", str(wins), means, False


def _past_facts(started: list[RaceOf]) -> list[tuple[str, str, str, bool]]:
    """Return the facts of one who is in no race to come."""
    finished = [race.place for race in started if race.place is not None]
    retired = len(started) - len(finished)
    average = figures.places(sum(finished) / len(finished)) if finished else figures.NOTHING
    return [
        (
            "Average finish",
            average,
            f"of {figures.count(len(finished), 'finish', 'finishes')}",
            False,
        ),
        ("Did not finish", str(retired), f"of {figures.count(len(started), 'race')}", False),
    ]


def _hidden_races(races: tuple[RaceOf, ...]) -> list[tuple[str, int, str]]:
    """Return address, round and name of the races, without anything of a result."""
    return [(f"/events/{race.event_id}", race.round, race.title) for race in races]
