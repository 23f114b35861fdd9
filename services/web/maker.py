"""What a maker of pages is, and what of the world it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from services.web.resource import Resource
from services.web.world import World

if TYPE_CHECKING:
    from predictor.published.season_types import SeasonDocument

__all__ = [
    "Later",
    "Made",
    "Maker",
    "framed",
    "made_in_time",
    "reads",
    "tells_failures",
    "what_is_read",
]


@dataclass(frozen=True, slots=True)
class Later:
    """A page that is made when somebody asks for it, and not before: of seasons long over."""

    make: Callable[[], Resource]


# What is called is called when the page is asked for, or when there is time; it fails alone.
Made = tuple[str, Resource | Callable[[], Resource] | Later]


def made_in_time(
    world: World, document: SeasonDocument, make: Callable[[], Resource]
) -> Callable[[], Resource] | Later:
    """Return a page of a season as it is to be made: of the front page's season before it is asked.

    There may be many seasons, and all of them hang on the one archive.
    """
    is_of_now = document.metadata.season == world.default_season
    return make if is_of_now else Later(make)


class Maker(Protocol):
    """Gives paths with their answers; called once plainly and once with results hidden."""

    def __call__(self, world: World, *, hide: bool) -> Iterator[Made]:
        """Give them; those of a hidden world under the same paths, without their query."""


M = TypeVar("M", bound=Maker)

# Of these are the way around and the lines above and below it; see `services.web.pages.site`.
_FRAME = ("documents", "default_season", "status", "daemon", "demo")


def reads(*parts: str) -> Callable[[M], M]:
    """Return a decorator that names the attributes of `World` that a maker's pages hang on.

    While those are as they were, its pages are taken over and not made again. An archive is
    another one as soon as something is added to it.
    """
    parts += ("archive_stamp",) if "archive" in parts else ()

    def mark(maker: M) -> M:
        maker.parts = parts  # type: ignore[attr-defined]
        return maker

    return mark


def framed(*parts: str) -> Callable[[M], M]:
    """Return the same for pages: what the frame around each of them tells is among the parts."""
    return reads(*_FRAME, *parts)


def what_is_read(maker: Maker) -> tuple[str, ...] | None:
    """Return what `reads` said; None: everything."""
    parts: tuple[str, ...] | None = getattr(maker, "parts", None)
    return parts


def tells_failures(maker: M) -> M:
    """Mark a maker whose pages tell of those that failed, as troubles of their world."""
    maker.tells_failures = True  # type: ignore[attr-defined]
    return maker
