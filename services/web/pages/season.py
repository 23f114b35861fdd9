"""The season's page: who wins next, who takes the titles, what moved, how right we were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures, level
from services.web.derived.cars import Cars
from services.web.derived.race_words import who_is_ahead
from services.web.derived.title_words import TitleContender, drivers, title_clause
from services.web.derived.weekend import n_events, n_run, sessions_sentence, upcoming
from services.web.maker import Made, made_in_time
from services.web.pages.archived import Kept
from services.web.pages.navigation import WAYS
from services.web.pages.people_places import people_ways
from services.web.pages.record_part import record_section
from services.web.pages.season_end import end_section
from services.web.pages.season_parts import calendar, moves_section, next_section
from services.web.pages.season_shown import SeasonShown
from services.web.pages.site import page
from services.web.pages.title_part import champions, teams_section, title_section
from services.web.resource import Resource, redirect
from services.web.world import World

__all__ = ["make"]


def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the front page and the page of every season."""
    if world.default_season is None:
        yield "/", page(world, "nothing_yet.html", path="/", title="No forecast yet", hide=hide)
        return
    to = f"/{world.default_season}"
    yield "/", redirect(f"{to}?hide=results" if hide else to)
    for year, document in world.documents.items():
        yield f"/{year}", made_in_time(world, document, partial(_page, world, document, hide=hide))


def _page(world: World, document: SeasonDocument, *, hide: bool) -> Resource:
    year = document.metadata.season
    cars = Cars(document, people_ways(world, year, hide=hide))
    shown = SeasonShown(world, document, cars, Kept(world, year), hide)
    won = champions(shown)
    headline = _headline(shown, won)
    return page(
        world,
        "season.html",
        path=f"/{year}",
        title=headline,
        hide=hide,
        headline=headline,
        lead=_lead(shown),
        next=next_section(shown),
        end=end_section(shown, won),
        titles=title_section(shown),
        teams=teams_section(shown),
        moves=moves_section(shown),
        record=record_section(shown),
        calendar=calendar(shown),
        calendar_title=_calendar_title(shown),
        years=[one for one in sorted(world.documents) if one != year],
        paths={f"/{year}/title", *(path for _, to in WAYS if (path := to(world)) is not None)},
        year=year,
    )


def _headline(shown: SeasonShown, won: tuple[TitleContender | None, TitleContender | None]) -> str:
    """Return the answer: who is ahead for the next race, and for the title."""
    document = shown.document
    coming = upcoming(document)
    if shown.hide:
        where = "is over" if coming is None else f"goes on in {figures.area(*_named(coming))}"
        return f"Season {shown.year} {where}"
    clause = title_clause(drivers(document), document.metadata.num_simulations, won[0])
    if coming is None:
        team = "" if won[1] is None else f", and {won[1].name} take the teams’ title"
        return f"{clause}{team}"
    title, event = coming
    ahead = who_is_ahead(event.predictions, level.sims_of(event))
    return f"{figures.area(event.metadata.event_id, title)}: {ahead}. {clause}"


def _named(coming: tuple[str, Any]) -> tuple[str, str]:
    return coming[1].metadata.event_id, coming[0]


def _lead(shown: SeasonShown) -> str:
    coming = upcoming(shown.document)
    run = n_run(shown.document)
    if coming is None:
        return f"All {figures.count(run, 'race')} of {shown.year} are run."
    title, event = coming
    date = event.metadata.date
    when = f"The {title} is on {figures.day_text(date)}." if date else f"The {title} is next."
    return f"{when} {sessions_sentence(event, shown.world.now)}".strip()


def _calendar_title(shown: SeasonShown) -> str:
    run, total = n_run(shown.document), n_events(shown.document)
    if shown.hide:
        return "The season"
    if run == total:
        return f"The season: all {total} run"
    return f"The season: {run} run, {total - run} to go"
