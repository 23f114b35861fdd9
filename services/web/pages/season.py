"""The season's page: what is next, and how likely who wins it."""

from __future__ import annotations

from collections.abc import Iterator

from services.web.maker import Made
from services.web.pages.site import page
from services.web.resource import redirect
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
        path = f"/{year}"
        yield (
            path,
            lambda path=path, year=year, document=document: page(  # type: ignore[misc]
                world,
                "season.html",
                path=path,
                title=f"Season {year}",
                hide=hide,
                year=year,
                events=document.predictions,
            ),
        )
