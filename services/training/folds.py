"""Train one model in a process of its own: all races before a season, or all there are.

Trained on the races before a season, a model forecasts that season, which it has not seen: from
such folds come evidence and scores. Checkpoints lie in a folder per training; who is killed goes
on from the last whole one and comes to the same bits.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from predictor.errors import F1Error, NoUsableInput
from predictor.fingerprint import decode, digest, encode
from predictor.learn.model_kinds import load_model, train_model
from services.disk.lock import hold_folder
from services.engine.store import Store
from services.errors import AlreadyRunning
from services.registry.checkpoints import Checkpoints, remove_abandoned
from services.registry.layout import checkpoints_folder
from services.settings.limits import place_of
from services.training.work import Piece

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample
    from predictor.learn.outcome.past_forecasts import PastForecast
    from services.execution.executor import Report

__all__ = [
    "Fold",
    "FoldTask",
    "clear_checkpoints",
    "fold_of",
    "fold_pieces",
    "forecast_examples",
    "forecasts_of",
    "stored_examples",
    "train_fold",
]

_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class FoldTask:
    """What to train, and where things lie."""

    kind: str
    season: int | None  # the first that is not learnt from; None: learn from all
    seed: int
    device: str
    settings: Mapping[str, float]  # other than usual for the kind
    store: Path  # of results; the examples are under this key
    examples: str
    checkpoints: Path


@dataclass(frozen=True, slots=True)
class Fold:
    """What a training came to.

    Attributes
    ----------
    files : mapping of str to bytes
        The model.
    history : tuple
        Of epochs, as plain values.
    trained_until : str
        Date of the last race learnt from.
    seconds : float
        Wall clock of the training, without what was done before it was resumed.
    forecast_ms : tuple of float
        Wall clock of each forecast.
    """

    season: int | None
    n_races: int
    trained_until: str
    files: Mapping[str, bytes]
    settings: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]
    seconds: float
    forecasts: bytes  # canonical bytes of tuple[PastForecast, ...]
    forecast_ms: tuple[float, ...]
    notes: tuple[str, ...]


def fold_pieces(
    kind: str,
    seasons: Sequence[int | None],
    examples: Sequence[RaceExample],
    *,
    seed: int,
    device: str,
    settings: Mapping[str, float],
    store: Path,
    key: str,
    checkpoints: Path,
) -> list[Piece]:
    """Give one piece of work per season, None being the model that learns from everything.

    Parameters
    ----------
    examples : sequence of RaceExample
        Those that lie in ``store`` under ``key``. A fold depends on its own season and on those
        before, so that races added later leave it as it is.
    """
    of_season: dict[int, list[RaceExample]] = {}
    for example in examples:
        of_season.setdefault(example.table.season, []).append(example)
    digests = {season: digest(tuple(found)) for season, found in of_season.items()}
    pieces = []
    for season in seasons:
        rests_on = [
            value for one, value in sorted(digests.items()) if season is None or one <= season
        ]
        depends = ["fold", 1, kind, season, seed, device, dict(settings), rests_on]
        name = f"{kind} {season or 'final'}"
        place = f"{kind}-{season or 'final'}-{digest(depends)[7:19]}"
        task = FoldTask(kind, season, seed, device, settings, store, key, checkpoints / place)
        pieces.append(Piece(name, train_fold, task, depends))
    return pieces


def train_fold(task: FoldTask, report: Report) -> bytes:
    """Give a `Fold` as canonical bytes; see `fold_of`.

    Raises
    ------
    NoUsableInput
        If there is no race to learn from.
    AlreadyRunning
        If another process is at the same training.
    F1Error
        If the examples are not in the store, or the model cannot be trained, as when a library
        is missing.
    """
    known, ahead = _parted(stored_examples(task.store, task.examples), task.season)
    if not known:
        raise NoUsableInput(
            f"no race before {task.season} to learn from",
            where="the folder of seasons",
            do="name one with earlier seasons: --data, --history",
        )
    task.checkpoints.mkdir(parents=True, exist_ok=True)
    with _held(task.checkpoints):
        checkpoints = Checkpoints(task.checkpoints)
        began = time.perf_counter()
        n_epochs = 0

        def on_epoch(_row: object) -> None:
            nonlocal n_epochs
            n_epochs += 1
            report(n_epochs, n_epochs + 50, f"epoch {n_epochs}")  # how many come is not known

        trained = train_model(
            task.kind,
            known,
            seed=task.seed,
            settings=task.settings,
            device=task.device,
            resume=checkpoints.latest(),
            on_checkpoint=checkpoints.save,
            on_epoch=on_epoch,
        )
        seconds = time.perf_counter() - began
    model = load_model(trained.files)
    forecasts, forecast_ms = forecast_examples(model, ahead)
    fold = Fold(
        season=task.season,
        n_races=len({example.table.event_id for example in known}),
        # A race without a date may have been as late as its season: it counts as seen.
        trained_until=max(example.date or f"{example.table.season}-12-31" for example in known),
        files=trained.files,
        settings=dict(trained.settings),
        history=tuple(asdict(row) for row in trained.history),
        seconds=seconds,
        forecasts=encode(forecasts),
        forecast_ms=forecast_ms,
        notes=tuple(checkpoints.notes),
    )
    return encode(fold)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a training, which one whose parent was killed may still do until its next epoch."""
    until = time.monotonic() + _PATIENCE_S
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(hold_folder(folder))
            except AlreadyRunning:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                break
        yield


