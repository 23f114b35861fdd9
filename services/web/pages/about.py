"""What this is, whose facts it is made of, and where programs find the same."""

from __future__ import annotations

from collections.abc import Iterator

from services import __version__
from services.web.derived.figures import count, series
from services.web.maker import Made, framed
from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["PATH", "make"]

PATH = "/about"


@framed()
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page."""
    yield PATH, lambda: _page(world, hide=hide)


def _page(world: World, *, hide: bool) -> Resource:
    years = [str(year) for year in sorted(world.documents)]
    document = None if world.default_season is None else world.documents[world.default_season]
    return page(
        world,
        "about.html",
        path=PATH,
        title="About",
        hide=hide,
        version=__version__,
        schema=None if document is None else document.schema_version,
        seasons=series(years) if years else "",
        n_seasons=count(len(years), "season"),
    )
