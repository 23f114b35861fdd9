"""The page of a told race: how a race could go, as one of those that were simulated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.published.told_types import ToldRace
from services.publishing.told_races import is_of
from services.publishing.told_story import happenings_by_lap
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.told_words import (
    command,
    known_words,
    n_races,
    told_facts,
    told_headline,
    told_lead,
    told_path,
    typical_sentence,
)
from services.web.derived.weekend import has_run
from services.web.maker import Later, Made, framed, made_in_time
from services.web.pages.people_places import people_ways
from services.web.pages.race_pictures import RacePictures
from services.web.pages.race_shown import RaceShown
from services.web.pages.race_tables import lap_table, stop_words, typical_rows, tyre_table
from services.web.pages.site import page
from services.web.resource import JSON, Resource, make_resource
from services.web.world import World

__all__ = ["make", "other_races"]


@framed("told")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page and the JSON of every told race whose event is in a season document."""
    for document in world.documents.values():
        year = document.metadata.season
        cars = Cars(document, people_ways(world, year, hide=hide))
        for event in document.predictions.values():
            for told in _told_of(world, event):
                path = told_path(told.event.event_id, told.event.session)
                make_one = partial(_page, world, document, event, told, cars, hide=hide)
                yield path, made_in_time(world, document, make_one)
                yield f"{path}.json", Later(partial(_json, told))


def _told_of(world: World, event: Event) -> list[ToldRace]:
    event_id = event.metadata.event_id
    return [one for one in world.told.values() if one.event.event_id == event_id]


def other_races(world: World, document: SeasonDocument, own: str) -> list[tuple[str, str]]:
    """Return address and name of the other told races of a season, in its order."""
    found = []
    for title, event in document.predictions.items():
        for told in _told_of(world, event):
            path = told_path(told.event.event_id, told.event.session)
            if path != own:
                found.append((path, f"{title}{_sprint(told)}"))
    return found


def _sprint(told: ToldRace) -> str:
    return " (sprint)" if told.event.session == "sprint" else ""


def _json(told: ToldRace) -> Resource:
    return make_resource(msgspec.json.encode(told), JSON)


def _page(
    world: World,
    document: SeasonDocument,
    event: Event,
    told: ToldRace,
    cars: Cars,
    *,
    hide: bool,
) -> Resource:
    event_id = told.event.event_id
    path = told_path(event_id, told.event.session)
    headline = told_headline(told)
    shown = RaceShown(told, cars)
    return page(
        world,
        "race.html",
        path=path,
        title=f"{headline} (simulated)",
        hide=hide,
        headline=headline,
        over=f"One of {figures.number(n_races(told))} simulated races",
        known=known_words(told),
        seed=told.settings.seed,
        lead=told_lead(told),
        facts=told_facts(told),
        doubt=_doubt(document, told),
        is_over=not hide and _has_run(event, told),
        event_path=f"/events/{event_id}",
        event_name=told.event.name,
        command=command(event_id, told.event.session),
        shown=shown,
        pictures=RacePictures(shown),
        stops=stop_words(shown),
        typical=typical_rows(shown),
        tyres=tyre_table(shown),
        laps=lap_table(shown),
        n_laps=told.race.n_laps,
        story=list(happenings_by_lap(msgspec.to_builtins(told.race))),
        how_typical=typical_sentence(told),
        others=other_races(world, document, path),
    )


def _has_run(event: Event, told: ToldRace) -> bool:
    if told.event.session == "race":
        return has_run(event)
    return bool(event.sprint and event.sprint.result)


def _doubt(document: SeasonDocument, told: ToldRace) -> str:
    """Return that a race is of another forecast than the one published; empty: of the same."""
    if is_of(told, document):
        return ""
    return (
        f"This race is not of the forecast that is published now. It was told {known_words(told)}"
        f" from {figures.number(told.settings.num_simulations)} races of each kind, and its chances"
        " are not those of the event’s page."
    )
