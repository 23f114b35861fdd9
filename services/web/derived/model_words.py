"""What is said of the learned model: which has a say, how much, and whether it still holds."""

from __future__ import annotations

from msgspec import UNSET

from predictor.published.event_types import Event
from predictor.published.learned_types import Drift, LearnedModel, PlaceLogLoss
from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.skill import Difference, difference

__all__ = [
    "drift_sentence",
    "layer_of",
    "losses_sentence",
    "models_headline",
    "paired_losses",
    "share_words",
]


def layer_of(document: SeasonDocument | None) -> LearnedModel | None:
    """Return what a document says of its model; None where none was asked for."""
    if document is None or document.metadata.ml_layer is UNSET:
        return None
    return document.metadata.ml_layer


def models_headline(layer: LearnedModel | None) -> str:
    """Return whether a learned model has a say in the forecast, and how much."""
    if layer is None:
        return "No learned model has a say in the forecast"
    if layer.version is None:
        return "A learned model is asked for, and none can be used"
    name = f"Model {layer.version}"
    shares = [one.weight for one in layer.weights.values()]
    if not shares or max(shares) == 0.0:
        return f"{name} is asked, and earlier races give it no say"
    low, high = min(shares), max(shares)
    said = share_words(high) if low == high else f"up to {share_words(high)}"
    drifted = len(layer.drift.alarms) if layer.drift else 0
    first = f"{name} has a say of {said} in the forecast"
    if not drifted:
        return first
    has = "feature has" if drifted == 1 else "features have"
    return f"{first}; {figures.spelt(drifted)} {has} drifted"


def share_words(weight: float) -> str:
    """Return a weight in the pool, where 0 % stands for none."""
    return figures.share(weight, 1.0)


def drift_sentence(drift: Drift | None) -> str:
    """Return whether the season's features are those that the model knows."""
    if drift is None:
        return "No model serves whose features could drift"
    if drift.note:
        return "Whether features have drifted cannot be told"
    n = len(drift.alarms)
    if n == 0:
        return "No feature has drifted"
    said = figures.spelt(n)
    return f"{said[0].upper()}{said[1:]} {'feature has' if n == 1 else 'features have'} drifted"


def paired_losses(document: SeasonDocument) -> dict[str, Difference]:
    """Compare the model with the forecast without it and with the grid, race by race.

    Returns
    -------
    dict
        ``filter`` and ``grid`` -> how much more each lost than the model, in place log loss;
        empty where no race has been scored.
    """
    scored = {
        event.metadata.event_id: losses
        for event in document.predictions.values()
        if (losses := _losses(event)) is not None
    }
    if not scored:
        return {}
    mine = {name: one.model for name, one in scored.items()}
    return {
        "filter": difference(mine, {name: one.filter for name, one in scored.items()}),
        "grid": difference(mine, {name: one.grid for name, one in scored.items()}),
    }


def _losses(event: Event) -> PlaceLogLoss | None:
    said = event.metadata.ml
    if said is UNSET or said.place_log_loss is UNSET:
        return None
    return said.place_log_loss


def losses_sentence(paired: dict[str, Difference]) -> str:
    """Return how the model did this season, as the title of a table."""
    if not paired:
        return "No race of this season has been scored with it"
    n = paired["filter"].n
    if n < 2:
        return "One race has been scored with it, which says nothing"
    words = {
        "better": "Alone it is better than the forecast without it",
        "worse": "Alone it is worse than the forecast without it",
        "level": "Alone it is level with the forecast without it",
    }
    return words[paired["filter"].word]
