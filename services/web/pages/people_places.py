"""Where pages of drivers and teams are: those of the season of the front page have no year."""

from __future__ import annotations

from services.web.derived.people_ways import PeopleWays
from services.web.world import World

__all__ = ["people_ways"]


def people_ways(world: World, year: int, *, hide: bool) -> PeopleWays:
    """Return the addresses of one season's drivers and teams."""
    before = "" if year == world.default_season else f"/{year}"
    return PeopleWays(before, "?hide=results" if hide else "")
