"""The title race: the chance of every contender after each round, and what can still happen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.title_points import on_paper
from services.web.derived.title_race import lead_of, race_headline, since_sentence
from services.web.derived.title_words import champion, drivers, standings
from services.web.derived.weekend import has_run, last_round, n_run, upcoming
from services.web.maker import Made, framed, made_in_time
from services.web.pages.archived import Kept
from services.web.pages.people_places import people_ways
from services.web.pages.season_shown import SeasonShown
from services.web.pages.site import page
from services.web.pages.title_kind import kind_section
from services.web.pages.title_lines import told_by_round
from services.web.resource import Resource
from services.web.world import World

__all__ = ["make"]

_LITTLE = 0.12  # of chance, up to which a lead is little


@framed("archive", "archive_trouble")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the title race of every season."""
    for year, document in world.documents.items():
        make_one = partial(_page, world, document, hide=hide)
        yield f"/{year}/title", made_in_time(world, document, make_one)


def _page(world: World, document: SeasonDocument, *, hide: bool) -> Resource:
    year = document.metadata.season
    cars = Cars(document, people_ways(world, year, hide=hide))
    shown = SeasonShown(world, document, cars, Kept(world, year), hide)
    headline = f"The title race of {year}" if hide else _headline(shown)
    sections = {} if hide else _sections(shown)
    return page(
        world,
        "title.html",
        path=f"/{year}/title",
        title=headline,
        hide=hide,
        headline=headline,
        year=year,
        years=[one for one in sorted(world.documents) if one != year],
        **sections,
    )


def _headline(shown: SeasonShown) -> str:
    document = shown.document
    told = told_by_round(shown, "driver")
    paper = on_paper(document, "driver")
    settled = ""
    if paper is not None and paper.settled is not None:
        settled = f"in round {paper.settled}, {_where(document)[paper.settled]}"
    return race_headline(
        drivers(document),
        document.metadata.num_simulations,
        lead_of(told) if told else None,
        champion(document, "driver"),
        settled,
    )


def _where(document: SeasonDocument) -> dict[int, str]:
    """Return where each round is, "Belgium"."""
    return {
        event.metadata.round: figures.area(event.metadata.event_id, title)
        for title, event in document.predictions.items()
    }


def _sections(shown: SeasonShown) -> dict[str, Any]:
    document = shown.document
    return {
        "lead": _lead(shown),
        "kinds": [kind_section(shown, "driver"), kind_section(shown, "team")],
        "has_archive": shown.world.archive is not None,
        "archive_trouble": shown.world.archive_trouble,
        "has_run": n_run(document) > 0,
        "is_over": upcoming(document) is None,
        "n_sims": figures.number(document.metadata.num_simulations),
        "known_until": figures.moment_text(document.metadata.as_of)
        if document.metadata.as_of
        else "",
        "now_knows": _now_knows(document),
    }


def _now_knows(document: SeasonDocument) -> str:
    """Return which round's sessions the present knows beyond the last race; empty: none."""
    coming = upcoming(document)
    if coming is None:
        return ""
    title, event = coming
    known = event.metadata.known_sessions or ()
    return f"the {title}" if known and not has_run(event) else ""


def _lead(shown: SeasonShown) -> str:
    """Return who leads on points, and why the forecast says something else if it does."""
    document = shown.document
    table = standings(document, "driver")
    order = drivers(document)
    names = {one.key: one.name for one in order}
    if n_run(document) == 0:
        return f"No race of {shown.year} has been run yet."
    if len(table) < 2 or not order:
        return ""
    first, second = table[:2]
    score = f"{figures.points(first.points)} to {figures.points(second.points)}"
    if champion(document, "driver") is not None:
        return (
            f"Nobody can catch {names[first.key]} any more: {score} points, "
            f"{names[second.key]} second."
        )
    if first.points == second.points:
        on_points = f"{names[first.key]} and {names[second.key]} are equal on points, {score}."
    else:
        on_points = f"{names[first.key]} leads {names[second.key]} on points, {score}."
    told = told_by_round(shown, "driver")
    lead = lead_of(told) if told else None
    since = since_sentence(lead, names, _where(document), last_round(document))
    favourite = order[0]
    if lead is not None and lead.key not in (None, first.key):
        little = ""
        if len(order) > 1 and favourite.p_title - order[1].p_title <= _LITTLE:
            little = " by a little"
        return (
            f"{on_points} The forecast puts {favourite.name} ahead{little}: it expects him to "
            f"score more from here. {since}"
        ).strip()
    return f"{on_points} {since}".strip()
