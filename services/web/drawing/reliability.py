"""How often came what was said: dots beside the diagonal, each for so many forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture, together

__all__ = ["FEW", "Bin", "reliability_tile"]

FEW = 20  # forecasts; a dot for fewer is hollow
_TOP, _HEIGHT = 10.0, 168.0
_AXIS = 18.0
_STRIP = 22.0
_WORDS = 16.0
_NARROW = 0.45  # of the width
_SCALE = Scale(0.0, 1.0)
_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of about the same chance.

    Attributes
    ----------
    said : float
        Mean of their chances.
    came : float
        Share of them that came true.
    low, high : float
        Interval of 9 in 10 around it.
    n : int
        How many.
    begin, end : float
        Bounds of the chances.
    """

    said: float
    came: float
    low: float
    high: float
    n: int
    begin: float
    end: float


def reliability_tile(bins: Sequence[Bin], *, label: str) -> Markup:
    """Draw a tile: across what was said, upwards how often it came; below how many of each.

    Parameters
    ----------
    bins : sequence of Bin
        From small chances to large; empty ones left out.
    label : str
        What it shows, for readers aloud.
    """
    whole = _TOP + _HEIGHT + _AXIS + _STRIP + _WORDS
    return element(
        "div",
        picture(_side(), height=whole, class_="mark"),
        picture(
            *(_level(level) for level in _LEVELS),
            _diagonal(),
            *(_dot(one) for one in bins),
            *_across_words(),
            *_strip(bins),
            height=whole,
            class_="mark",
        ),
        class_="plot tile-plot",
        role="img",
        aria_label=label,
    )


def _y(part: float) -> float:
    return _TOP + _HEIGHT * (1.0 - _SCALE.at(part))


def _side() -> Markup:
    words = [(_y(level), f"{level * 100:.0f}") for level in (0.0, 0.5, 1.0)]
    words.append((_TOP + _HEIGHT + _AXIS + _STRIP - 6, "n"))
    return together(
        element("text", text, class_="tick", x="100%", dx=-8, y=y + 4, text_anchor="end")
        for y, text in words
    )


def _level(level: float) -> Markup:
    kind = "axis-line" if level == 0.0 else "grid"
    return element("line", class_=kind, x1="0", x2="100%", y1=_y(level), y2=_y(level))


def _diagonal() -> Markup:
    return element(
        "svg",
        element("path", class_="diagonal", d=f"M0 {_HEIGHT:g}L1000 0"),
        class_="lines",
        x="0",
        y=_TOP,
        width="100%",
        height=_HEIGHT,
        viewBox=f"0 0 1000 {_HEIGHT:g}",
        preserveAspectRatio="none",
    )


def _dot(one: Bin) -> Markup:
    at = across(one.said)
    kind = "dot-ring" if one.n < FEW else "dot-full"
    return together(
        (
            element("line", class_="whisker", x1=at, x2=at, y1=_y(one.high), y2=_y(one.low)),
            element("circle", class_=kind, cx=at, cy=_y(one.came), r=4.5),
        )
    )


def _across_words() -> list[Markup]:
    y = _TOP + _HEIGHT + 14
    words = (("0", "0", "start"), ("50%", "50", "middle"), ("100%", "100 %", "end"))
    return [
        element("text", text, class_="tick", x=x, y=y, text_anchor=anchor)
        for x, text, anchor in words
    ]


def _strip(bins: Sequence[Bin]) -> list[Markup]:
    """Return how many forecasts each dot stands for, as bars; the first and the last written."""
    if not bins:
        return []
    most = max(one.n for one in bins)
    floor = _TOP + _HEIGHT + _AXIS + _STRIP
    parts = [
        element(
            "rect",
            class_="bar-forecast-2",
            x=across(one.begin + 0.005),
            y=floor - max(1.0, _STRIP * one.n / most),
            width=across(one.end - one.begin - 0.01),
            height=max(1.0, _STRIP * one.n / most),
        )
        for one in bins
    ]
    parts.append(element("line", class_="axis-line", x1="0", x2="100%", y1=floor, y2=floor))
    if bins[-1].end - bins[0].begin < _NARROW:
        # Two numbers would touch on a phone: all of them in a row, which are few.
        said = " · ".join(f"{one.n:,}" for one in bins)
        parts.append(element("text", said, class_="tick", x=across(bins[0].begin), y=floor + 13))
        return parts
    ends = {bins[0]: ("start", bins[0].begin), bins[-1]: ("end", bins[-1].end)}
    parts += [
        element(
            "text",
            f"{one.n:,}",
            class_="tick",
            x=across(at),
            y=floor + 13,
            text_anchor=anchor,
        )
        for one, (anchor, at) in ends.items()
        if len(bins) > 1 or anchor == "end"
    ]
    return parts
