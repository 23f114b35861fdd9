"""Whether what is shown can be trusted now: what could not be read or made, and who is at work."""

from __future__ import annotations

from collections.abc import Iterator

from services.web.maker import Made, tells_failures
from services.web.pages.site import page
from services.web.world import World

__all__ = ["make"]

_DAEMON = {
    "none": "no daemon has been at work in this folder; forecasts are made by single runs",
    "well": "at work",
    "silent": "nothing has been heard of it for too long: it is stopped or stuck",
    "stopped": "stopped: new files are not taken up",
}


@tells_failures
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of health."""
    troubles = _troubles(world)
    yield (
        "/health",
        page(
            world,
            "health.html",
            path="/health",
            title="Health",
            hide=hide,
            headline=_headline(len(troubles)),
            troubles=troubles,
            daemon=_DAEMON[world.daemon],
            archive="open" if world.archive is not None else "none that can be read",
        ),
    )


def _headline(n_troubles: int) -> str:
    if not n_troubles:
        return "Nothing is wrong that this server knows of"
    return "One thing needs a look" if n_troubles == 1 else f"{n_troubles} things need a look"


def _troubles(world: World) -> tuple[str, ...]:
    """Return what is wrong, each once: with files, pages, archive and daemon."""
    found = list(world.troubles)
    if world.archive_trouble:
        found.append(world.archive_trouble)
    if world.daemon in ("silent", "stopped"):
        found.append(f"the daemon: {_DAEMON[world.daemon]}")
    if world.status is not None:
        found += world.status.degraded
    for document in world.documents.values():
        found += (f"{one.file} is left out: {one.reason}" for one in document.metadata.rejected)
    return tuple(dict.fromkeys(found))
