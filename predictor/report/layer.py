"""What the season document says of the ML layer: who serves, its weight, and on what evidence."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np

from predictor.forecast.blend import Blend
from predictor.forecast.layer_report import LayerReport, ModelName
from predictor.forecast.options import ForecastOptions
from predictor.learn.evidence import RaceEvidence, WeightChoice
from predictor.report.rows import rounded

__all__ = ["event_layer", "layer_block", "layer_notes"]

_STANDS_ALONE = "forecasts rest on the statistical model alone"


def layer_block(layer: LayerReport) -> dict[str, Any]:
    """Give the layer's part of the document's metadata."""
    return {
        "model": _model(layer.model),
        "candidate": _model(layer.candidate),
        "weights": {horizon: _choice(one) for horizon, one in layer.weights.items()},
        "races_scored": len(layer.scored),
        "place_log_loss": _losses(layer.scored),
        "shadow": _shadow(layer),
        "drift": msgspec.to_builtins(layer.drift) if layer.drift is not None else None,
        "notes": list(layer.notes),
    }


def event_layer(event_id: str, blend: Blend, layer: LayerReport) -> dict[str, Any]:
    """Give what the layer did to one event's forecast, and how it fared once the race is run."""
    scored = next((one for one in layer.scored if one.event_id == event_id), None)
    return {
        **_choice(blend.choice),
        "reason": blend.reason or None,
        "place_log_loss": _losses((scored,)) if scored is not None else None,
    }


def layer_notes(layer: LayerReport | None, options: ForecastOptions) -> list[str]:
    """Say where forecasts do not rest on the layer that the user asked for."""
    if not options.use_ml_layer:
        return []
    if layer is None or layer.model is None:
        why = [f"ML layer: {note}" for note in (layer.notes if layer is not None else ())]
        return [*why, f"ML layer: no model that can be used; {_STANDS_ALONE}"]
    notes = [f"ML layer: {note}" for note in layer.notes]
    if layer.blends and not any(one.choice.weight for one in layer.blends.values()):
        notes.append(
            f"ML layer: {layer.model.name} {layer.model.version} has weight 0 everywhere, because "
            f"earlier races do not bear it out; {_STANDS_ALONE}"
        )
    elif layer.blends:
        notes.append("ML layer: title odds rest on the simulated races alone")
    return notes


def _model(model: ModelName | None) -> dict[str, Any] | None:
    return msgspec.to_builtins(model) if model is not None else None


def _choice(choice: WeightChoice) -> dict[str, Any]:
    return {
        "weight": rounded(choice.weight, 3),
        "gain": _number(choice.gain),
        "se": _number(choice.se),
        "races": choice.n_races,
    }


def _losses(scored: tuple[RaceEvidence, ...]) -> dict[str, float] | None:
    """Give mean place log losses: simulated alone, learned alone, and the grid's."""
    if not scored:
        return None
    return {
        "simulated": rounded(float(np.mean([one.losses[0] for one in scored])), 5),
        "learned": rounded(float(np.mean([one.model_loss for one in scored])), 5),
        "grid": rounded(float(np.mean([one.grid_loss for one in scored])), 5),
    }


def _shadow(layer: LayerReport) -> dict[str, Any] | None:
    """Compare the candidate with the model that serves, race by race."""
    served = {one.event_id: one.model_loss for one in layer.scored}
    gains = [served[x.event_id] - x.model_loss for x in layer.shadow if x.event_id in served]
    if layer.candidate is None:
        return None
    n_races = len(gains)
    se = float(np.std(gains, ddof=1)) / math.sqrt(n_races) if n_races > 1 else None
    return {
        "races": n_races,
        "gain": rounded(float(np.mean(gains)), 5) if gains else None,
        "se": rounded(se, 5) if se is not None else None,
    }


def _number(value: float) -> float | None:
    return rounded(value, 5) if math.isfinite(value) else None
