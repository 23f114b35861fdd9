"""The learned layer of past seasons: which model each was forecast with, and at what weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from predictor.learn.bundle import ModelBundle
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
    facts = {
        str(season): {**_model(layer.active), "weights": dict(weights.get(season, {}))}
        for season, layer in layers.items()
    }
    return {"layers": facts} if facts else {}


def _model(bundle: ModelBundle | None) -> dict[str, Any]:
    """Give the words of the season document; all None where no model may be used."""
    names = ("model", "version", "kind", "digest", "trained_until", "shipped")
    if bundle is None:
        return dict.fromkeys(names)
    values = (bundle.name, bundle.version, bundle.kind, bundle.digest, bundle.trained_until)
    return dict(zip(names, (*values, bundle.is_shipped), strict=True))
