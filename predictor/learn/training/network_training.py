"""Train an ensemble of networks: early stopping on the last season, then all races again.

First every member learns without the last season, which says after how many epochs learning
turns into remembering; then every member learns from all seasons for as long. A checkpoint after
each epoch holds all there is, so that a run that was cut ends with the same bits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.outcome.finishes import classified, logit
from predictor.learn.outcome.inputs import InputScale, fit_input_scale, network_inputs
from predictor.learn.outcome.network import NetworkShape
from predictor.learn.outcome.race_mixture import RaceMixture, fit_race_mixture
from predictor.learn.outcome.tensors import read_tensors, write_tensors
from predictor.learn.training.course import EpochRow, Watch, by_race, stop_if_asked, stopping_epoch
from predictor.learn.training.torch_network import Learner, RaceArrays, Regularisation, reproducible

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample

__all__ = ["NetworkSettings", "Prepared", "TrainedNetworks", "learning_rates", "train_networks"]

_SEARCH, _FINAL = "search", "final"
_PER_CAR = ("inputs", "car", "strength", "odds")


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How big a network is and how it learns.

    Attributes
    ----------
    members : int
        Networks, each from a seed of its own; their outputs are averaged.
    epochs : int
        That the cosine of the learning rate runs over; learning may stop sooner.
    batch_races : int
        Races at one horizon in a batch.
    warm_up : int
        Steps in which the learning rate rises.
    """

    width: int
    layers: int
    heads: int
    feed_forward: int
    members: int
    epochs: int
    batch_races: int
    learning_rate: float
    weight_decay: float
    dropout: float
    feature_dropout: float
    precision: float
    winner_weight: float
    largest_gradient: float
    warm_up: int
    threads: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """Races ready for a network, and the scales they were made with."""

    mixture: RaceMixture
    scale: InputScale
    races: RaceArrays


@dataclass(frozen=True, slots=True)
class TrainedNetworks:
    """What training came to: scales, the weights of every member, the epochs."""

    prepared: Prepared
    shape: NetworkShape
    members: tuple[dict[str, NDArray[np.float32]], ...]
    epochs: int
    history: tuple[EpochRow, ...]


@dataclass(slots=True)
class _Progress:
    """Where a training stands; all of it goes into a checkpoint."""

    key: str
    phase: str = _SEARCH
    member: int = 0
    epoch: int = 0
    epochs: int = 0  # of the final phase, once known
    history: list[EpochRow] = field(default_factory=list)
    finished: list[dict[str, NDArray[Any]]] = field(default_factory=list)
    learner: dict[str, NDArray[Any]] | None = None
    held_out: list[NDArray[np.float64]] = field(default_factory=list)  # losses after each epoch


def train_networks(
    examples: Sequence[RaceExample],
    settings: NetworkSettings,
    *,
    seed: int,
    device: str,
    resume: bytes | None,
    watch: Watch,
) -> TrainedNetworks:
    """Train an ensemble.

    Parameters
    ----------
    resume : bytes, optional
        A checkpoint of the same training.

    Raises
    ------
    F1Error
        If the checkpoint belongs to another training or is damaged, if torch is missing, or if
        the training is stopped.
    """
    last = max(example.table.season for example in examples)
    earlier = [example for example in examples if example.table.season < last]
    held_out = [example for example in examples if example.table.season == last]
    prepared = prepare(examples)
    progress = _begin(_key(prepared.races, settings, seed), settings, resume, bool(earlier))
    with reproducible(settings.threads, device):
        run = _Run(settings, seed, device, watch, progress)
        if progress.phase == _SEARCH:
            part = prepare(earlier)
            test = race_arrays(held_out, part.mixture, part.scale)
            run.phase(part.races, test, settings.epochs)
            losses = np.reshape(progress.held_out, (settings.members, settings.epochs, -1))
            events = [example.table.event_id for example in held_out]
            progress.epochs = stopping_epoch(by_race(losses.mean(axis=0), events))
            progress.phase, progress.member, progress.finished = _FINAL, 0, []
        run.phase(prepared.races, None, progress.epochs)
        members = tuple(run.weights(state) for state in progress.finished)
    shape = _shape(settings, prepared.races)
    return TrainedNetworks(prepared, shape, members, progress.epochs, tuple(progress.history))


def prepare(examples: Sequence[RaceExample]) -> Prepared:
    """Fit the scales to races and arrange these."""
    mixture = fit_race_mixture(examples)
    scale = fit_input_scale([example.table for example in examples])
    return Prepared(mixture, scale, race_arrays(examples, mixture, scale))


def race_arrays(
    examples: Sequence[RaceExample], mixture: RaceMixture, scale: InputScale
) -> RaceArrays:
    """Arrange races as a network learns from them."""
    most = max(len(example.table.driver_ids) for example in examples)
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in _PER_CAR}
    for example in examples:
        table = example.table
        there = classified(example)
        order = [*example.outcome.order, *np.flatnonzero(~there)]
        of_race: dict[str, NDArray[Any]] = {
            "inputs": network_inputs(table, scale),
            "car": np.ones(len(order), dtype=np.bool_),
            "strength": table.base_strength.astype(np.float32),
            "odds": logit(table.base_hazard).astype(np.float32),
        }
        for name, values in of_race.items():
            padded = np.zeros((most, *values.shape[1:]), dtype=values.dtype)
            padded[: len(order)] = values[order]
            columns[name].append(padded)
    return RaceArrays(
        n_classified=np.array([len(example.outcome.order) for example in examples]),
        constants=np.array([mixture.at(e.table.horizon) for e in examples], dtype=np.float32),
        **{name: np.stack(rows) for name, rows in columns.items()},
    )


