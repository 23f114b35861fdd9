"""Who led when, as one bar under a picture over laps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.scale import Scale
from services.web.drawing.svg import across, element, picture

__all__ = ["LeadSpan", "lead_bar"]

_HEIGHT, _BAR, _BASELINE = 30, 8, 24
_ROOM = 0.07  # of the width, below which a code does not fit on a wide screen
_PHONE_ROOM = 0.16


@dataclass(frozen=True, slots=True)
class LeadSpan:
    """Laps that one car led, from the first to the last."""

    code: str
    class_: str  # that gives the team's colour
    is_second: bool
    first_lap: int
    last_lap: int


def lead_bar(spans: Sequence[LeadSpan], n_laps: int) -> Markup:
    """Draw who led, below a picture whose first lap is 1; the words under it say the same.

    Parameters
    ----------
    spans : sequence of LeadSpan
        In the order of laps.
    n_laps : int
        Of the race: the right end.
    """
    scale = Scale(1, max(2, n_laps))
    parts = [one for span in spans for one in _span(scale, span)]
    return element(
        "div",
        Markup("<span></span>"),  # the room of the axis
        picture(*parts, height=_HEIGHT, class_="mark"),
        class_="plot",
    )


def _span(scale: Scale, span: LeadSpan) -> tuple[Markup, Markup]:
    # The lead changes between two laps: each has half of the way.
    begin = scale.at(max(scale.low, span.first_lap - 0.5))
    end = scale.at(min(scale.high, span.last_lap + 0.5))
    kind = "swatch-hollow" if span.is_second else "swatch-full"
    bar = element(
        "rect",
        class_=f"{kind} {span.class_}",
        x=across(begin),
        y=1,
        width=across(end - begin),
        height=_BAR,
    )
    if end - begin < _ROOM:
        return bar, Markup("")
    words = element(
        "text",
        span.code,
        class_="strong" if end - begin >= _PHONE_ROOM else "strong x6",
        x=across((begin + end) / 2),
        y=_BASELINE,
        text_anchor="middle",
    )
    return bar, words
