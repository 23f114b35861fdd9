"""What the season document says of the ML layer: who serves, its weight, and on what evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from predictor.forecast.blend import Blend
from predictor.forecast.learned_report import LayerReport, ModelName
from predictor.learn.outcome.evidence import RaceEvidence, WeightChoice
from predictor.notes import Note, NoteKind
from predictor.report.rows import rounded

__all__ = ["event_layer", "layer_block", "layer_notes", "model_facts"]

_WHERE = "ML layer"
_STANDS_ALONE = "forecasts rest on the statistical model alone"


def layer_block(layer: LayerReport) -> dict[str, Any]:
    """Give the layer's part of the document's metadata."""
    return {
        **model_facts(layer.model),
        "weights": {horizon: _choice(one) for horizon, one in layer.weights.items()},
        "races_scored": len(layer.scored),
        "place_log_loss": _losses(layer.scored),
        "candidate": _candidate(layer),
        "drift": msgspec.to_builtins(layer.drift) if layer.drift is not None else None,
        "new_regulations": layer.new_regulations,
        "notes": list(layer.notes),
    }


def event_layer(event_id: str, blend: Blend, layer: LayerReport) -> dict[str, Any]:
    """Give what the layer did to one event's forecast, and how it fared once the race is run."""
    scored = tuple(one for one in layer.scored if one.event_id == event_id)
    return {
        **_choice(blend.choice),
        "reason": blend.reason or None,
        **({"place_log_loss": _losses(scored)} if scored else {}),
    }


def layer_notes(layer: LayerReport | None) -> list[Note]:
    """Say where forecasts do not rest on the layer that the user asked for."""
    if layer is None:
        return []
    notes = [Note(NoteKind.MODEL_TROUBLE, text, where=_WHERE) for text in layer.notes]
    if layer.model is None:
        text = f"no model that can be used; {_STANDS_ALONE}"
        return [*notes, Note(NoteKind.MODEL_MISSING, text, where=_WHERE)]
    asked = [one for one in layer.blends.values() if not one.reason]
    if asked and not any(one.choice.weight for one in asked):
        text = f"{layer.model.name} {layer.model.version} {_without_weight(layer)}; {_STANDS_ALONE}"
        notes.append(Note(NoteKind.MODEL_WITHOUT_WEIGHT, text, where=_WHERE))
    elif asked:
        text = "title odds rest on the simulated races alone"
        notes.append(Note(NoteKind.MODEL_NOT_IN_TITLES, text, where=_WHERE))
    return notes


def _without_weight(layer: LayerReport) -> str:
    """Say where a model that moves no forecast here has weight 0: not everywhere, as a rule."""
    borne_out = [f"({horizon})" for horizon, one in layer.weights.items() if one.weight]
    if not borne_out:
        return "has weight 0 everywhere, because earlier races do not bear it out"
    return (
        "has weight 0 in every forecast here, because races earlier than each do not bear it out; "
        f"those known now do at {' and '.join(borne_out)}"
    )


def model_facts(model: ModelName | None) -> dict[str, Any]:
    """Return the words that say which model it is; all None where there is none."""
    names = ("model", "version", "kind", "digest", "trained_until", "shipped")
    if model is None:
        return dict.fromkeys(names)
    values = (model.name, model.version, model.kind, model.digest, model.trained_until)
    return dict(zip(names, (*values, model.is_shipped), strict=True))


def _choice(choice: WeightChoice) -> dict[str, Any]:
    return {
        "weight": rounded(choice.weight, 3),
        "best_weight": rounded(choice.best, 3),
        "gain": rounded(choice.gain, 5),
        "se": rounded(choice.se, 5),
        "winner_gain": rounded(choice.winner_gain, 5),
        "n": choice.n_races,
    }


def _losses(scored: Sequence[RaceEvidence]) -> dict[str, float] | None:
    """Give mean place log losses: the forecast without the layer, the model's, the grid's."""
    if not scored:
        return None
    columns = {
        "filter": [one.losses[0] for one in scored],
        "model": [one.model_loss for one in scored],
        "grid": [one.grid_loss for one in scored],
    }
    return {name: rounded(float(np.mean(column))) for name, column in columns.items()}


def _candidate(layer: LayerReport) -> dict[str, Any] | None:
    """Compare the candidate with the model that serves, on races that neither had seen."""
    if layer.candidate is None:
        return None
    served = {one.event_id: one.model_loss for one in layer.scored}
    gains = [served[x.event_id] - x.model_loss for x in layer.shadow if x.event_id in served]
    n_races = len(gains)
    return {
        **model_facts(layer.candidate),
        "n": n_races,
        "gain": rounded(float(np.mean(gains))) if gains else None,
        "se": rounded(float(np.std(gains, ddof=1)) / math.sqrt(n_races)) if n_races > 1 else None,
    }
