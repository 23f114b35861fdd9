"""Train a version: read, learn, forecast past seasons by models that had not seen them, register.

Every step is a piece of work whose result is kept (`services.training.work`), and a training in
progress leaves checkpoints; so after a kill the same command goes on where it was, and comes to
the same model, bit by bit.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from predictor.errors import PackageMissing, UsageError
from predictor.fingerprint import decode, digest_of_bytes
from predictor.learn.model_kinds import DEFAULT_KIND, KINDS, RACE_OUTCOME, kinds_of
from predictor.vocabulary import Horizon
from services.backtesting.season_tasks import season_tasks
from services.disk.program import how_to_install
from services.execution.local_processes import LocalProcesses
from services.registry.changes import NewVersion, register
from services.registry.checkpoints import Checkpoints, remove_abandoned
from services.registry.layout import SHIPPED, checkpoints_folder
from services.registry.version_files import CARD, EVIDENCE, RACES, REFERENCE
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.training.folds import Fold, FoldTask, fold_of, fold_pieces, forecasts_of
from services.training.learning_data import data_digests, read_examples, seasons_there
from services.training.published import published_forecasts, published_pieces
from services.training.work import Piece, Workshop

if TYPE_CHECKING:
    from predictor.evaluate.model_scores import ModelsOfRace
    from predictor.evaluate.race_forecast import RaceForecast
    from predictor.learn.features.examples import RaceExample
    from predictor.learn.outcome.evidence import RaceEvidence
    from predictor.learn.outcome.past_forecasts import PastForecast

__all__ = [
    "FIRST_SCORED",
    "Learnt",
    "TrainOptions",
    "Trained",
    "check_kinds",
    "clear_checkpoints",
    "is_enough_before",
    "learn",
    "train",
]

FIRST_SCORED = 2017
_FEWEST_SEASONS, _FEWEST_RACES = 3, 12  # before a season, for a model to learn from
_CHOSEN_UP_TO = 2021  # the last season by whose scores anything was chosen
_MODEL = "model"


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """What a user asks for."""

    data: Path
    folder: Path
    kind: str = DEFAULT_KIND
    until: int | None = None  # the last season to learn from; None: the last there is
    history: Path | None = None
    # Of the published forecasts that the evidence is about. A model's table of places is exact,
    # and pooling with it would seem to gain where it only smooths a count of few races.
    n_simulations: int = 20_000
    seed: int = 1
    device: str = "cpu"
    jobs: int | None = None
    settings: Mapping[str, float] = field(default_factory=dict)  # of a kind, other than usual


@dataclass(frozen=True, slots=True)
class Learnt:
    """Trainings of one or more kinds on the same races, and the forecasts published of them."""

    examples: tuple[RaceExample, ...]
    published: tuple[RaceForecast, ...]
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


def check_kinds(kinds: Sequence[str], option: str) -> None:
    """Make sure before any work that there are such kinds, and what trains them.

    Raises
    ------
    UsageError
        If there is no such kind.
    PackageMissing
        If what trains one is not installed.
    """
    known = kinds_of(RACE_OUTCOME)
    for kind in kinds:
        if kind not in known:
            raise UsageError(
                "no such kind of model",
                where=option,
                got=repr(kind),
                expected=", ".join(known),
                do="name one of them",
            )
        for package in KINDS[kind].packages:
            if not environment.is_installed(package):
                raise PackageMissing(
                    f"training the kind {kind} needs the package {package}",
                    where=option,
                    do=how_to_install("learn"),
                )


def clear_checkpoints(folder: Path, pieces: Sequence[Piece]) -> None:
    """Remove the checkpoints of trainings that are done, and of those long abandoned."""
    for piece in pieces:
        if isinstance(piece.task, FoldTask):
            Checkpoints(piece.task.checkpoints).clear()
    remove_abandoned(checkpoints_folder(folder), time.time())


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
    there = seasons_there(options.data)
    until = options.until or there[-1]
    digests = data_digests(options.data, options.history, limits)
    settings = RunRequest(
        options.data, history=options.history, n_simulations=options.n_simulations, jobs=1
    )
    workshop = Workshop(options.folder / ".cache", limits, LocalProcesses(options.jobs))
    task = season_tasks(options.data, [until], tuple(Horizon), settings, limits)[0]
    depends = ["examples", 1, until, digests.up_to(until)]
    reading = Piece("features", read_examples, task, depends)
    examples = _examples_of(workshop.results([reading])[0])
    scored = _scored(examples, there)
    published = published_pieces(scored, settings, limits, digests)
    seasons: list[int | None] = [*([None] if with_models else []), *reversed(scored)]
    folds = {
        kind: fold_pieces(
            kind,
            seasons,
            examples,
            seed=options.seed,
            device=options.device,
            settings=options.settings,
            store=workshop.folder,
            key=reading.key(environment.learner_versions()),
            checkpoints=checkpoints_folder(options.folder),
        )
        for kind in kinds
    }
    pieces = [piece for kind in kinds for piece in folds[kind]] + published[::-1]
    workshop.results(pieces)  # the longest first, side by side
    found, notes = published_forecasts(workshop, published)
    done = {
        kind: dict(zip(seasons, map(fold_of, workshop.results(folds[kind])), strict=True))
        for kind in kinds
    }
    told = [note for of_kind in done.values() for fold in of_kind.values() for note in fold.notes]
    return Learnt(examples, found, done, (*notes, *told)), workshop, pieces


def is_enough_before(season: int, examples: Sequence[RaceExample]) -> bool:
    """Return whether a model has enough to learn from before a season that it then forecasts."""
    tables = [example.table for example in examples]
    races = {(table.season, table.event_id) for table in tables if table.season < season}
    n_seasons = len({year for year, _ in races})
    enough = n_seasons >= _FEWEST_SEASONS and len(races) >= _FEWEST_RACES
    return enough and season >= FIRST_SCORED


def _scored(examples: Sequence[RaceExample], there: Collection[int]) -> list[int]:
    """Give the seasons with a folder that are forecast by models which have not seen them."""
    seasons = sorted({example.table.season for example in examples} & set(there))
    return [season for season in seasons if is_enough_before(season, examples)]


def _examples_of(payload: bytes) -> tuple[RaceExample, ...]:
    from predictor.learn.features.examples import RaceExample  # noqa: PLC0415 - NumPy

    return decode(payload, tuple[RaceExample, ...])


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
    from predictor.evaluate.model_races import evidence_of_races, race_losses  # noqa: PLC0415
    from predictor.learn.card import Training, card_content, card_markdown  # noqa: PLC0415
    from predictor.learn.features.definitions import features_digest  # noqa: PLC0415
    from predictor.learn.monitoring.drift import drift_reference  # noqa: PLC0415
    from predictor.learn.outcome.evidence import WEIGHTS  # noqa: PLC0415

    evidence = evidence_of_races(races, _MODEL)
    training = Training(
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
    digests = {name: digest_of_bytes(data) for name, data in fold.files.items()}
    weights = _weights(evidence)
    reference = drift_reference([example.table for example in learnt.examples])
    about = {
        EVIDENCE: msgspec.json.encode(evidence),
        RACES: msgspec.json.encode(race_losses(races, _MODEL, max(WEIGHTS))),
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
            RACE_OUTCOME, version, training, digests, _metrics(races), weights, created
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
