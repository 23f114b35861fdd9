"""The ML layer as a run uses it: what serves, and what waits to take its place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from predictor.as_of import AsOf
from predictor.learn.bundle import ModelBundle
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus

__all__ = ["Layer", "without_hindsight"]


@dataclass(frozen=True, slots=True)
class Layer:
    """The models of one run.

    Attributes
    ----------
    active : ModelBundle or None
        The model that serves; None where no usable one is at hand.
    candidate : ModelBundle or None
        Runs in its shadow: is scored on the same races, and moves no forecast.
    notes : tuple of str
        What a reader should know: what was found damaged, and what serves in its place.
    """

    active: ModelBundle | None = None
    candidate: ModelBundle | None = None
    notes: tuple[str, ...] = ()


def without_hindsight(layer: Layer, season: SeasonState, as_of: AsOf) -> Layer:
    """Return the layer without models that have learnt from races later than a point.

    Parameters
    ----------
    layer : Layer
    season : SeasonState
        As it was known at that point.
    as_of : AsOf
    """
    to_come = [
        event.date
        for event in season.events
        if event.date and event.status not in (EventStatus.COMPLETED, EventStatus.CANCELLED)
    ]
    notes = list(layer.notes)

    def usable(model: ModelBundle | None) -> ModelBundle | None:
        if model is None:
            return None
        until = model.trained_until
        if until < min(to_come, default="9") and (as_of.day is None or until <= as_of.day):
            return model
        notes.append(
            f"model {model.version} was trained on races up to {until}, some of them later than "
            f"{as_of.words}: it is not used"
        )
        return None

    active, candidate = usable(layer.active), usable(layer.candidate)
    return replace(layer, active=active, candidate=candidate, notes=tuple(notes))
