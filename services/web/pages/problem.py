"""Pages of what went wrong: nothing here, not made, not now."""

from __future__ import annotations

from services.web.pages.site import page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["failed_page", "problem_page"]


def problem_page(
    world: World,
    *,
    status: int,
    title: str,
    detail: str = "",
    do: str = "",
    hide: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Resource:
    """Make the page of a problem: what it is, and what to do."""
    return page(
        world,
        "problem.html",
        path="",
        title=title,
        hide=hide,
        status=status,
        headers=headers,
        detail=detail,
        do=do,
    )


def failed_page(world: World, path: str, *, hide: bool) -> Resource:
    """Make the page that stands where one could not be made."""
    return problem_page(
        world,
        status=500,
        title="This page could not be made",
        detail=f"Something in what {path} is made of is not as it should be; other pages stand.",
        do="look at /health, which tells what failed, and at the server's log",
        hide=hide,
    )
