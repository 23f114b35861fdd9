"""The learned layer as past seasons would have had it: no model forecasts what it has seen.

A season after the last race that the serving model has learnt from is forecast by that model.
For one before, a model of its kind is trained on the seasons before it, as a user would have
done in that winter, and its weight rests on models trained likewise for still earlier seasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from predictor.fingerprint import digest
from predictor.learn.learned_layer import Layer
from predictor.learn.model_kinds import DEFAULT_KIND, RACE_OUTCOME
from services.backtesting.folders import season_folder
from services.registry.layout import SHIPPED
from services.registry.registry import active_bundle
from services.training.folds import clear_checkpoints
from services.training.groundwork import FIRST_SCORED, TrainOptions, is_enough_before
from services.training.learning_data import seasons_there
from services.training.train import Learnt, learn

if TYPE_CHECKING:
    from pathlib import Path

    from predictor.learn.bundle import ModelBundle
    from predictor.learn.outcome.evidence import RaceEvidence
    from services.settings.limits import Limits
    from services.training.folds import Fold

__all__ = ["PastLayers", "past_layers"]


@dataclass(frozen=True, slots=True)
class PastLayers:
    """The layer of every season, and what is to be told of trainings."""

    layers: Mapping[int, Layer]
    notes: tuple[str, ...] = ()


def past_layers(
    options: TrainOptions, seasons: Sequence[int], limits: Limits, *, shipped: Path = SHIPPED
) -> PastLayers:
    """Return the layer that each season is forecast with, trained where need be.

    Parameters
    ----------
    options : TrainOptions
        Where seasons and models lie, and how to train; its kind and last season are not looked at.
    seasons : sequence of int
    limits : Limits
    shipped : Path
        The folder of models that comes with the product.

    Returns
    -------
    PastLayers
        A season before which there is too little to learn from has a layer without a model.

    Raises
    ------
    UsageError
        If a season is not there.
    F1Error
        As `services.training.train.learn`.
    """
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415 - NumPy

    for season in seasons:  # before the long work
        season_folder(options.data, season)
    served = active_bundle(options.folder, shipped=shipped, features_digest=features_digest())
    serving = Layer(served.bundle, notes=served.notes)
    layers = {season: serving for season in seasons if _is_after(season, served.bundle)}
    to_train = sorted(season for season in set(seasons) - set(layers) if season >= FIRST_SCORED)
    kind = served.bundle.kind if served.bundle is not None else DEFAULT_KIND
    models, notes = _trained(replace(options, kind=kind), to_train, limits)
    for season in set(seasons) - set(layers):
        none = f"there are too few seasons before {season} to train a model on"
        bundle = models.get(season)
        layers[season] = Layer(bundle, notes=(*served.notes, *([] if bundle else [none])))
    return PastLayers({season: layers[season] for season in seasons}, notes)


def _is_after(season: int, bundle: ModelBundle | None) -> bool:
    """Whether a model has seen no race of a season, nor of later ones."""
    return bundle is not None and int(bundle.trained_until[:4]) < season


def _trained(
    options: TrainOptions, seasons: Sequence[int], limits: Limits
) -> tuple[dict[int, ModelBundle], tuple[str, ...]]:
    """Train one model per season, in rising order, on the seasons before; none on too few."""
    before = [one for one in seasons_there(options.data) if seasons and one < seasons[-1]]
    if not before:
        return {}, ()
    options = replace(options, until=before[-1])
    learnt, _, pieces = learn(options, limits, (options.kind,), with_models=True)
    clear_checkpoints(options.folder, pieces)
    return dict(_bundles(learnt, options.kind, seasons)), learnt.notes


def _bundles(
    learnt: Learnt, kind: str, seasons: Sequence[int]
) -> Iterator[tuple[int, ModelBundle]]:
    from predictor.evaluate.model_races import evidence_of_races, joined  # noqa: PLC0415 - NumPy

    races = joined(learnt.published, {kind: learnt.forecasts(kind)})
    evidence = evidence_of_races(races, kind)
    folds = learnt.folds[kind]
    for season in seasons:
        if is_enough_before(season, learnt.examples):
            # The last one comes after all that was learnt from.
            fold = folds[season] if season in folds else folds[None]
            earlier = tuple(one for one in evidence if one.season < season)
            yield season, _bundle(season, kind, fold, earlier)


def _bundle(season: int, kind: str, fold: Fold, evidence: tuple[RaceEvidence, ...]) -> ModelBundle:
    from predictor.learn.bundle import ModelBundle  # noqa: PLC0415 - with the library's layers
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415

    return ModelBundle(
        name=RACE_OUTCOME,
        version=f"before-{season}",
        kind=kind,
        digest=digest((dict(fold.files), evidence)),
        trained_until=fold.trained_until,
        features_digest=features_digest(),
        files=fold.files,
        evidence=evidence,
    )
