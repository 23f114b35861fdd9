"""Pages of drivers and teams: the tables of a season, and a page for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from predictor.published.season_types import SeasonDocument
from services.web.derived.cars import Cars
from services.web.derived.people import SeasonPeople
from services.web.maker import Made, made_in_time
from services.web.pages import driver, people_tables, team
from services.web.pages.archived import Kept
from services.web.pages.people_places import people_ways
from services.web.pages.people_shown import PeopleShown
from services.web.pages.season_shown import SeasonShown
from services.web.resource import redirect
from services.web.world import World

__all__ = ["make"]


def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the tables and pages of every season's drivers and teams.

    Those of the season of the front page have addresses without a year. Of others too, an address
    without a year leads to the last season that a driver or a team was in.
    """
    known: set[str] = set()
    newest_first = sorted(world.documents, key=lambda year: (year != world.default_season, -year))
    for year in newest_first:
        shown = _shown(world, world.documents[year], hide=hide)
        before = "" if year == world.default_season else f"/{year}"
        query = shown.ways.query
        for kind, make_table in (
            ("drivers", people_tables.drivers_page),
            ("teams", people_tables.teams_page),
        ):
            yield (
                f"{before}/{kind}",
                made_in_time(world, world.documents[year], partial(make_table, shown)),
            )
            if not before:
                yield f"/{year}/{kind}", redirect(f"/{kind}{query}")
        for key in shown.people.drivers:
            path = f"{before}/drivers/{key}"
            make_page = partial(driver.driver_page, shown, key)
            yield path, made_in_time(world, world.documents[year], make_page)
            yield from _without_year(path, f"/drivers/{key}", query, known)
        for key in shown.people.teams:
            path = f"{before}/teams/{key}"
            make_page = partial(team.team_page, shown, key)
            yield path, made_in_time(world, world.documents[year], make_page)
            yield from _without_year(path, f"/teams/{key}", query, known)


def _without_year(path: str, short: str, query: str, known: set[str]) -> Iterator[Made]:
    """Lead from the address without a year to the newest page, unless it is that."""
    if short not in known:
        known.add(short)
        if path != short:
            yield short, redirect(f"{path}{query}")


def _shown(world: World, document: SeasonDocument, *, hide: bool) -> PeopleShown:
    year = document.metadata.season
    ways = people_ways(world, year, hide=hide)
    season = SeasonShown(world, document, Cars(document, ways), Kept(world, year), hide)
    return PeopleShown(season, SeasonPeople(document), ways, tuple(sorted(world.documents)))