def stored_examples(store: Path, key: str) -> tuple[RaceExample, ...]:
    """Read the races to learn from and to forecast.

    Raises
    ------
    F1Error
        If they are not in the store.
    """
    from predictor.learn.features.examples import RaceExample  # noqa: PLC0415 - NumPy

    payload = Store(store, 2**62).get(key)
    if payload is None:
        raise F1Error(
            "the races to learn from are not among the stored results any more",
            where=str(store),
            got="nothing there: the disk did not take them, or they were too large to be kept",
            do=f"free space, or raise max_bytes under {place_of('store')}, and try again",
        )
    return decode(payload, tuple[RaceExample, ...])


def clear_checkpoints(folder: Path, pieces: Sequence[Piece]) -> None:
    """Remove the checkpoints of trainings that are done, and of those long abandoned.

    Parameters
    ----------
    folder : Path
        Of the models.
    pieces : sequence of Piece
    """
    for piece in pieces:
        if isinstance(piece.task, FoldTask):
            Checkpoints(piece.task.checkpoints).clear()
    remove_abandoned(checkpoints_folder(folder), time.time())


def fold_of(payload: bytes) -> Fold:
    """Decode what `train_fold` gave."""
    return decode(payload, Fold)


def forecasts_of(fold: Fold) -> tuple[PastForecast, ...]:
    """Decode the forecasts of a fold."""
    from predictor.learn.outcome.past_forecasts import PastForecast  # noqa: PLC0415 - NumPy

    return decode(fold.forecasts, tuple[PastForecast, ...])


def _parted(
    examples: Sequence[RaceExample], season: int | None
) -> tuple[list[RaceExample], list[RaceExample]]:
    """Give the examples before a season, and those of it."""
    if season is None:
        return list(examples), []
    known = [example for example in examples if example.table.season < season]
    return known, [example for example in examples if example.table.season == season]


def forecast_examples(
    model: Any,  # noqa: ANN401 - an OutcomeModel
    ahead: Sequence[RaceExample],
) -> tuple[tuple[PastForecast, ...], tuple[float, ...]]:
    """Forecast races that a model has not seen; also give how long each took, ms."""
    from predictor.learn.outcome.past_forecasts import PastForecast  # noqa: PLC0415 - NumPy

    found, took_ms = [], []
    for example in ahead:
        began = time.perf_counter()
        order = model.predict(example.table)
        took_ms.append(1000.0 * (time.perf_counter() - began))
        found.append(PastForecast.of(example, order.p_position))
    return tuple(found), tuple(took_ms)
