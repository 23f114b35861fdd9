"""What marks mean: a small sample of each beside its word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from services.web.drawing.svg import Value, element, together

__all__ = ["Sample", "key", "sample"]

Sample = Literal[
    "win", "podium", "points", "ring", "half", "full", "pending", "range", "result",
    "other", "forecast", "fact", "square", "diamond", "triangle", "down", "flat", "upright", "hit",
    "miss", "to-come",
]  # fmt: skip

_WIDE = frozenset({"win", "podium", "points", "range"})


def key(entries: Sequence[tuple[str, str]]) -> Markup:
    """Return a list of samples with their words.

    Parameters
    ----------
    entries : sequence of (str, str)
        Kind of sample (`Sample`, or "q0" to "q8" for a class of the heat map) and its word.
    """
    return element(
        "ul",
        *(element("li", sample(kind), " ", word) for kind, word in entries),
        class_="key",
    )


def sample(kind: str) -> Markup:
    """Draw one sample."""
    width = 28 if kind in _WIDE else 20 if kind.startswith("q") else 14
    return element(
        "svg",
        _drawn(kind),
        class_="mark sample",
        width=width,
        height=14,
        aria_hidden="true",
        focusable="false",
    )


def _drawn(kind: str) -> Markup:
    if kind in _BARS:
        name, y, width, height = _BARS[kind]
        return element("rect", class_=name, x=0.5, y=y, width=width, height=height)
    if kind in _DOTS:
        return element("circle", class_=_DOTS[kind], cx=7, cy=7, r=4.5)
    if kind in _OTHERS:
        return together(element(name, **values) for name, values in _OTHERS[kind])
    return element("rect", class_=f"cell {kind}", x=0, y=1, width=20, height=12)


_BARS = {
    "win": ("bar-win", 0, 24, 14),
    "podium": ("bar-podium", 2, 24, 10),
    "points": ("bar-points", 6, 24, 2),
    "other": ("bar-other", 2, 13, 10),
    "forecast": ("bar-forecast", 2, 13, 10),
    "fact": ("bar-fact", 2, 13, 10),
    "hit": ("column-hit", 1.5, 12, 12),
    "miss": ("column-miss", 5.5, 12, 8),
    "to-come": ("column-to-come", 1.5, 12, 12),
}
_DOTS = {
    "ring": "dot-ring",
    "half": "dot-half",
    "full": "dot-full",
    "pending": "dot-pending",
    "result": "dot-result",
}

_OTHERS: dict[str, tuple[tuple[str, dict[str, Value]], ...]] = {
    "range": (
        ("rect", {"class_": "range-line", "x": 0, "y": 5.5, "width": 28, "height": 3}),
        ("rect", {"class_": "range-box", "x": 7, "y": 2, "width": 14, "height": 10}),
        ("line", {"class_": "range-tick", "x1": 15, "x2": 15, "y1": 2, "y2": 12}),
    ),
    "diamond": (("path", {"class_": "mark-other", "d": "M7 2.5L11.5 7L7 11.5L2.5 7Z"}),),
    "triangle": (("path", {"class_": "mark-other", "d": "M7 2L12 11.5L2 11.5Z"}),),
    "down": (("path", {"class_": "mark-other", "d": "M7 12L12 2.5L2 2.5Z"}),),
    "flat": (("path", {"class_": "mark-other", "d": "M1 4.5H13V9.5H1Z"}),),
    "upright": (("line", {"class_": "bar-rule", "x1": 7, "x2": 7, "y1": 1, "y2": 13}),),
    "square": (("rect", {"class_": "mark-other", "x": 3, "y": 3, "width": 8, "height": 8}),),
}
