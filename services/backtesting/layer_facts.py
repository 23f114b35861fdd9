"""The learned layer of past seasons: which model each was forecast with, and at what weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from predictor.learn.learned_layer import Layer

__all__ = ["layer_facts"]


def layer_facts(
    layers: Mapping[int, Layer], weights: Mapping[int, Mapping[str, float | None]]
) -> dict[str, Any]:
    """Return what figures say of the layer, under ``layers`` by season; nothing without one.

    Parameters
    ----------
    layers : mapping of season to Layer
    weights : mapping of season to mapping of str to float or None
        By horizon: the mean over races.
    """
    from predictor.forecast.learned_report import name_of  # noqa: PLC0415 - NumPy
    from predictor.report.learned_block import model_facts  # noqa: PLC0415

    facts = {
        str(season): {
            **model_facts(name_of(layer.active)),
            "weights": dict(weights.get(season, {})),
        }
        for season, layer in layers.items()
    }
    return {"layers": facts} if facts else {}
