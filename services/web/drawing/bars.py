"""Bars of chances, as they lie in a cell of a table."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture, together

__all__ = ["Tone", "bar", "nested_bar"]

Tone = Literal["forecast", "forecast-2", "other", "fact"]

_HEIGHT = 16
_NESTED = (("points", 2), ("podium", 10), ("win", 14))  # class and height, px; the thinnest first


def nested_bar(win: float, podium: float, points: float, top: float = 1.0) -> Markup:
    """Draw the chances of winning, of the podium and of points on one scale.

    Height tells the three apart where colour does not.

    Parameters
    ----------
    win, podium, points : float
        Chances; each holds those before it.
    top : float
        Chance at the right end.
    """
    scale = Scale(0.0, top)
    chances = {"points": points, "podium": podium, "win": win}
    return picture(
        *(
            element(
                "rect",
                class_=f"bar-{kind}",
                x="0",
                y=(_HEIGHT - height) / 2,
                width=across(scale.at(chances[kind])),
                height=height,
            )
            for kind, height in _NESTED
        ),
        height=_HEIGHT,
        class_="mark nested",
    )


def bar(
    value: float,
    top: float = 1.0,
    *,
    tone: Tone = "forecast",
    rule: float | None = None,
    result: float | None = None,
) -> Markup:
    """Draw one bar.

    Parameters
    ----------
    value, top : float
        What it shows, and what its full width means.
    tone : str
        forecast; other: somebody else's forecast; fact: what happened.
    rule : float, optional
        Where an upright line stands, to compare with.
    result : float, optional
        What happened, as a dot.
    """
    scale = Scale(0.0, top)
    parts = [
        element("rect", class_=f"bar-{tone}", x="0", y=3, width=across(scale.at(value)), height=10)
    ]
    if rule is not None:
        at = across(scale.at(rule))
        parts.append(element("line", class_="bar-rule", x1=at, x2=at, y1=0, y2=_HEIGHT))
    if result is not None:
        at = across(scale.at(result))
        parts.append(element("circle", class_="dot-result", cx=at, cy=_HEIGHT / 2, r=4.5))
    return picture(together(parts), height=_HEIGHT, class_="mark bar")
