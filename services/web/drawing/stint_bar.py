"""Stints as one bar over the laps of a race: a segment a set of tyres, with its letter inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture

__all__ = ["LETTERS", "StintSegment", "stint_bar", "tyre_key"]

# Name of a compound -> letter and class; full wets are W, for I is intermediate.
LETTERS = {
    "SOFT": ("S", "tyre-soft"),
    "MEDIUM": ("M", "tyre-medium"),
    "HARD": ("H", "tyre-hard"),
    "INTERMEDIATE": ("I", "tyre-inter"),
    "WET": ("W", "tyre-wet"),
}
_HEIGHT, _BAR = 22, 18
_MIDDLE = 15  # px to the baseline of a letter
_ROOM = 0.06  # of the width, below which a letter does not fit on a phone


@dataclass(frozen=True, slots=True)
class StintSegment:
    """Laps on one set of tyres: the first and the last of them, from 1."""

    compound: str
    first_lap: int
    last_lap: int


def stint_bar(
    stints: Sequence[StintSegment],
    n_laps: int,
    *,
    retired_on: int | None = None,
    shades: Sequence[tuple[int, int]] = (),
) -> Markup:
    """Draw a car's stints; the words beside it say the same.

    Parameters
    ----------
    stints : sequence of StintSegment
    n_laps : int
        Of the race: the whole width.
    retired_on : int, optional
        Lap on which the car is out; the bar ends with "× retired, lap 31".
    shades : sequence of (int, int)
        First and last lap of each safety car, behind the bar.
    """
    scale = Scale(0, n_laps)
    behind = [_part(scale, first, last, 0, _HEIGHT, "shade") for first, last in shades]
    segments = [one for stint in stints for one in _segment(scale, stint)]
    return picture(
        *behind,
        *segments,
        _retired(scale, retired_on, stints[-1].last_lap if stints else 0),
        height=_HEIGHT,
        class_="mark row stints",
    )


def tyre_key(compounds: Sequence[str]) -> Markup:
    """Return the key of the compounds that are used, from soft to wet."""
    entries = []
    for name, (letter, kind) in LETTERS.items():
        if name in compounds:
            sample = element(
                "svg",
                element("rect", class_=f"tyre {kind}", x=0.5, y=0.5, width=17, height=15),
                element("text", letter, class_="letter", x=9, y=12.5, text_anchor="middle"),
                class_="mark sample",
                width=18,
                height=16,
                aria_hidden="true",
                focusable="false",
            )
            entries.append(element("li", sample, f" {name.lower()}"))
    return element("ul", *entries, class_="key")


def _segment(scale: Scale, stint: StintSegment) -> tuple[Markup, ...]:
    letter, kind = LETTERS[stint.compound]
    begin, end = scale.at(stint.first_lap - 1), scale.at(stint.last_lap)
    drawn = _part(scale, stint.first_lap, stint.last_lap, 2, _BAR, f"tyre {kind}")
    words = element(
        "text",
        letter,
        class_="letter" if end - begin >= _ROOM else "letter x6",
        x=across((begin + end) / 2),
        y=_MIDDLE,
        text_anchor="middle",
    )
    return drawn, words


def _part(scale: Scale, first: int, last: int, y: float, height: float, kind: str) -> Markup:
    begin, end = scale.at(first - 1), scale.at(last)
    return element(
        "rect", class_=kind, x=across(begin), y=y, width=across(end - begin), height=height
    )


def _retired(scale: Scale, lap: int | None, driven: int) -> Markup:
    if lap is None:
        return Markup("")
    at = scale.at(driven)
    is_late = at > 0.6  # the words stand over the bar's end, not beyond the picture
    return element(
        "text",
        f"× retired, lap {lap}",
        class_="halo strong",
        x=across(at),
        dx=-6 if is_late else 6,
        y=_MIDDLE,
        text_anchor="end" if is_late else "start",
    )
