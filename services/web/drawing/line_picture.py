"""Lines over rounds or laps: a scale at the left, marks in the middle, labels at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.labels import room_for, spread
from services.web.drawing.scale import Scale, Tick, shown_ticks
from services.web.drawing.svg import across, element, path, picture, together

__all__ = ["Line", "Rule", "Shade", "line_picture"]

_UNITS = 1000.0  # across, of the part whose lines are stretched
_TOP, _BOTTOM = 12.0, 26.0  # px above and below the marks
_HALF_LETTER = 4.0  # px from the middle of a text to its baseline
_LEADER, _SAMPLE, _TEXT = 10.0, 25.0, 30.0  # px from the marks to where each part ends or begins

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes
    ----------
    points : tuple of (float, float)
        From left to right. A value beyond the scale breaks the line: it is not drawn at the edge.
    label : str
        At its end; empty: the line stays in the background, thin and grey.
    class_ : str
        Class that gives its colour, "t-mclaren".
    is_dashed : bool
        Of the second of two team-mates; its dot is hollow.
    band : tuple of (float, float, float)
        Left to right: where, lower and upper end.
    has_dots : bool
        Whether every point has a dot, not the last alone.
    """

    points: tuple[Point, ...]
    label: str = ""
    class_: str = ""
    is_dashed: bool = False
    band: tuple[tuple[float, float, float], ...] = ()
    has_dots: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """An upright line with a word above the marks: "forecast", "settled, round 22"."""

    at: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch that something held for, as a safety car."""

    begin: float
    end: float
    text: str = ""


def line_picture(
    lines: Sequence[Line],
    across_scale: Scale,
    up_scale: Scale,
    *,
    across_ticks: Sequence[Tick],
    up_ticks: Sequence[Tick],
    height: float = 240.0,
    rules: Sequence[Rule] = (),
    shades: Sequence[Shade] = (),
    label: str,
) -> Markup:
    """Draw lines with the labels at their ends moved apart.

    Parameters
    ----------
    lines : sequence of Line
        The first lies on top.
    across_scale, up_scale : Scale
        A scale whose low is the larger value runs downwards.
    across_ticks, up_ticks : sequence of Tick
    height : float
        Of the marks, px; more where the labels need it.
    rules, shades
    label : str
        What the picture shows, for readers aloud; its numbers are to be in a table or in labels.
    """
    named = [line for line in lines if line.label and line.points]
    height = max(height, room_for(len(named)))
    frame = _Frame(across_scale, up_scale, height)
    return element(
        "div",
        _up_axis(frame, up_ticks),
        _marks(frame, lines, across_ticks, up_ticks, rules, shades),
        _labels(frame, named),
        class_="plot",
        role="img",
        aria_label=label,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where values lie, px down and parts across."""

    wide: Scale
    high: Scale
    height: float

    def y(self, value: float) -> float:
        """Return px from the upper end of the marks."""
        low, top = self.high.low, self.high.high
        if low > top:
            return self.height * Scale(top, low).at(value)
        return self.height * (1.0 - self.high.at(value))

    def is_inside(self, value: float) -> bool:
        low, top = sorted((self.high.low, self.high.high))
        return low <= value <= top

    @property
    def whole(self) -> float:
        return self.height + _TOP + _BOTTOM


def _up_axis(frame: _Frame, ticks: Sequence[Tick]) -> Markup:
    return picture(
        together(
            element(
                "text",
                tick.text,
                class_="tick",
                x="100%",
                dx=-8,
                y=_TOP + frame.y(tick.value) + _HALF_LETTER,
                text_anchor="end",
            )
            for tick in ticks
        ),
        height=frame.whole,
        class_="mark",
    )


def _marks(
    frame: _Frame,
    lines: Sequence[Line],
    across_ticks: Sequence[Tick],
    up_ticks: Sequence[Tick],
    rules: Sequence[Rule],
    shades: Sequence[Shade],
) -> Markup:
    behind_first = list(reversed(lines))
    return picture(
        *(_shade(frame, one) for one in shades),
        *(_level(frame, tick.value) for tick in up_ticks),
        _stretched(frame, behind_first),
        *(_rule(frame, one) for one in rules),
        *(_dots(frame, line) for line in behind_first if line.label),
        *_words(frame, across_ticks),
        height=frame.whole,
        class_="mark",
    )


def _level(frame: _Frame, value: float) -> Markup:
    y = _TOP + frame.y(value)
    kind = "axis-line" if value == frame.high.low else "grid"
    return element("line", class_=kind, x1="0", x2="100%", y1=y, y2=y)


