"""What the ML layer did in a season: weights, what they rest on, and what runs beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from predictor.forecast.blend import Blend
from predictor.learn.bundle import ModelBundle
from predictor.learn.monitoring.drift import DriftReport
from predictor.learn.outcome.evidence import RaceEvidence, WeightChoice, choose_weight
from predictor.vocabulary import Horizon

__all__ = ["LayerReport", "ModelName", "layer_report", "name_of"]


@dataclass(frozen=True, slots=True)
class ModelName:
    """Which model it was."""

    name: str
    version: str
    kind: str
    digest: str
    trained_until: str
    is_shipped: bool


@dataclass(frozen=True, slots=True)
class LayerReport:
    """The layer in one season.

    Attributes
    ----------
    model, candidate : ModelName or None
        Who serves, and who runs in its shadow.
    weights : mapping of horizon to WeightChoice
        After every race that is known; empty where the model is asked about no event.
    blends : mapping of event id to Blend
    scored, shadow : tuple of RaceEvidence
        Of this season's races, in calendar order: the model's and the candidate's.
    drift : DriftReport, optional
        Of the features of this season's races.
    new_regulations : bool
        Whether this season's technical rules are new.
    notes : tuple of str
        What a reader should know.
    """

    model: ModelName | None
    candidate: ModelName | None
    weights: Mapping[str, WeightChoice]
    blends: Mapping[str, Blend]
    scored: tuple[RaceEvidence, ...]
    shadow: tuple[RaceEvidence, ...]
    drift: DriftReport | None
    new_regulations: bool
    notes: tuple[str, ...]


def layer_report(
    bundle: ModelBundle | None,
    candidate: ModelBundle | None,
    blends: Mapping[str, Blend],
    scored: Sequence[RaceEvidence],
    shadow: Sequence[RaceEvidence],
    drift: DriftReport | None,
    notes: Sequence[str],
    *,
    new_regulations: bool = False,
) -> LayerReport:
    """Put together what `LayerReport` lists."""
    evidence = [*(bundle.evidence if bundle is not None else ()), *scored]
    weights = {
        horizon.value: choose_weight([one for one in evidence if one.horizon == horizon])
        for horizon in Horizon
    }
    reasons = {one.reason: None for one in blends.values() if one.reason}
    # A model that may be asked nowhere has no weight, however well later seasons speak of it.
    is_asked = not blends or any(not one.reason for one in blends.values())
    return LayerReport(
        name_of(bundle),
        name_of(candidate),
        weights if bundle is not None and is_asked else {},
        blends,
        tuple(scored),
        tuple(shadow),
        drift,
        new_regulations,
        tuple(dict.fromkeys([*notes, *reasons])),
    )


def name_of(bundle: ModelBundle | None) -> ModelName | None:
    """Return which model a bundle is; None of none."""
    if bundle is None:
        return None
    return ModelName(
        bundle.name,
        bundle.version,
        bundle.kind,
        bundle.digest,
        bundle.trained_until,
        bundle.is_shipped,
    )
