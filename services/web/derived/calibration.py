"""Whether what was given so many per cent came true as often, in tenths of probability."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from services.web.derived import figures

__all__ = [
    "ENOUGH",
    "Said",
    "Tenth",
    "agreement_sentence",
    "bounds",
    "calibration_gap",
    "example_sentence",
    "off_the_line",
    "tenths",
    "word_sentence",
]

ENOUGH = 20  # forecasts; fewer prove nothing, and their dot is hollow
_90 = 1.6449  # standard errors on either side that hold 9 in 10
_EDGES = tuple(i / 10 for i in range(11))
_TALKED_OF = 0.6  # the chance that the headline's example is nearest to
_MOST, _HALF = 0.8, 0.5  # of the dots that agree, from which on the answer is so


class Said(NamedTuple):
    """One chance that was given to one starter of one race.

    Attributes
    ----------
    p : float
    came : bool
        Whether it came true.
    event_id, code : str
        Of which race, and whose.
    """

    p: float
    came: bool
    event_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Tenth:
    """Chances of about the same size: ``lower <= p < upper``, the last one also 1."""

    lower: float
    upper: float
    said: tuple[Said, ...]

    @property
    def n(self) -> int:
        """How many."""
        return len(self.said)

    @property
    def n_came(self) -> int:
        """Of these, how many came true."""
        return sum(one.came for one in self.said)

    @property
    def mean(self) -> float | None:
        """What was said on average; None of an empty one."""
        return math.fsum(one.p for one in self.said) / self.n if self.said else None

    @property
    def frequency(self) -> float | None:
        """Share that came true; None of an empty one."""
        return self.n_came / self.n if self.said else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies, 9 times in 10 (Wilson 1927); None of an empty one.

        As if forecasts were independent; those of one race are not, so that it is a little wider.
        """
        if not self.said:
            return None
        n, k = self.n, self.n_came
        middle = k + _90**2 / 2
        half = _90 * math.sqrt(k * (n - k) / n + _90**2 / 4)
        size = n + _90**2
        return max(0.0, (middle - half) / size), min(1.0, (middle + half) / size)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough to be judged by."""
        return self.n >= ENOUGH

    @property
    def agrees(self) -> bool:
        """Whether what was said lies inside the interval of what came."""
        mean, interval = self.mean, self.interval
        return mean is None or interval is None or interval[0] <= mean <= interval[1]


def tenths(said: Iterable[Said]) -> tuple[Tenth, ...]:
    """Sort chances into ten bins, empty ones among them."""
    inside: list[list[Said]] = [[] for _ in range(len(_EDGES) - 1)]
    for one in said:
        # By comparison with the printed edges: p * 10 would put a rounded 0.3 to either side.
        inside[bisect_right(_EDGES[1:-1], one.p)].append(one)
    return tuple(
        Tenth(lower, upper, tuple(found))
        for (lower, upper), found in zip(pairwise(_EDGES), inside, strict=True)
    )


def calibration_gap(bins: Sequence[Tenth]) -> float | None:
    """Return the mean over forecasts of their bin's gap between said and came; None of none."""
    n = sum(one.n for one in bins)
    gaps = [
        one.n * abs(one.mean - one.frequency)
        for one in bins
        if one.mean is not None and one.frequency is not None
    ]
    return sum(gaps) / n if n else None


def word_sentence(kinds: Mapping[str, Sequence[Tenth]]) -> str:
    """Return whether percentages can be taken at their word, as the title of a figure."""
    judged = [one for bins in kinds.values() for one in bins if one.is_enough]
    asked = "Can the percentages be taken at their word?"
    if not judged:
        return f"{asked} Too early to say"
    right = sum(one.agrees for one in judged) / len(judged)
    if right == 1.0:
        return f"{asked} Yes"
    if right >= _MOST:
        return f"{asked} Mostly yes"
    return f"{asked} {'Only in part' if right >= _HALF else 'No'}"


def agreement_sentence(kinds: Mapping[str, Sequence[Tenth]]) -> str:
    """Return how many dots of enough forecasts agree with what came; empty where none is."""
    judged = [one for bins in kinds.values() for one in bins if one.is_enough]
    n, right = len(judged), sum(one.agrees for one in judged)
    if not judged:
        return ""
    if n == 1:
        return f"The one full dot {'agrees' if right else 'does not agree'}."
    if right == n:
        return f"All {figures.spelt(n)} full dots agree."
    said = figures.spelt(right)
    agree = "agrees" if right == 1 else "agree"
    return f"{said[0].upper()}{said[1:]} of {figures.spelt(n)} full dots {agree}."


def example_sentence(kinds: Iterable[Sequence[Tenth]]) -> str:
    """Return what came of chances of about 60 %, of all kinds together; empty of too few."""
    every = tenths(one for bins in kinds for each in bins for one in each.said)
    found = [(one.mean, one.frequency) for one in every if one.is_enough]
    pairs = [(mean, share) for mean, share in found if mean is not None and share is not None]
    if not pairs:
        return ""
    mean, share = min(pairs, key=lambda pair: abs(pair[0] - _TALKED_OF))
    return (
        f"What we called {figures.per_cent(mean)} came true {figures.share(share, 1.0)} of the time"
    )


def off_the_line(kinds: Mapping[str, Sequence[Tenth]]) -> list[str]:
    """Return the dots of enough forecasts that what was said does not agree with, in words."""
    return [
        f"{name}, {bounds(one)}: came {figures.share(one.frequency or 0.0, 1.0)}"
        for name, bins in kinds.items()
        for one in bins
        if one.is_enough and not one.agrees
    ]


def bounds(one: Tenth) -> str:
    """Return the bounds of a bin, "10 to 20 %"."""
    return f"{one.lower * 100:.0f} to {one.upper * 100:.0f}{figures.THIN}%"