class _Run:
    """One training under way."""

    def __init__(
        self, settings: NetworkSettings, seed: int, device: str, watch: Watch, progress: _Progress
    ) -> None:
        self._settings, self._seed, self._device = settings, seed, device
        self._watch, self._progress = watch, progress
        self._shape: NetworkShape | None = None

    def phase(self, races: RaceArrays, test: RaceArrays | None, epochs: int) -> None:
        """Train the members that are not finished yet."""
        now = self._progress
        self._shape = _shape(self._settings, races)
        while now.member < self._settings.members:
            learner = self._learner()
            if now.learner is not None:
                learner.restore(now.learner)
            while now.epoch < epochs:
                self._one_epoch(learner, races, test)
            now.finished.append(learner.state())
            now.member, now.epoch, now.learner = now.member + 1, 0, None

    def weights(self, state: dict[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
        """Give the weights of a finished member by name."""
        learner = self._learner()
        learner.restore(state)
        return learner.weights()

    def _learner(self) -> Learner:
        s = self._settings
        keep = Regularisation(
            s.dropout, s.feature_dropout, s.weight_decay, s.precision, s.winner_weight,
            s.largest_gradient,
        )  # fmt: skip
        # Both phases begin with the same weights: the epochs of one are the epochs of the other.
        name = f"member/{self._progress.member}"
        assert self._shape is not None  # noqa: S101 - `phase` sets it first
        return Learner(self._shape, keep, self._seed, name, self._device)

    def _one_epoch(self, learner: Learner, races: RaceArrays, test: RaceArrays | None) -> None:
        now, watch = self._progress, self._watch
        rates = learning_rates(self._settings, len(races.car), now.epoch)
        train_loss = learner.epoch(races, now.epoch, rates)
        now.epoch += 1
        now.learner = learner.state()
        validation = None
        if test is not None:
            now.held_out.append(learner.losses(test))
            validation = float(now.held_out[-1].mean())
        row = EpochRow(now.phase, now.member, now.epoch, float(rates[-1]), train_loss, validation)
        now.history.append(row)
        if watch.on_epoch is not None:
            watch.on_epoch(row)
        if watch.on_checkpoint is not None:
            watch.on_checkpoint(_checkpoint(now))
        stop_if_asked(watch, row)


def learning_rates(settings: NetworkSettings, n_races: int, epoch: int) -> NDArray[np.float64]:
    """Give the learning rate of every batch of an epoch: a rise, then half a cosine."""
    n_batches = max(1, round(n_races / settings.batch_races))
    step = epoch * n_batches + np.arange(n_batches)
    cosine = 0.5 * (1.0 + np.cos(np.pi * step / (settings.epochs * n_batches)))
    return settings.learning_rate * cosine * np.minimum(1.0, (step + 1.0) / settings.warm_up)


def _shape(settings: NetworkSettings, races: RaceArrays) -> NetworkShape:
    s = settings
    return NetworkShape(races.inputs.shape[-1], s.width, s.layers, s.heads, s.feed_forward)


def _key(races: RaceArrays, settings: NetworkSettings, seed: int) -> str:
    """Give what a training is a function of, as a digest; a checkpoint of another is refused."""
    found = hashlib.sha256(json.dumps([asdict(settings), seed]).encode())
    for name in ("inputs", "car", "n_classified", "strength", "odds", "constants"):
        found.update(np.ascontiguousarray(getattr(races, name)).tobytes())
    return "sha256:" + found.hexdigest()


def _begin(
    key: str, settings: NetworkSettings, resume: bytes | None, can_search: bool
) -> _Progress:
    if resume is None:
        if can_search:
            return _Progress(key)
        # One season cannot be held out of itself: learn for half of the epochs.
        return _Progress(key, phase=_FINAL, epochs=settings.epochs // 2)
    where = "checkpoint"
    tensors, metadata = read_tensors(resume, where)
    try:
        progress = json.loads(metadata["progress"])
        found = _Progress(
            key=progress["key"],
            phase=progress["phase"],
            member=progress["member"],
            epoch=progress["epoch"],
            epochs=progress["epochs"],
            history=[EpochRow(**row) for row in progress["history"]],
        )
        found.finished = [_part(tensors, f"finished{i}.") for i in range(progress["finished"])]
        found.learner = _part(tensors, "learner.")
        found.held_out = list(tensors["held_out"])
    except (KeyError, TypeError, ValueError) as error:
        raise F1Error(
            "checkpoint cannot be read",
            where=where,
            got=f"{type(error).__name__}: {error}",
            do="start the training anew",
        ) from error
    if found.key != key:
        raise F1Error(
            "checkpoint belongs to another training",
            where=where,
            got=found.key,
            expected=f"{key}, of these races, settings and seed",
            do="start the training anew",
        )
    return found


def _part(tensors: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {key: tensors[prefix + key] for key in ("flat", "mean", "square", "n_steps")}


def _checkpoint(progress: _Progress) -> bytes:
    tensors: dict[str, NDArray[Any]] = {}
    parts = {f"finished{i}.": state for i, state in enumerate(progress.finished)}
    for prefix, state in {**parts, "learner.": progress.learner or {}}.items():
        tensors |= {prefix + key: array for key, array in state.items()}
    tensors["held_out"] = np.array(progress.held_out, dtype=np.float64)
    text = {
        "key": progress.key,
        "phase": progress.phase,
        "member": progress.member,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "finished": len(progress.finished),
        "history": [asdict(row) for row in progress.history],
    }
    return write_tensors(tensors, {"progress": json.dumps(text)})
