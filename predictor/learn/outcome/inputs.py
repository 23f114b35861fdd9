"""Features as models read them: scaled and with a mark at what is not known, or as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from predictor.learn.outcome.finishes import logit
from predictor.learn.outcome.race_mixture import HORIZONS

if TYPE_CHECKING:
    from predictor.learn.features.feature_table import FeatureTable

__all__ = ["CONTEXT", "InputScale", "fit_input_scale", "network_inputs", "tree_inputs"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

# What every car is given beside its features: the filter's two numbers, and the horizon.
CONTEXT = ("base_strength", "base_odds", *(f"horizon_{one.value}" for one in HORIZONS))
_FURTHEST = 4.0  # standard deviations: a value further out counts as this far
_USUAL_ODDS = -1.8  # logit of a retirement in seven starts


@dataclass(frozen=True, slots=True)
class InputScale:
    """Mean and standard deviation of every feature over the training races, float32[F]."""

    mean: Singles
    sd: Singles


def fit_input_scale(tables: Sequence[FeatureTable]) -> InputScale:
    """Measure the scale of every feature where it is known.

    A feature that is never known, or always the same, gets mean and deviation that make it
    nought.
    """
    values = np.concatenate([table.values for table in tables]).astype(np.float64)
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    sd = np.sqrt(np.where(known, (values - mean) ** 2, 0.0).sum(axis=0) / count)
    constant = sd < 1e-6 * (1.0 + np.abs(mean))
    return InputScale(mean.astype(np.float32), np.where(constant, 1e6, sd).astype(np.float32))


def network_inputs(table: FeatureTable, scale: InputScale) -> Singles:
    """Give what a network sees of a race.

    Returns
    -------
    float32[D, 2 F + 5]
        The scaled features, nought where unknown; 1 where unknown, else 0; then CONTEXT.
    """
    known = np.isfinite(table.values)
    scaled = (np.where(known, table.values, scale.mean) - scale.mean) / scale.sd
    strength = table.base_strength - table.base_strength.mean()
    context = np.zeros((len(table.driver_ids), len(CONTEXT)), dtype=np.float32)
    context[:, 0] = strength
    context[:, 1] = logit(table.base_hazard) - _USUAL_ODDS
    context[:, 2 + HORIZONS.index(table.horizon)] = 1.0
    clipped = np.clip(scaled, -_FURTHEST, _FURTHEST)
    found: Singles = np.concatenate([clipped, ~known, context], axis=1).astype(np.float32)
    return found


def tree_inputs(table: FeatureTable) -> Floats:
    """Give what the trees see of a race.

    Returns
    -------
    float64[D, F + 3]
        The features, the filter's strength and odds, and the horizon as 0, 1 or 2.
    """
    horizon = np.full(len(table.driver_ids), HORIZONS.index(table.horizon))
    columns = [table.base_strength, logit(table.base_hazard), horizon]
    # LightGBM keeps thresholds in decimal: single precision would put a value on either side.
    return np.column_stack([table.values.astype(np.float64), *columns])
