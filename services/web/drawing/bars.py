"""Bars of chances, as they lie in a cell of a table."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture, together

__all__ = ["Tone", "bar", "nested_bar", "step_bar"]

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


def step_bar(before: float, now: float, top: float = 1.0, *, is_level: bool = False) -> Markup:
    """Draw one step of a sum: a bar from where it was to where it is.

    A rise is high, a fall is low and lighter, so that shape tells them apart where colour does not.

    Parameters
    ----------
    before, now, top : float
        Where it begins and ends, and what the full width means.
    is_level : bool
        Whether the step is no more than noise: grey.
    """
    scale = Scale(0.0, top)
    low, high = sorted((scale.at(before), scale.at(now)))
    tone, height = ("forecast", 12) if now >= before else ("forecast-2", 8)
    if is_level:
        tone, height = "other", 4
    at = across(scale.at(now))
    return picture(
        element("line", class_="row-base", x1="0", x2="100%", y1=_HEIGHT / 2, y2=_HEIGHT / 2),
        element(
            "rect",
            class_=f"bar-{tone}",
            x=across(low),
            y=(_HEIGHT - height) / 2,
            width=across(max(high - low, 0.002)),
            height=height,
        ),
        element("line", class_="bar-rule", x1=at, x2=at, y1=0, y2=_HEIGHT),
        height=_HEIGHT,
        class_="mark bar",
    )
