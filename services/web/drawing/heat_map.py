"""A chance for every driver and place: a field of rectangles in nine classes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.svg import across, element, picture, together

__all__ = ["CLASSES", "HeatRow", "class_of", "heat_map"]

# From what chance on each class begins. Twenty cars share a place at 5 % each, so the steps are
# narrow below.
CLASSES = (0.005, 0.02, 0.04, 0.06, 0.08, 0.12, 0.20, 0.30)
_DEEP = 5  # from this class on, digits are light
_DIGITS_FROM = 0.10
_ROW = 18.0
_AXIS = 20.0


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One driver's chances of every place.

    Attributes
    ----------
    label : str
        Code.
    class_ : str
        Of the team's colour.
    is_second : bool
        Whether the swatch is hollow.
    chances : tuple of float
        Of 1st, 2nd ...
    result : int, optional
        Place that he finished at: it is outlined.
    """

    label: str
    class_: str
    is_second: bool
    chances: tuple[float, ...]
    result: int | None = None


def heat_map(rows: Sequence[HeatRow], *, label: str) -> Markup:
    """Draw the field; all its numbers are to stand in a table beside it.

    Parameters
    ----------
    rows : sequence of HeatRow
        From top to bottom, each with the same number of places.
    label : str
        What it shows, for readers aloud.
    """
    n_places = max((len(row.chances) for row in rows), default=0)
    height = _ROW * len(rows) + _AXIS
    return element(
        "div",
        picture(
            *(_name(row, _ROW * line) for line, row in enumerate(rows)),
            height=height,
            class_="mark",
        ),
        picture(
            *(_cells(row, _ROW * line, n_places) for line, row in enumerate(rows)),
            *(_outline(row, _ROW * line, n_places) for line, row in enumerate(rows)),
            *(_place(place, n_places, height) for place in range(1, n_places + 1)),
            height=height,
            class_="mark",
        ),
        class_="plot heat",
        role="img",
        aria_label=label,
    )


def class_of(chance: float) -> int:
    """Return the class of a chance, 0 to 8."""
    return bisect_right(CLASSES, chance)


def _name(row: HeatRow, y: float) -> Markup:
    kind = "swatch-hollow" if row.is_second else "swatch-full"
    return together(
        (
            element("rect", class_=f"{kind} {row.class_}", x=1, y=y + 3.5, width=7, height=11),
            element("text", row.label, class_="mark-label", x=15, y=y + 13.5),
        )
    )


def _cells(row: HeatRow, y: float, n_places: int) -> Markup:
    parts = []
    for place, chance in enumerate(row.chances):
        step = class_of(chance)
        parts.append(
            element(
                "rect",
                class_=f"cell q{step}",
                x=across(place / n_places),
                y=y,
                width=across(1 / n_places),
                height=_ROW,
            )
        )
        if chance >= _DIGITS_FROM:
            parts.append(
                element(
                    "text",
                    f"{chance * 100:.0f}",
                    class_="digit w6 on-deep" if step >= _DEEP else "digit w6",
                    x=across((place + 0.5) / n_places),
                    y=y + 13,
                    text_anchor="middle",
                )
            )
    return together(parts)


def _outline(row: HeatRow, y: float, n_places: int) -> Markup:
    if row.result is None or not 1 <= row.result <= n_places:
        return Markup("")
    return element(
        "rect",
        class_="came",
        x=across((row.result - 1) / n_places),
        y=y + 1,
        width=across(1 / n_places),
        height=_ROW - 2,
    )


def _place(place: int, n_places: int, height: float) -> Markup:
    is_round = place in (1, n_places) or (place % 5 == 0 and n_places - place > 1)
    return element(
        "text",
        str(place),
        class_="tick" if is_round else "tick x6",
        x=across((place - 0.5) / n_places),
        y=height - 5,
        text_anchor="middle",
    )
