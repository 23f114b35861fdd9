"""Columns of races: the chance that was given to the winner, or that the favourite has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture, together

__all__ = ["ColumnKind", "column", "race_strip"]

ColumnKind = Literal["hit", "miss", "to-come", "none"]

_COLUMN = 56.0
_STRIP = 32.0
_HALF = 0.5


def column(chance: float | None, kind: ColumnKind) -> Markup:
    """Draw one column of the calendar.

    Parameters
    ----------
    chance : float, optional
        What is drawn; None: nothing, for an event without a forecast.
    kind : str
        hit: our favourite won; miss: somebody else did; to-come: the race is not run; none.
    """
    middle = element(
        "line", class_="grid", x1="0", x2="100%", y1=_COLUMN * _HALF, y2=_COLUMN * _HALF
    )
    if chance is None or kind == "none":
        return picture(middle, height=_COLUMN, class_="mark column")
    size = max(1.0, _COLUMN * Scale(0.0, 1.0).at(chance))
    # An edge of 1 px has its middle on the rectangle's border.
    bar = element(
        "rect",
        class_=f"column-{kind}",
        x="10%",
        y=_COLUMN - size + 0.5,
        width="80%",
        height=max(0.5, size - 1.0),
    )
    return picture(middle, bar, height=_COLUMN, class_="mark column")


def race_strip(races: Sequence[tuple[float, bool]], n_columns: int) -> Markup:
    """Draw the races of one season in a row.

    Parameters
    ----------
    races : sequence of (float, bool)
        Chance given to the winner, and whether our favourite won.
    n_columns : int
        Of the longest season shown: columns of all seasons stand below each other.
    """
    width = 1.0 / max(1, n_columns)
    bars = (
        element(
            "rect",
            class_="column-hit" if is_hit else "column-miss",
            x=across(width * (place + 0.08)),
            y=_STRIP - max(1.0, _STRIP * chance),
            width=across(width * 0.84),
            height=max(1.0, _STRIP * chance),
        )
        for place, (chance, is_hit) in enumerate(races)
    )
    return picture(
        element("line", class_="grid", x1="0", x2="100%", y1=_STRIP * _HALF, y2=_STRIP * _HALF),
        together(bars),
        element("line", class_="axis-line", x1="0", x2="100%", y1=_STRIP, y2=_STRIP),
        height=_STRIP + 1,
        class_="mark",
    )
