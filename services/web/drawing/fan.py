"""One line before what many came to: two bands, their middle, and the one that is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, path, picture, together

__all__ = ["fan", "fan_key"]

_TOP, _BOTTOM = 6.0, 22.0
_UNITS = 1000.0
_HALF_LETTER = 4.0
_N_QUANTILES = 5

Row = tuple[float | None, ...]


def fan(
    rows: Sequence[Row],
    one: Sequence[float | None],
    *,
    cut: float,
    height: float = 100.0,
    label: str,
) -> Markup:
    """Draw gaps to the leader lap by lap, downwards.

    Parameters
    ----------
    rows : sequence of (float or None), five each
        Per lap from 1: quantiles of many races, the smallest gap first; None: no car runs.
    one : sequence of (float or None)
        Of the race that is told, per lap; None: the car is out.
    cut : float
        Gap at the lower edge: bands end there, and the line breaks.
    height : float
        Of the marks, px.
    label : str
        For readers aloud.
    """
    wide, high = Scale(1, max(2, len(rows))), Scale(0.0, cut)

    def point(lap: int, gap: float) -> tuple[float, float]:
        return _UNITS * wide.at(lap), height * high.at(gap)

    known = [
        (lap, [value for value in row if value is not None])
        for lap, row in enumerate(rows, start=1)
        if len(row) == _N_QUANTILES and None not in row
    ]
    drawn = []
    for kind, low, top in (("fan-wide", 0, 4), ("fan-half", 1, 3)):
        upper = [point(lap, row[low]) for lap, row in known]
        lower = [point(lap, row[top]) for lap, row in reversed(known)]
        drawn.append(element("path", class_=kind, d=path((*upper, *lower), closed=True)))
    middle = [(lap, row[2]) for lap, row in known]
    told = [(lap, gap) for lap, gap in enumerate(one, start=1)]
    for kind, line in (("fan-middle", middle), ("fan-one", told)):
        drawn += [
            element("path", class_=kind, d=path(point(lap, gap) for lap, gap in part))
            for part in _unbroken(line, cut)
        ]
    whole = height + _TOP + _BOTTOM
    marks = element(
        "svg",
        *(drawn if known else drawn[2:]),
        class_="lines",
        x="0",
        y=_TOP,
        width="100%",
        height=height,
        viewBox=f"0 0 {_UNITS:.0f} {height:g}",
        preserveAspectRatio="none",
    )
    return element(
        "div",
        _axis(cut, height, whole),
        picture(_grid(height), marks, _laps(len(rows), height), height=whole, class_="mark"),
        class_="plot tile-plot",
        role="img",
        aria_label=label,
    )


def fan_key(n_races: str) -> Markup:
    """Return what lines and bands mean, beside how many races the bands are of."""
    lines = (("fan-one", "this race"), ("fan-middle", f"middle of {n_races} races"))
    bands = (("fan-half", "half of them"), ("fan-wide", "9 in 10"))
    entries = [
        *((element("path", class_=kind, d="M0 7H28"), word) for kind, word in lines),
        *((element("path", class_=kind, d="M1 1H27V13H1Z"), word) for kind, word in bands),
    ]
    return element("ul", *(_entry(drawn, word) for drawn, word in entries), class_="key")


def _entry(drawn: Markup, word: str) -> Markup:
    drawing = element(
        "svg",
        drawn,
        class_="mark lines sample",
        width=28,
        height=14,
        aria_hidden="true",
        focusable="false",
    )
    return element("li", drawing, f" {word}")


def _unbroken(
    line: Sequence[tuple[int, float | None]], cut: float
) -> Iterator[list[tuple[int, float]]]:
    """Give the pieces of a line that lie above the cut, of two points or more."""
    part: list[tuple[int, float]] = []
    for lap, gap in (*line, (0, None)):
        if gap is not None and gap <= cut:
            part.append((lap, gap))
        else:
            if len(part) > 1:
                yield part
            part = []


def _grid(height: float) -> Markup:
    return together(
        element("line", class_="grid", x1="0", x2="100%", y1=_TOP + at, y2=_TOP + at)
        for at in (0.0, height / 2, height)
    )


def _axis(cut: float, height: float, whole: float) -> Markup:
    words = (
        element(
            "text",
            f"{gap:g}",
            class_="tick",
            x="100%",
            dx=-6,
            y=_TOP + height * gap / cut + _HALF_LETTER,
            text_anchor="end",
        )
        for gap in (0.0, cut / 2, cut)
    )
    return picture(*words, height=whole, class_="mark")


def _laps(n_laps: int, height: float) -> Markup:
    y = _TOP + height + 16
    return together(
        (
            element("text", "lap 1", class_="tick", x="0", y=y),
            element("text", str(n_laps), class_="tick", x=across(1.0), y=y, text_anchor="end"),
        )
    )
