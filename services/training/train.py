"""Train a version: read, learn, forecast past seasons by models that had not seen them, register.

Every step is a piece of work whose result is kept (`services.training.work`), and a training in
progress leaves checkpoints; so after a kill the same command goes on where it was, and comes to
the same model, bit by bit.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.fingerprint import digest_of_bytes
from predictor.learn.model_kinds import RACE_OUTCOME
from predictor.vocabulary import Horizon
from services.registry.changes import NewVersion, register
from services.registry.layout import SHIPPED
from services.registry.version_files import CARD, EVIDENCE, REFERENCE
from services.settings import environment
from services.settings.limits import Limits
from services.training.folds import Fold, clear_checkpoints, fold_of, forecasts_of
from services.training.groundwork import TrainOptions, check_kinds, groundwork
from services.training.work import Piece, Workshop

if TYPE_CHECKING:
    from predictor.evaluate.model_scores import ModelsOfRace
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.card import Training
    from predictor.learn.features.examples import RaceExample
    from predictor.learn.outcome.evidence import RaceEvidence
    from predictor.learn.outcome.past_forecasts import PastForecast
    from predictor.learn.outcome.ruler import Ruler

__all__ = ["Learnt", "Trained", "learn", "train"]

_CHOSEN_UP_TO = 2021  # the last season by whose scores anything was chosen
_MODEL = "model"


@dataclass(frozen=True, slots=True)
class Learnt:
    """Trainings of one or more kinds on the same races, and the forecasts published of them."""

    examples: tuple[RaceExample, ...]
    published: tuple[RaceForecast, ...]
    ruler: Ruler  # that these are
    folds: Mapping[str, Mapping[int | None, Fold]]  # kind -> season -> fold; None: the model
    notes: tuple[str, ...]

    def forecasts(self, kind: str) -> tuple[PastForecast, ...]:
        """Give a kind's forecasts of seasons that it had not seen."""
        of_season = self.folds[kind]
        seasons = sorted(season for season in of_season if season is not None)
        return tuple(one for season in seasons for one in forecasts_of(of_season[season]))


@dataclass(frozen=True, slots=True)
class Trained:
    """A version that has been registered."""

    version: str
    kind: str
    trained_until: str
    seconds: float  # of all of it, by the clock
    model_seconds: float  # of training the model itself
    n_pieces_done: int  # that had not been done by an earlier run
    notes: tuple[str, ...]


def train(options: TrainOptions, limits: Limits, *, shipped: Path = SHIPPED) -> Trained:
    """Train a model and register it as a candidate.

    Raises
    ------
    UsageError
        If a season is not there, or the kind is none.
    PackageMissing
        If what trains the kind is not installed.
    NoUsableInput
        If there is no race to learn from.
    AlreadyRunning
        If another process is at the same training, or changes the registry.
    OutputNotWritable
        If the folder cannot be written.
    ModelUnusable
        If the registry there was written by another version of this product.
    F1Error
        As `services.execution.executor.Executor.map`.
    """
    from predictor.evaluate.model_races import joined  # noqa: PLC0415 - NumPy

    began = time.perf_counter()
    check_kinds((options.kind,), "--kind")
    learnt, workshop, pieces = learn(options, limits, (options.kind,), with_models=True)
    folds = learnt.folds[options.kind]
    fold = folds[None]
    races = joined(learnt.published, {_MODEL: learnt.forecasts(options.kind)})
    created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    new = _new_version(options, learnt, fold, races, created)
    version = register(options.folder, limits.models, new, shipped=shipped)
    clear_checkpoints(options.folder, pieces)  # a result is kept, or registered
    return Trained(
        version=version,
        kind=options.kind,
        trained_until=fold.trained_until,
        seconds=time.perf_counter() - began,
        model_seconds=fold.seconds,
        n_pieces_done=workshop.n_done,
        notes=learnt.notes,
    )


