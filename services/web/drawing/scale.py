"""Scales: where a value lies, and which values are written beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Scale", "Tick", "nice_top", "shown_ticks", "steps_to"]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LETTER_PX = 7.5  # of 12 px text in the widest of the fonts that may stand in
_AIR_PX = 8.0
NARROW_PX, _WIDE_PX = 190.0, 420.0  # of the marks, on a phone of 320 and in half a page


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to parts of a length."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Return where a value lies, 0 to 1; one beyond an end lies at that end."""
        if self.high <= self.low:
            return 0.0
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def holds(self, value: float) -> bool:
        """Return whether a value lies between the ends."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Tick:
    """A value that is written at a scale.

    Attributes
    ----------
    value : float
    text : str
    is_strong : bool
        Whether it is set bold, as "now" is.
    """

    value: float
    text: str
    is_strong: bool = False


def steps_to(top: float, most: int = 4) -> tuple[float, ...]:
    """Return round values from 0 up to and over a top, at most so many steps."""
    if not top > 0 or not math.isfinite(top):
        return (0.0, 1.0)
    size = 10.0 ** math.floor(math.log10(top / most))
    step = next(size * one for one in (*_STEPS, 20.0) if size * one * most >= top * (1 - 1e-9))
    n_steps = math.ceil(top / step - 1e-9)
    return tuple(round(step * place, 10) for place in range(n_steps + 1))


def nice_top(chances: Sequence[float], least: float = 0.1) -> float:
    """Return the end of a scale that holds chances, in whole tenths and never over 1."""
    top = max((*chances, least))
    return min(1.0, math.ceil(top * 10 - 1e-9) / 10)


def shown_ticks(
    ticks: Sequence[Tick], scale: Scale, narrow_px: float = NARROW_PX
) -> tuple[tuple[Tick, bool], ...]:
    """Return the ticks that do not touch each other, with whether a phone has room for each.

    The last is kept first, it is the present; then the first, then the others from the left.

    Parameters
    ----------
    ticks : sequence of Tick
    scale : Scale
    narrow_px : float
        How wide the marks are on a phone.
    """
    by_worth = sorted(
        range(len(ticks)),
        key=lambda place: (place != len(ticks) - 1, not ticks[place].is_strong, place),
    )
    narrow: list[Tick] = []
    wide: list[Tick] = []
    for place in by_worth:
        tick = ticks[place]
        if _fits(tick, wide, scale, _WIDE_PX):
            wide.append(tick)
            if _fits(tick, narrow, scale, narrow_px):
                narrow.append(tick)
    return tuple((tick, tick in narrow) for tick in ticks if tick in wide)


def _fits(tick: Tick, others: Sequence[Tick], scale: Scale, width: float) -> bool:
    left, right = _extent(tick, scale, width)
    for other in others:
        its_left, its_right = _extent(other, scale, width)
        if left < its_right + _AIR_PX and its_left < right + _AIR_PX:
            return False
    return True


def _extent(tick: Tick, scale: Scale, width: float) -> tuple[float, float]:
    """Return where a text begins and ends, px; at either end it is turned inwards."""
    at = scale.at(tick.value)
    size = len(tick.text) * _LETTER_PX
    if at <= 0.0:
        return 0.0, size
    if at >= 1.0:
        return width - size, width
    return at * width - size / 2, at * width + size / 2
