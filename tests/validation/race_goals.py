"""What simulated races must come up to, goal by goal: the short answer of `race_realism`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from predictor.vocabulary import Scenario
from tests.validation.race_cells import Measured, cells_of
from tests.validation.race_figures import FIGURES

__all__ = ["Goal", "goals"]

_WITHIN = 0.20  # of the real figure
_POINTS = 0.03  # of a share
_EARLY = 0.15  # first stops from the first five before .15 of the distance, a race
_MONACO = 8.0  # passes
_LEAST_RACES = 5
_OF_RACES = (0.10, 0.90)  # quantiles: where eight of ten real races lie
_KINDS = {Scenario.DRY: "no safety car", Scenario.SAFETY_CAR: "safety car"}


class Goal(NamedTuple):
    """One thing asked: what, the real value, the simulated one, and its limits."""

    text: str
    real: float
    simulated: float
    low: float
    high: float

    @property
    def met(self) -> bool:
        """Whether the simulated value lies within the limits."""
        return self.low <= self.simulated <= self.high


def goals(races: Sequence[Measured], by_circuit: Mapping[str, Sequence[Measured]]) -> list[Goal]:
    """Return every goal that these races can tell of."""
    found = []
    for scenario, name in _KINDS.items():
        of = [one for one in races if one.scenario is scenario]
        if of:
            found += [_relative(of, figure, name) for figure in ("margin", "P10 gap", "lapped")]
            real, simulated = _pair(of, "margin>30")
            limits = real - _POINTS, real + _POINTS
            found.append(Goal(f"margin>30, {name}", real, simulated, *limits))
    if races:
        found.append(Goal("early P1-5", *_pair(races, "early P1-5"), 0.0, _EARLY))
    column = list(FIGURES).index("passes")
    for circuit, of in by_circuit.items():
        if len(of) >= _LEAST_RACES:
            low, high = np.quantile([one.real[column] for one in of], _OF_RACES)
            high = _MONACO if circuit == "monaco" else float(high)
            low = 0.0 if circuit == "monaco" else float(low)
            found.append(Goal(f"passes, {circuit}", *_pair(of, "passes"), low, high))
    return found


def _relative(races: Sequence[Measured], figure: str, name: str) -> Goal:
    real, simulated = _pair(races, figure)
    limits = real * (1 - _WITHIN), real * (1 + _WITHIN)
    return Goal(f"{figure}, {name}", real, simulated, *limits)


def _pair(races: Sequence[Measured], figure: str) -> tuple[float, float]:
    cells, column = cells_of(races), list(FIGURES).index(figure)
    return float(cells.real[column]), float(cells.mean[column])
