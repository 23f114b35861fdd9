"""What the filter itself says of a race, scaled: the forecast that every model starts from.

A model adds to it what it has learnt. Strengths expected before qualifying are less certain than
they look, so each horizon has scales of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictor.learn.orders import order_log_likelihood
from predictor.vocabulary import Horizon

if TYPE_CHECKING:
    from predictor.learn.examples import RaceExample

__all__ = ["HORIZONS", "UNCHANGED", "BaseScale", "classified", "fit_base_scale", "logit"]

Floats = NDArray[np.float64]

HORIZONS = tuple(Horizon)
_PRIOR_SD = 0.25  # of a scale about 1, and of a shift about 0
_SURE = 1e-4  # retirement odds are held between this and one less
_NEWTON_STEPS = 25
_DIFFERENCE = 1e-4


@dataclass(frozen=True, slots=True)
class BaseScale:
    """Scales of the filter's numbers, one per horizon in the order a, b, c.

    Attributes
    ----------
    strength : tuple of float
        Times the filter's log-strength.
    odds, shift : tuple of float
        Times the logit of its retirement odds, and added to that.
    """

    strength: tuple[float, ...]
    odds: tuple[float, ...]
    shift: tuple[float, ...]

    def strength_of(self, base_strength: Floats, horizon: Horizon) -> Floats:
        """Give the scaled log-strengths, float64[D]."""
        return self.strength[HORIZONS.index(horizon)] * base_strength

    def odds_of(self, base_hazard: Floats, horizon: Horizon) -> Floats:
        """Give the scaled retirement odds as logits, float64[D]."""
        at = HORIZONS.index(horizon)
        return self.odds[at] * logit(base_hazard) + self.shift[at]

    def as_settings(self) -> dict[str, Any]:
        """Give the same as plain values."""
        return {name: list(getattr(self, name)) for name in ("strength", "odds", "shift")}

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> BaseScale:
        """Rebuild it from plain values; KeyError, TypeError or ValueError if they are wrong."""
        rows = [tuple(map(float, settings[name])) for name in ("strength", "odds", "shift")]
        if any(len(row) != len(HORIZONS) or not np.isfinite(row).all() for row in rows):
            raise ValueError("scales of the filter's numbers")
        return cls(*rows)


UNCHANGED = BaseScale((1.0,) * 3, (1.0,) * 3, (0.0,) * 3)
"""The filter's own plain forecast."""


def logit(p: Floats) -> Floats:
    """Give log odds; probabilities are held off nought and one."""
    p = np.clip(p, _SURE, 1.0 - _SURE)
    return np.log(p) - np.log1p(-p)


def classified(example: RaceExample) -> NDArray[np.bool_]:
    """Whether each driver was classified, bool[D]."""
    return np.isin(np.arange(len(example.table.driver_ids)), example.outcome.order)


def fit_base_scale(examples: Sequence[RaceExample]) -> BaseScale:
    """Fit the scales to results, by penalised maximum likelihood.

    Without a race at some horizon its scales stay as they are.
    """
    rows = [[e for e in examples if e.table.horizon is horizon] for horizon in HORIZONS]
    pairs = [_fit_odds(row) for row in rows]
    return BaseScale(
        tuple(_fit_strength(row) for row in rows),
        tuple(pair[0] for pair in pairs),
        tuple(pair[1] for pair in pairs),
    )


def _fit_strength(examples: Sequence[RaceExample]) -> float:
    def height(scale: float) -> float:
        penalty = 0.5 * ((scale - 1.0) / _PRIOR_SD) ** 2
        return (
            sum(
                order_log_likelihood(scale * e.table.base_strength, e.outcome.order)
                for e in examples
            )
            - penalty
        )

    scale = 1.0
    for _ in range(_NEWTON_STEPS if examples else 0):  # concave in the scale
        low, here, high = (height(scale + d) for d in (-_DIFFERENCE, 0.0, _DIFFERENCE))
        slope = (high - low) / (2.0 * _DIFFERENCE)
        bend = (high - 2.0 * here + low) / _DIFFERENCE**2
        step = float(np.clip(-slope / min(bend, -1.0), -0.3, 0.3))
        scale += step
        if abs(step) < 1e-6:
            break
    return round(scale, 6)


def _fit_odds(examples: Sequence[RaceExample]) -> tuple[float, float]:
    if not examples:
        return 1.0, 0.0
    x = np.concatenate([logit(e.table.base_hazard) for e in examples])
    out = np.concatenate([~classified(e) for e in examples]).astype(np.float64)
    design = np.stack([x, np.ones_like(x)], axis=1)
    start, penalty = np.array([1.0, 0.0]), np.eye(2) / _PRIOR_SD**2
    beta = start.copy()
    for _ in range(_NEWTON_STEPS):
        p = 1.0 / (1.0 + np.exp(-design @ beta))
        slope = design.T @ (out - p) - penalty @ (beta - start)
        bend = (design * (p * (1.0 - p))[:, None]).T @ design + penalty
        beta = beta + np.linalg.solve(bend, slope)
    return round(float(beta[0]), 6), round(float(beta[1]), 6)
