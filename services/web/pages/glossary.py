"""The words of the paddock and our own, as pages use them."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from services.disk.program import GLOSSARY
from services.web.derived.words import Word, by_letter, glossary
from services.web.maker import Made, framed
from services.web.pages.site import page
from services.web.world import World

__all__ = ["PATH", "make", "words"]

PATH = "/glossary"


@framed()
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page of the glossary."""
    yield (
        PATH,
        lambda: page(
            world,
            "glossary.html",
            path=PATH,
            title="Words used here",
            hide=hide,
            n=len(words()),
            letters=by_letter(words()),
        ),
    )


@functools.cache
def words() -> tuple[Word, ...]:
    """Return the glossary that comes with the program, read once."""
    return glossary(GLOSSARY.read_text(encoding="utf-8"))
