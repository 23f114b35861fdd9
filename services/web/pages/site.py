"""Every page by its template, in the one frame: head, way around, as-of line, foot."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from services.web.assets import static_url
from services.web.derived.as_of import AsOf
from services.web.derived.figures import moment_text
from services.web.pages.navigation import as_of_season, navigation, newest_run, season_of
from services.web.resource import HTML, Resource, make_resource
from services.web.world import World

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["page", "render"]


def page(
    world: World,
    template: str,
    *,
    path: str,
    title: str,
    hide: bool,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    as_of: AsOf | None = None,
    **values: Any,  # noqa: ANN401 - whatever the template shows
) -> Resource:
    """Make a page.

    Parameters
    ----------
    world : World
    template : str
        File of `templates` that extends ``base.html``.
    path : str
        Of the page, without a query.
    title : str
        Of the window, without the site's name; with results hidden it tells none.
    hide : bool
        Whether results are hidden: all links of the page lead to pages that hide them too.
    status : int
    headers : tuple of (str, str)
        Beside the usual ones.
    as_of : AsOf, optional
        Of when the page is; unless given, of the season that its path names, or the default one.
    values
        For the template.
    """
    if as_of is None:
        as_of = as_of_season(world, season_of(world, path), hide=hide)
    text = render(template, world=world, path=path, title=title, hide=hide, as_of=as_of, **values)
    return make_resource(text, HTML, status=status, more=headers)


def render(template: str, *, world: World, path: str, hide: bool, **values: Any) -> str:  # noqa: ANN401
    """Fill a template, with ``link(path)`` for addresses of this site and ``static_url(name)``."""

    def link(to: str) -> str:
        if not hide:
            return to
        address, mark, fragment = to.partition("#")
        query = "&" if "?" in address else "?"
        return f"{address}{query}hide=results{mark}{fragment}"

    return (
        _environment()
        .get_template(template)
        .render(
            world=world,
            path=path,
            hide=hide,
            link=link,
            newest_run=newest_run(world),
            ways=navigation(world, path),
            **values,
        )
    )


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - 50 ms

    made = Environment(
        loader=PackageLoader("services.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static_url"] = static_url
    made.filters["moment"] = moment_text
    return made
