"""Our forecast beside those of others on one scale: a mark a model, one row a season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from services.web.drawing.scale import Scale, Tick
from services.web.drawing.svg import across, element, picture, together

__all__ = ["SKILL_MARKS", "skill_row"]

_HEIGHT = 28
_MIDDLE = _HEIGHT / 2
_OURS, _JOINED = "ours", "grid_frequency"
# Model -> its mark, as keys name it. Shape tells them apart; grey is somebody else's forecast.
SKILL_MARKS: Mapping[str, str] = {
    "ours": "full",
    "elo": "diamond",
    "reverse_plackett_luce": "triangle",
    "grid_frequency": "square",
    "points_order": "flat",
    "last_race": "down",
    "uniform": "upright",
}

_SHAPES = {
    "diamond": "M0 9L5 14L0 19L-5 14Z",
    "triangle": "M0 9L5 18.5L-5 18.5Z",
    "down": "M0 19L5 9.5L-5 9.5Z",
    "flat": "M-6 11.5H6V16.5H-6Z",
}


def skill_row(values: Mapping[str, float], scale: Scale, ticks: Sequence[Tick] = ()) -> Markup:
    """Draw a row; a line joins ours with the grid's, ours lies on top.

    Parameters
    ----------
    values : Mapping[str, float]
        Model -> what is drawn; models without a mark are left out.
    scale : Scale
    ticks : sequence of Tick
        Of the axis below.
    """
    at = {model: scale.at(value) for model, value in values.items() if model in SKILL_MARKS}
    parts = [_upright("grid", scale.at(tick.value), _MIDDLE) for tick in ticks]
    if _OURS in at and _JOINED in at:
        first, last = sorted((at[_OURS], at[_JOINED]))
        parts.append(
            element(
                "line",
                class_="row-join",
                x1=across(first),
                x2=across(last),
                y1=_MIDDLE,
                y2=_MIDDLE,
            )
        )
    parts += [_mark(model, at[model]) for model in reversed(tuple(SKILL_MARKS)) if model in at]
    return picture(together(parts), height=_HEIGHT, class_="mark row")


def _mark(model: str, at: float) -> Markup:
    kind = SKILL_MARKS[model]
    if kind == "full":
        return element("circle", class_="dot-full", cx=across(at), cy=_MIDDLE, r=5)
    if kind == "upright":
        return _upright("bar-rule", at, 7)
    if kind == "square":
        square = {"x": -4, "y": _MIDDLE - 4, "width": 8, "height": 8}
        return _placed(at, element("rect", class_="mark-other", **square))
    return _placed(at, element("path", class_="mark-other", d=_SHAPES[kind]))


def _placed(at: float, shape: Markup) -> Markup:
    """Put a shape drawn in pixels at a part of the width."""
    return element("svg", shape, x=across(at), y="0", overflow="visible")


def _upright(kind: str, at: float, half: float) -> Markup:
    x = across(at)
    return element("line", class_=kind, x1=x, x2=x, y1=_MIDDLE - half, y2=_MIDDLE + half)
