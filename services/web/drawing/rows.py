"""Rows of dots and ranges, one a cell of a table, and the scale below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from services.web.drawing.scale import Scale, Tick, shown_ticks
from services.web.drawing.svg import across, element, picture, together

__all__ = ["axis_row", "dots_row", "dumbbell", "form_row", "range_row", "span_row"]

_HEIGHT = 24
_CELL_PX = 110.0  # of a cell with marks, on a phone of 320
_MIDDLE = _HEIGHT / 2
_RADIUS = 4.5
_FORM_HEIGHT, _FORM_MIDDLE = 28.0, 8.0  # of a range with finishes below it
# The state of knowledge that a dot stands for, from the least to the most.
_DOTS = ("dot-ring", "dot-half", "dot-full")


def dumbbell(before: float, now: float, scale: Scale) -> Markup:
    """Draw a change: a ring where it was, joined to a dot where it is."""
    was, at = across(scale.at(before)), across(scale.at(now))
    return picture(
        element("line", class_="row-base", x1="0", x2="100%", y1=_MIDDLE, y2=_MIDDLE),
        element("line", class_="row-join", x1=was, x2=at, y1=_MIDDLE, y2=_MIDDLE),
        _dot(was, "dot-ring"),
        _dot(at, "dot-full"),
        height=_HEIGHT,
        class_="mark row",
    )


def dots_row(chances: Sequence[float | None], scale: Scale, ticks: Sequence[Tick] = ()) -> Markup:
    """Draw one chance by what was known: before the weekend, after practice, after qualifying.

    Parameters
    ----------
    chances : sequence of (float or None)
        At most three, in that order; None where no such forecast is known.
    scale : Scale
    ticks : sequence of Tick
        Of the axis below: a line goes up from each.
    """
    known = [
        (across(scale.at(chance)), kind)
        for chance, kind in zip(chances, _DOTS, strict=False)
        if chance is not None
    ]
    at = [scale.at(chance) for chance in chances if chance is not None]
    join = (
        element(
            "line",
            class_="row-join",
            x1=across(min(at)),
            x2=across(max(at)),
            y1=_MIDDLE,
            y2=_MIDDLE,
        )
        if len(at) > 1
        else Markup("")
    )
    return picture(
        _grid(ticks, scale),
        join,
        *(_dot(place, kind) for place, kind in known),
        height=_HEIGHT,
        class_="mark row",
    )


def range_row(
    widest: tuple[float, float],
    half: tuple[float, float] | None,
    middle: float | None,
    scale: Scale,
    *,
    ticks: Sequence[Tick] = (),
    result: float | None = None,
    retired: str = "",
) -> Markup:
    """Draw a range: a line for 9 in 10, a box for half, a tick, and a dot for what happened.

    Parameters
    ----------
    widest, half : (float, float)
        From where to where each reaches; no box without half.
    middle : float, optional
        Where the tick stands.
    scale : Scale
    ticks : sequence of Tick
        Of the axis below.
    result : float, optional
        What happened.
    retired : str
        Words in its place for one who did not see the flag.
    """
    parts = [_grid(ticks, scale), _box("range-line", widest, scale, 3)]
    if half is not None:
        parts.append(_box("range-box", half, scale, 10))
    if middle is not None:
        at = across(scale.at(middle))
        parts.append(
            element("line", class_="range-tick", x1=at, x2=at, y1=_MIDDLE - 5, y2=_MIDDLE + 5)
        )
    if result is not None:
        parts.append(_dot(across(scale.at(result)), "dot-result"))
    if retired:
        parts.append(
            element(
                "text", retired, class_="halo strong", x="100%", y=_MIDDLE + 4, text_anchor="end"
            )
        )
    return picture(together(parts), height=_HEIGHT, class_="mark row")


def form_row(
    widest: tuple[float, float] | None,
    half: tuple[float, float] | None,
    middle: float | None,
    finishes: Mapping[int, int],
    scale: Scale,
    *,
    most: int,
    ticks: Sequence[Tick] = (),
) -> Markup:
    """Draw the range of races to come, and below it how often each place was finished in.

    Parameters
    ----------
    widest, half : (float, float), optional
        From where to where each reaches; None where no race is to come: finishes fill the row.
    middle : float, optional
        Where the tick stands.
    finishes : Mapping[int, int]
        Place -> how often.
    scale : Scale
    most : int
        How often is drawn the tallest: the same in all rows that are compared.
    ticks : sequence of Tick
        Of the axis below.
    """
    parts = [_grid(ticks, scale, _FORM_HEIGHT)]
    if widest is not None:
        parts.append(_box("range-line", widest, scale, 3, _FORM_MIDDLE))
    if half is not None:
        parts.append(_box("range-box", half, scale, 10, _FORM_MIDDLE))
    if middle is not None:
        at = across(scale.at(middle))
        ends = {"y1": _FORM_MIDDLE - 5, "y2": _FORM_MIDDLE + 5}
        parts.append(element("line", class_="range-tick", x1=at, x2=at, **ends))
    tallest = _FORM_HEIGHT - (_FORM_MIDDLE + 7 if widest is not None else 6)
    for place, times in sorted(finishes.items()):
        low, high = scale.at(place - 0.4), scale.at(place + 0.4)
        size = max(2.0, tallest * times / max(1, most))
        parts.append(
            element(
                "rect",
                class_="bar-fact",
                x=across(low),
                y=_FORM_HEIGHT - size,
                width=across(high - low),
                height=size,
            )
        )
    return picture(together(parts), height=_FORM_HEIGHT, class_="mark row")


def span_row(now: float | None, low: float, middle: float, high: float, scale: Scale) -> Markup:
    """Draw what is so far as a dot and where it ends as a bar of 9 in 10 with a tick."""
    at = across(scale.at(middle))
    parts = [
        element("line", class_="row-base", x1="0", x2="100%", y1=_MIDDLE, y2=_MIDDLE),
        _box("range-box", (low, high), scale, 6),
        element("line", class_="range-tick", x1=at, x2=at, y1=_MIDDLE - 6, y2=_MIDDLE + 6),
    ]
    if now is not None:
        parts.append(_dot(across(scale.at(now)), "dot-result"))
    return picture(together(parts), height=_HEIGHT, class_="mark row")


def axis_row(ticks: Sequence[Tick], scale: Scale) -> Markup:
    """Draw the words of a scale, for the last row of a table."""
    return picture(
        together(
            element(
                "text",
                tick.text,
                class_=" ".join(
                    ["tick", *(["strong"] * tick.is_strong), *(["x6"] * (not fits_phone))]
                ),
                x=across(scale.at(tick.value)),
                y=14,
                text_anchor=_anchor(scale.at(tick.value)),
            )
            for tick, fits_phone in shown_ticks(ticks, scale, _CELL_PX)
        ),
        height=18,
        class_="mark axis",
    )


def _anchor(at: float) -> str:
    return "start" if at <= 0.0 else "end" if at >= 1.0 else "middle"


def _dot(at: str, kind: str) -> Markup:
    return element("circle", class_=kind, cx=at, cy=_MIDDLE, r=_RADIUS)


def _box(
    kind: str, ends: tuple[float, float], scale: Scale, height: float, middle: float = _MIDDLE
) -> Markup:
    low, high = (scale.at(end) for end in ends)
    return element(
        "rect",
        class_=kind,
        x=across(low),
        y=middle - height / 2,
        width=across(high - low),
        height=height,
    )


def _grid(ticks: Sequence[Tick], scale: Scale, height: float = _HEIGHT) -> Markup:
    return together(
        element(
            "line",
            class_="grid",
            x1=across(scale.at(tick.value)),
            x2=across(scale.at(tick.value)),
            y1=0,
            y2=height,
        )
        for tick in ticks
    )
