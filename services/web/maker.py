"""What a maker of pages is, and what of the world it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from services.web.resource import Resource
from services.web.world import World

__all__ = ["Made", "Maker", "reads", "what_is_read"]

# A page that is made when it is called for fails alone; give those of single events so.
Made = tuple[str, Resource | Callable[[], Resource]]


class Maker(Protocol):
    """Gives paths with their answers; called once plainly and once with results hidden."""

    def __call__(self, world: World, *, hide: bool) -> Iterator[Made]:
        """Give them; those of a hidden world under the same paths, without their query."""


M = TypeVar("M", bound=Maker)


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


def what_is_read(maker: Maker) -> tuple[str, ...] | None:
    """Return what `reads` said; None: everything."""
    parts: tuple[str, ...] | None = getattr(maker, "parts", None)
    return parts