def _shade(frame: _Frame, one: Shade) -> Markup:
    begin, end = frame.wide.at(one.begin), frame.wide.at(one.end)
    words = element(
        "text", one.text, class_="tick", x=across((begin + end) / 2), y=9, text_anchor="middle"
    )
    return together(
        (
            element(
                "rect",
                class_="shade",
                x=across(begin),
                y=_TOP,
                width=across(end - begin),
                height=frame.height,
            ),
            words if one.text else Markup(""),
        )
    )


def _rule(frame: _Frame, one: Rule) -> Markup:
    at = frame.wide.at(one.at)
    is_late = at > 0.5
    return together(
        (
            element(
                "line",
                class_="rule",
                x1=across(at),
                x2=across(at),
                y1=2,
                y2=_TOP + frame.height,
            ),
            element(
                "text",
                one.text,
                class_="tick",
                x=across(at),
                dx=-4 if is_late else 4,
                y=_TOP - 4,
                text_anchor="end" if is_late else "start",
            ),
        )
    )


def _stretched(frame: _Frame, lines: Sequence[Line]) -> Markup:
    """Return bands and lines in a part of its own, which is stretched to the width there is."""
    bands = (
        element("path", class_=f"band {line.class_}", d=_band_path(frame, line))
        for line in lines
        if line.band
    )
    drawn = (
        element("path", class_=_line_class(line), d=path(part))
        for line in lines
        for part in _parts(frame, line)
    )
    return element(
        "svg",
        *bands,
        *drawn,
        class_="lines",
        x="0",
        y=_TOP,
        width="100%",
        height=frame.height,
        viewBox=f"0 0 {_UNITS:.0f} {frame.height:g}",
        preserveAspectRatio="none",
    )


def _line_class(line: Line) -> str:
    if not line.label:
        return "line faint"
    return f"line {line.class_}{' dashed' if line.is_dashed else ''}"


def _band_path(frame: _Frame, line: Line) -> str:
    upper = [(_UNITS * frame.wide.at(x), frame.y(high)) for x, _, high in line.band]
    lower = [(_UNITS * frame.wide.at(x), frame.y(low)) for x, low, _ in reversed(line.band)]
    return path((*upper, *lower), closed=True)


def _parts(frame: _Frame, line: Line) -> list[list[Point]]:
    """Return the pieces of a line that lie inside, each of two points or more."""
    parts: list[list[Point]] = [[]]
    for x, y in line.points:
        if frame.is_inside(y):
            parts[-1].append((_UNITS * frame.wide.at(x), frame.y(y)))
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def _dots(frame: _Frame, line: Line) -> Markup:
    shown = line.points if line.has_dots else line.points[-1:]
    kind = "dot-hollow" if line.is_dashed else "dot-team"
    return together(
        element(
            "circle",
            class_=f"{kind} {line.class_}",
            cx=across(frame.wide.at(x)),
            cy=_TOP + frame.y(y),
            r=4,
        )
        for x, y in shown
        if frame.is_inside(y)
    )


def _words(frame: _Frame, ticks: Sequence[Tick]) -> list[Markup]:
    words = []
    for tick, fits_phone in shown_ticks(ticks, frame.wide):
        at = frame.wide.at(tick.value)
        kinds = ["tick", *(["strong"] * tick.is_strong), *(["x6"] * (not fits_phone))]
        anchor = "start" if at <= 0.0 else "end" if at >= 1.0 else "middle"
        words.append(
            element(
                "text",
                tick.text,
                class_=" ".join(kinds),
                x=across(at),
                y=_TOP + frame.height + 17,
                text_anchor=anchor,
            )
        )
    return words


def _labels(frame: _Frame, lines: Sequence[Line]) -> Markup:
    ends = [_TOP + frame.y(line.points[-1][1]) for line in lines]
    places = spread(ends, _TOP, _TOP + frame.height)
    return picture(
        together(
            _label(line, end, place) for line, end, place in zip(lines, ends, places, strict=True)
        ),
        height=frame.whole,
        class_="mark",
    )


def _label(line: Line, end: float, place: float) -> Markup:
    return together(
        (
            element("line", class_="leader", x1=4, x2=_LEADER, y1=end, y2=place),
            element(
                "line",
                class_=_line_class(line),
                x1=_LEADER,
                x2=_SAMPLE,
                y1=place,
                y2=place,
            ),
            element(
                "text",
                line.label,
                class_="line-label",
                x=_TEXT,
                y=place + _HALF_LETTER,
            ),
        )
    )