def learn(
    options: TrainOptions, limits: Limits, kinds: Sequence[str], *, with_models: bool
) -> tuple[Learnt, Workshop, list[Piece]]:
    """Do all the long work: examples, published forecasts, folds of every kind.

    Parameters
    ----------
    options : TrainOptions
        Its own kind is not looked at.
    kinds : sequence of str
        As `check_kinds` lets them pass.
    with_models : bool
        Also train each kind on everything.

    Raises
    ------
    F1Error
        As `train`.
    """
    ground = groundwork(options, limits)
    workshop = ground.workshop
    seasons: list[int | None] = [*([None] if with_models else []), *reversed(ground.scored)]
    folds = {kind: ground.folds(kind, seasons, options.seed, options.settings) for kind in kinds}
    pieces = [piece for kind in kinds for piece in folds[kind]] + list(ground.published[::-1])
    workshop.results(pieces)  # the longest first, side by side
    published, ruler, notes = ground.forecasts()
    done = {
        kind: dict(zip(seasons, map(fold_of, workshop.results(folds[kind])), strict=True))
        for kind in kinds
    }
    told = [note for of_kind in done.values() for fold in of_kind.values() for note in fold.notes]
    learnt = Learnt(ground.examples, published, ruler, done, (*notes, *told))
    return learnt, workshop, pieces


def _metrics(races: Sequence[ModelsOfRace]) -> dict[str, Any]:
    """Give scores of the seasons that anything was chosen by, and of those since."""
    from predictor.evaluate.model_races import FILTER  # noqa: PLC0415 - NumPy
    from predictor.evaluate.model_scores import compare_models  # noqa: PLC0415

    found = {}
    for is_later in (False, True):
        part = [race for race in races if (race.season > _CHOSEN_UP_TO) is is_later]
        if part:
            span = f"{part[0].season} to {part[-1].season}"
            found[span] = compare_models(part, FILTER)
    return found


def _new_version(
    options: TrainOptions,
    learnt: Learnt,
    fold: Fold,
    races: Sequence[ModelsOfRace],
    created: str,
) -> NewVersion:
    from predictor.evaluate.model_races import evidence_of_races  # noqa: PLC0415 - NumPy
    from predictor.learn.card import card_content, card_markdown  # noqa: PLC0415
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415
    from predictor.learn.monitoring.drift import drift_reference  # noqa: PLC0415

    evidence = evidence_of_races(races, _MODEL)
    training = _training(options, learnt, fold)
    digests = {name: digest_of_bytes(data) for name, data in fold.files.items()}
    weights = _weights(evidence)
    reference = drift_reference([example.table for example in learnt.examples])
    about = {
        EVIDENCE: msgspec.json.encode(evidence),
        REFERENCE: msgspec.json.encode(reference),
        "training.json": _json(
            {
                "command": replace(options, folder=Path(), data=Path(), history=None),
                "history": fold.history,
                "notes": learnt.notes,
                "machine": environment.host_facts(),
            }
        ),
    }

    def about_version(version: str) -> dict[str, bytes]:
        card = card_content(
            RACE_OUTCOME,
            version,
            training,
            digests,
            _metrics(races),
            weights,
            learnt.ruler,
            created,
        )
        return {**about, CARD: _json(card), "card.md": card_markdown(card).encode()}

    return NewVersion(
        name=RACE_OUTCOME,
        kind=options.kind,
        model=fold.files,
        about=about_version,
        trained_until=fold.trained_until,
        features_digest=features_digest(),
        created=created,
        is_major=options.is_major,
    )


def _training(options: TrainOptions, learnt: Learnt, fold: Fold) -> Training:
    """Say how the model came about."""
    from predictor.learn.card import Training  # noqa: PLC0415 - with the library's layers

    return Training(
        kind=options.kind,
        seasons=sorted({example.table.season for example in learnt.examples}),
        n_races=fold.n_races,
        n_examples=len(learnt.examples),
        trained_until=fold.trained_until,
        seed=options.seed,
        device=options.device,
        settings=fold.settings,
        n_epochs=len(fold.history),
        seconds=fold.seconds,
        libraries=environment.learner_versions(),
    )


def _weights(evidence: Sequence[RaceEvidence]) -> dict[str, Any]:
    """Choose the model's share at each horizon."""
    from predictor.learn.outcome.evidence import choose_weight  # noqa: PLC0415 - NumPy

    return {
        horizon.value: msgspec.to_builtins(
            choose_weight([one for one in evidence if one.horizon == horizon])
        )
        for horizon in Horizon
    }


def _json(value: object) -> bytes:
    payload = msgspec.json.encode(value, enc_hook=str, order="deterministic")
    return msgspec.json.format(payload, indent=1) + b"\n"
