"""The way around, and of which season a page is: the same on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.publishing.places import has_default_name
from services.web.derived.as_of import AsOf, Followed, of_season
from services.web.derived.news import latest_run
from services.web.derived.weekend import upcoming
from services.web.world import World

__all__ = ["WAYS", "Way", "as_of_season", "navigation", "newest_run", "season_of"]


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation."""

    label: str
    path: str
    is_here: bool = False


def _season(world: World) -> str:
    return "/" if world.default_season is None else f"/{world.default_season}"


def _next_race(world: World) -> str | None:
    document = None if world.default_season is None else world.documents[world.default_season]
    found = None if document is None else upcoming(document)
    return None if found is None else f"/events/{found[1].metadata.event_id}"


def _people(kind: str) -> Callable[[World], str | None]:
    return lambda world: None if world.default_season is None else f"/{kind}"


def _title_race(world: World) -> str | None:
    return None if world.default_season is None else f"/{world.default_season}/title"


def _changes(world: World) -> str | None:
    return None if world.default_season is None else "/changes"


# Label and address, in their order; one whose address is None is not shown.
WAYS: tuple[tuple[str, Callable[[World], str | None]], ...] = (
    ("Season", _season),
    ("Next race", _next_race),
    ("Title race", _title_race),
    ("Changes", _changes),
    ("Drivers", _people("drivers")),
    ("Teams", _people("teams")),
    ("Track record", lambda _world: "/track-record"),
    ("What if", lambda _world: "/what-if"),
    ("Models", lambda _world: "/models"),
    ("Health", lambda _world: "/health"),
    ("API", lambda _world: "/api"),
)


def navigation(world: World, path: str) -> tuple[Way, ...]:
    """Return the ways from a page."""
    found = ((label, to(world)) for label, to in WAYS)
    return tuple(Way(label, to, to == path) for label, to in found if to is not None)


def newest_run(world: World) -> int:
    """Return the number of the last run of all seasons: the stream is asked for what came after."""
    return max(map(latest_run, world.documents.values()), default=0)


def season_of(world: World, path: str) -> int | None:
    """Return the season that a page's path is of; the default one if it names none."""
    for part in path.split("/"):
        year = part.partition("-")[0]
        if year.isdecimal() and int(year) in world.documents:
            return int(year)
    return world.default_season


def as_of_season(world: World, year: int | None, *, hide: bool) -> AsOf | None:
    """Return the as-of line of a season's pages; None while nothing is published of it."""
    document = world.documents.get(year) if year is not None else None
    return None if document is None else of_season(document, _followed(world, year), hide=hide)


def _followed(world: World, year: int | None) -> Followed:
    """Return what the daemon does about a season; it makes one document."""
    status = world.status
    if world.demo is not None:
        return Followed("replayed")
    if status is None:
        return Followed(world.daemon)
    if has_default_name(status.output):
        is_its_own = status.output == f"season_{year}_incremental.json"
    else:
        is_its_own = year == world.default_season
    return Followed(world.daemon, status.updated) if is_its_own else Followed()
