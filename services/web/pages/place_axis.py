"""The scale of finishing places, the same on every page that draws ranges over it."""

from __future__ import annotations

from predictor.published.event_types import ResultRow
from services.web.derived import figures
from services.web.drawing.scale import Scale, Tick

__all__ = ["not_finished", "place_scale", "place_ticks"]

_WORDS = {"dnf": "× retired", "dsq": "× disqualified", "nc": "× not classified"}


def place_scale(n_places: int) -> Scale:
    """Return the scale of places from the first to the last, each as wide as another."""
    return Scale(0.5, n_places + 0.5)


def place_ticks(n_places: int) -> list[Tick]:
    """Return the first place, every fifth, and the last."""
    fifths = [place for place in range(5, n_places, 5) if n_places - place > 2]  # fits half a page
    ends = (1, *fifths, n_places) if n_places > 1 else (1,)
    return [Tick(place, figures.ordinal(place)) for place in ends]


def not_finished(row: ResultRow) -> str:
    """Return what stands in a picture for one who has no place."""
    return _WORDS.get(row.status.value, "× no place")
