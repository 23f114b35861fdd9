"""Whether a forecast is better than another over many races, or level with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.web.derived import figures
from services.web.derived.level import STANDARD_ERRORS
from services.web.derived.references import IN_TEXT

__all__ = ["Difference", "difference", "horizon_sentence", "skill_clause", "skill_sentence"]

_GRID = "grid_frequency"


@dataclass(frozen=True, slots=True)
class Difference:
    """How much less one forecast lost than another in the same races.

    Attributes
    ----------
    n : int
        Races.
    mean : float
        Of the other's loss less ours; above 0 we are better.
    margin : float
        Two standard errors of it over races; infinite for fewer than two.
    """

    n: int
    mean: float
    margin: float

    @property
    def is_level(self) -> bool:
        """Whether the races do not tell the two apart."""
        return abs(self.mean) <= self.margin

    @property
    def word(self) -> str:
        """Return better, worse or level."""
        if self.is_level:
            return "level"
        return "better" if self.mean > 0 else "worse"


def difference(ours: Mapping[str, float], theirs: Mapping[str, float]) -> Difference:
    """Compare losses by race, those races alone that both have."""
    found = [theirs[one] - loss for one, loss in ours.items() if one in theirs]
    n = len(found)
    if n < 2:
        return Difference(n, sum(found), math.inf)
    mean = math.fsum(found) / n
    variance = math.fsum((one - mean) ** 2 for one in found) / (n - 1)
    return Difference(n, mean, STANDARD_ERRORS * math.sqrt(variance / n))


def skill_clause(others: Mapping[str, Difference]) -> str:
    """Return how we did against the grid, as the second half of a headline; empty without it."""
    grid = others.get(_GRID)
    if grid is None:
        return ""
    return {
        "better": "we beat the grid",
        "worse": "the grid beat us",
        "level": "we are level with the grid",
    }[grid.word]


def skill_sentence(others: Mapping[str, Difference]) -> str:
    """Return whom we beat, with whom we are level and who beats us, as the title of a figure."""
    if not others:
        return "Nobody to compare with yet"
    groups = {
        "Worse than": [IN_TEXT[name] for name, one in others.items() if one.word == "worse"],
        "Better than": [IN_TEXT[name] for name, one in others.items() if one.word == "better"],
        "Level with": [IN_TEXT[name] for name, one in others.items() if one.word == "level"],
    }
    said = [f"{how} {figures.series(names)}" for how, names in groups.items() if names]
    return "; ".join([said[0], *(one[0].lower() + one[1:] for one in said[1:])])


def horizon_sentence(steps: Sequence[tuple[str, Difference]]) -> str:
    """Return what the sessions of a weekend are worth, as the title of a figure.

    Parameters
    ----------
    steps : sequence of (str, Difference)
        What was added ("practice", "qualifying"), and by how much less was lost with it.
    """
    if not steps:
        return "One state of knowledge so far"
    helped = [(name, one) for name, one in steps if one.word == "better"]
    harmed = [name for name, one in steps if one.word == "worse"]
    if harmed:
        return f"Forecasts did not get better with {figures.series(harmed)}"
    if not helped:
        return "No session has made a clear difference"
    if len(helped) == 1 < len(steps):
        rest = [name for name, one in steps if one.is_level]
        return f"{helped[0][0].capitalize()} tells a lot, {figures.series(rest)} little"
    if len(helped) == 1:
        return f"{helped[0][0].capitalize()} makes forecasts better"
    most = max(helped, key=lambda step: step[1].mean)[0]
    return f"Every session makes forecasts better, {most} most"
