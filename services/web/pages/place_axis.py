"""The scale of finishing places, the same on every page that draws ranges over it."""

from __future__ import annotations

from markupsafe import Markup

from predictor.published.event_types import DriverForecast, ResultRow
from services.web.derived import figures
from services.web.derived.result_words import half_range
from services.web.drawing.rows import range_row
from services.web.drawing.scale import Scale, Tick

__all__ = ["not_finished", "place_row", "place_scale", "place_ticks"]

_WORDS = {"dnf": "× retired", "dsq": "× disqualified", "nc": "× not classified"}


def place_scale(n_places: int) -> Scale:
    """Return the scale of places from the first to the last, each as wide as another."""
    return Scale(0.5, n_places + 0.5)


def place_ticks(n_places: int) -> list[Tick]:
    """Return the first place, every fifth, and the last."""
    fifths = [place for place in range(5, n_places, 5) if n_places - place > 2]  # fits half a page
    ends = (1, *fifths, n_places) if n_places > 1 else (1,)
    return [Tick(place, figures.ordinal(place)) for place in ends]


def place_row(
    odds: DriverForecast | None, n_places: int, *, result: int | None, retired: str
) -> Markup:
    """Draw in which places a race was expected to end, and in which it did.

    Parameters
    ----------
    odds : DriverForecast, optional
        None: nothing was forecast, and what came stands alone.
    n_places : int
        Of the scale.
    result : int, optional
        Place at the flag; None for who has none.
    retired : str
        What stands in its stead, as `not_finished` says it; empty for who has a place.
    """
    scale, ticks = place_scale(n_places), place_ticks(n_places)
    place = None if result is None else float(result)
    if odds is None:
        nothing = (scale.low, scale.low)
        return range_row(nothing, None, None, scale, ticks=ticks, result=place, retired=retired)
    low, high = odds.interval_90
    half_low, half_high = half_range(odds)
    return range_row(
        (low - 0.5, high + 0.5),
        (half_low - 0.5, half_high + 0.5),
        odds.expected_position,
        scale,
        ticks=ticks,
        result=place,
        retired=retired,
    )


def not_finished(row: ResultRow) -> str:
    """Return what stands in a picture for one who has no place."""
    return _WORDS.get(row.status.value, "× no place")
