"""The what-if pages: a form, and an answer with two bars for everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from predictor.forecast.weight_limits import HIGHEST_WEIGHT, LOWEST_WEIGHT
from predictor.published.season_types import SeasonDocument
from predictor.published.what_if_types import WhatIf
from predictor.vocabulary import Scenario
from services.web.derived.figures import area, count, fine_per_cent, number, per_cent, series
from services.web.derived.what_if import (
    DRIVERS,
    TEAMS,
    Line,
    fine_change,
    fine_range,
    headline,
    lead,
    opinion,
    race_lines,
    shown_first,
    title_headline,
    title_lines,
)
from services.web.derived.who_races import drivers_of, events_ahead, teams_of
from services.web.maker import Made, framed
from services.web.pages.navigation import as_of_season
from services.web.pages.people_places import people_ways
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.what_if.question import FEWEST
from services.web.world import World

__all__ = ["answer_page", "make"]

PATH = "/what-if"
_SCENARIOS = {
    Scenario.DRY: "dry without a safety car",
    Scenario.WET: "wet",
    Scenario.SAFETY_CAR: "dry with a safety car",
}
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)  # ends of a scale


@dataclass(frozen=True, slots=True)
class Choice:
    """One driver, team or event that the form offers."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the form as it is filled in."""

    who: str = ""
    by: str = ""


@framed("raw", "public_url", "most_simulations")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of the form."""
    yield (
        PATH,
        lambda: page(
            world,
            "what_if.html",
            path=PATH,
            title="What if",
            hide=hide,
            form=_form(world),
            rows=(Asked(by="10"), Asked(), Asked()),
        ),
    )


def answer_page(world: World, answer: WhatIf, name: str, *, hide: bool) -> Resource:
    """Make the page of an answer, with the form as it was filled in."""
    document = world.documents.get(answer.season)
    names = _names(document, answer)
    place = area(answer.race.event_id, answer.race.name)
    lines = race_lines(answer)
    first, rest = shown_first(lines)
    titles = []
    if not hide:  # what a championship stands at tells how races ended
        of = ((DRIVERS, answer.drivers_title), (TEAMS, answer.teams_title))
        about = {**answer.driver_weights, **answer.team_weights}
        for kind, rows in of:
            shown = title_lines(rows, [key for key, weight in about.items() if weight != 1.0])
            if shown:
                titles.append((kind, title_headline(rows, shown, kind), shown, scale(shown)))
    return page(
        world,
        "what_if_answer.html",
        path=f"{PATH}/{name}",
        title=f"What if: {opinion(answer, names)}",
        hide=hide,
        as_of=as_of_season(world, answer.season, hide=hide),
        answer=answer,
        name=name,
        headline=headline(answer, names, place),
        lead=lead(answer),
        place=place,
        lines=first,
        rest=rest,
        end=scale(lines),
        titles=titles,
        form=_form(world, answer),
        rows=_rows(answer),
        scenarios=series(
            [f"{_SCENARIOS[one]} {per_cent(p)}" for one, p in answer.race.scenarios.items()]
        ),
        per_cent=per_cent,
        fine_per_cent=fine_per_cent,
        fine_change=fine_change,
        fine_range=fine_range,
        number=number,
        count=count,
        DRIVERS=DRIVERS,
        page_of=_pages_of(world, document, hide=hide),
    )


def _pages_of(
    world: World, document: SeasonDocument | None, *, hide: bool
) -> Callable[[Line], str]:
    """Return what gives the address of a driver's or a team's page; empty where there is none."""
    if document is None:
        return lambda _line: ""
    ways = people_ways(world, document.metadata.season, hide=hide)
    drivers, teams = drivers_of(document), teams_of(document)

    def page_of(line: Line) -> str:
        if line.code:
            return ways.driver(line.id) if line.id in drivers else ""
        return ways.team(line.id) if line.id in teams else ""

    return page_of


def scale(lines: Sequence[Line]) -> float:
    """Return where the scale of bars ends: the first step that holds them all."""
    most = max((max(one.base, one.changed) for one in lines), default=0.0)
    return next((step for step in _STEPS if step >= most), 1.0)


def _form(world: World, answer: WhatIf | None = None) -> Mapping[str, object] | None:
    """Return what the form offers; None where nothing can be asked."""
    season = world.default_season if answer is None else answer.season
    document = world.documents.get(season) if season is not None else None
    if document is None:
        return None
    ahead = events_ahead(document)
    if not ahead:
        return None
    chosen = answer.race.event_id if answer else ""
    return {
        "season": season,
        "events": [
            Choice(event.metadata.event_id, name, event.metadata.event_id == chosen)
            for name, event in ahead.items()
        ],
        "drivers": _choices("driver", drivers_of(document)),
        "teams": _choices("team", teams_of(document)),
        "sims": min(
            answer.n_simulations if answer else document.metadata.num_simulations,
            world.most_simulations,
        ),
        "fewest": FEWEST,
        "most": world.most_simulations,
        "titles": bool(answer and answer.drivers_title),
        "lowest": round((LOWEST_WEIGHT - 1) * 100),
        "highest": round((HIGHEST_WEIGHT - 1) * 100),
    }


def _choices(kind: str, named: Mapping[str, Sequence[str]]) -> list[Choice]:
    found = [Choice(f"{kind}:{key}", names[-1]) for key, names in named.items()]
    return sorted(found, key=lambda one: one.label)


def _rows(answer: WhatIf) -> tuple[Asked, ...]:
    given = [(f"driver:{key}", weight) for key, weight in answer.driver_weights.items()]
    given += [(f"team:{key}", weight) for key, weight in answer.team_weights.items()]
    rows = [Asked(who, f"{(weight - 1) * 100:.6g}") for who, weight in given]
    return (*rows[:3], *([Asked()] * (3 - len(rows))))


def _names(document: SeasonDocument | None, answer: WhatIf) -> dict[str, str]:
    own = {one.driver_id: one.name for one in answer.race.drivers}
    own |= {one.team_id: one.team for one in answer.race.drivers}
    if document is None:
        return own
    everybody = {**drivers_of(document), **teams_of(document)}
    return {**{key: names[-1] for key, names in everybody.items()}, **own}
