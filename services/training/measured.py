"""What versions lose on the same races, beside the same published forecast, all of it made now.

A race that a version has not learnt from it forecasts itself. An earlier one is forecast by a model
of its recipe, trained on the seasons before that race's: the version itself has seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import F1Error
from predictor.fingerprint import decode, digest, encode
from predictor.learn.model_kinds import KINDS, load_model
from services.errors import ModelUnusable
from services.registry.version_files import CARD, Version
from services.settings.limits import Limits
from services.training.folds import (
    clear_checkpoints,
    fold_of,
    forecast_examples,
    forecasts_of,
    stored_examples,
)
from services.training.groundwork import Groundwork, TrainOptions, check_kinds, groundwork
from services.training.work import Piece

if TYPE_CHECKING:
    from predictor.learn.monitoring.promotion import Contender
    from predictor.learn.outcome.past_forecasts import PastForecast
    from predictor.learn.outcome.ruler import Ruler
    from services.execution.executor import Report

__all__ = ["Measured", "UnseenTask", "forecast_unseen", "measured"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Versions on the races that all of them forecast, and what they were measured beside."""

    contenders: tuple[Contender, ...]
    ruler: Ruler
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnseenTask:
    """A model's files, the date of the last race it has seen, and where the examples lie."""

    files: Mapping[str, bytes]
    trained_until: str
    store: Path
    examples: str


class _Training(msgspec.Struct):
    """What a card says of how its model was made."""

    seed: int
    settings: dict[str, int | float]  # whole numbers stay such: they are part of keys


class _Card(msgspec.Struct):
    training: _Training


def measured(versions: Sequence[Version], options: TrainOptions, limits: Limits) -> Measured:
    """Measure versions on the races that all of them forecast.

    Parameters
    ----------
    versions : sequence of Version
    options : TrainOptions
        Where the seasons are, and by how many simulations the published forecast is made. How
        a version was trained its card says.

    Raises
    ------
    ModelUnusable
        If a version cannot be loaded, or its card does not say how it was made.
    F1Error
        As `services.training.train.train`.
    """
    from predictor.evaluate.model_races import joined, race_losses  # noqa: PLC0415 - NumPy
    from predictor.learn.monitoring.promotion import Contender  # noqa: PLC0415
    from predictor.learn.outcome.evidence import WEIGHTS  # noqa: PLC0415

    cards = [_card_of(version) for version in versions]
    ground = groundwork(options, limits)
    folds = [_folds(version, card, ground) for version, card in zip(versions, cards, strict=True)]
    unseen = [_unseen(version, ground) for version in versions]
    trained = [piece for of_version in folds for piece in of_version]
    ground.workshop.results([*trained, *unseen, *ground.published[::-1]])
    published, ruler, notes = ground.forecasts()
    forecasts = {
        version.digest: _forecasts(ground, pieces, own)
        for version, pieces, own in zip(versions, folds, unseen, strict=True)
    }
    clear_checkpoints(options.folder, trained)
    races = joined(published, forecasts)
    contenders = tuple(
        Contender(
            version.manifest.version,
            version.manifest.trained_until,
            digest(
                [version.manifest.kind, card.training.settings, version.manifest.features_digest]
            ),
            race_losses(races, version.digest, max(WEIGHTS)),
        )
        for version, card in zip(versions, cards, strict=True)
    )
    return Measured(contenders, ruler, notes)


def forecast_unseen(task: UnseenTask, report: Report) -> bytes:
    """Give a model's forecasts of all races after the last it has seen, as canonical bytes.

    Raises
    ------
    F1Error
        If the examples are not in the store, or the model cannot be loaded.
    """
    examples = stored_examples(task.store, task.examples)
    ahead = [one for one in examples if one.date > task.trained_until]
    report(0, 1, "forecasts")
    forecasts, _ = forecast_examples(load_model(task.files), ahead)
    return encode(forecasts)


def _card_of(version: Version) -> _Card:
    """Check that a version can be measured, and say how it was made."""
    said = version.manifest
    try:
        load_model(version.model)
        card = msgspec.json.decode(version.files[CARD], type=_Card)
    except (F1Error, msgspec.DecodeError) as error:
        raise ModelUnusable(
            f"{said.name} {said.version} cannot be measured",
            got=error.one_line() if isinstance(error, F1Error) else str(error),
            do="train it anew",
        ) from error
    check_kinds((said.kind,), f"{said.name} {said.version}")
    return card


def _folds(version: Version, card: _Card, ground: Groundwork) -> list[Piece]:
    said = version.manifest
    usual = KINDS[said.kind].settings
    changes = {name: v for name, v in card.training.settings.items() if usual.get(name) != v}
    seasons = [season for season in ground.scored if str(season) <= said.trained_until[:4]]
    return ground.folds(said.kind, seasons[::-1], card.training.seed, changes)


def _unseen(version: Version, ground: Groundwork) -> Piece:
    said = version.manifest
    task = UnseenTask(version.model, said.trained_until, ground.workshop.folder, ground.key)
    files = {name: said.files[name].digest for name in said.model}
    depends: Any = ["unseen", 1, files, said.trained_until, ground.key]
    return Piece(f"{said.version} itself", forecast_unseen, task, depends)


def _forecasts(ground: Groundwork, folds: Sequence[Piece], own: Piece) -> tuple[PastForecast, ...]:
    """Put a version's own forecasts of races together with those that its recipe's models made."""
    from predictor.learn.outcome.past_forecasts import PastForecast  # noqa: PLC0415 - NumPy

    unseen = decode(ground.workshop.results([own])[0], tuple[PastForecast, ...])
    itself = {(one.event_id, one.horizon) for one in unseen}
    return (
        *unseen,
        *(
            one
            for answer in ground.workshop.results(folds)
            for one in forecasts_of(fold_of(answer))
            if (one.event_id, one.horizon) not in itself
        ),
    )
