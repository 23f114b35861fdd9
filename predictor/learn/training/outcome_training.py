"""Train an outcome model, and make it into the files that it is kept as.

A model is files by name: ``config.json`` says what it is, and beside it stand its weights, as
safetensors or as LightGBM's text. Nothing is ever unpickled, and forecasts need NumPy and, for
networks, safetensors alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.features.definitions import features_digest
from predictor.learn.model_config import (
    CONFIG_FILE,
    FORMAT,
    ODDS_TREES,
    STRENGTH_TREES,
    WEIGHTS_FILE,
)
from predictor.learn.outcome.race_mixture import RaceMixture
from predictor.learn.outcome.tensors import write_tensors
from predictor.learn.training.course import EpochRow, Watch
from predictor.learn.training.network_training import NetworkSettings, train_networks
from predictor.learn.training.ranker import RankerSettings, train_ranker

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample

__all__ = ["TrainedModel", "train_outcome"]

_FEWEST_RACES = 10  # at one horizon; below it there is nothing to learn from
_FEWEST_SEASONS = 4  # from which on the first is left out


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model as files, and the record of its training.

    Attributes
    ----------
    files : mapping of str to bytes
        By name, without folders; all that loading it needs.
    settings : mapping
        Plain values: what the model was trained with.
    """

    kind: str
    files: Mapping[str, bytes]
    history: tuple[EpochRow, ...]
    settings: Mapping[str, Any]


def train_outcome(
    kind: str,
    usual: NetworkSettings | RankerSettings,
    examples: Sequence[RaceExample],
    *,
    seed: int,
    settings: Mapping[str, Any] | None = None,
    device: str = "cpu",
    resume: bytes | None = None,
    on_checkpoint: Callable[[bytes], None] | None = None,
    on_epoch: Callable[[EpochRow], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainedModel:
    """Train an outcome model on past races.

    Parameters
    ----------
    kind : str
        What its files call it.
    usual : NetworkSettings or RankerSettings
        Those of the kind; they say what is trained.
    settings : mapping, optional
        Fields of ``usual`` to change.
    device : str
        "cpu" or "cuda"; the ranker knows the CPU alone.
    resume : bytes, optional
        A checkpoint of the same training, which then ends with the bits of an uninterrupted one.
        The ranker writes none: it takes seconds.
    on_checkpoint, on_epoch, should_stop : callable, optional
        Called after every epoch, or round of trees.

    Raises
    ------
    F1Error
        If there are too few races, a setting is wrong, the package that trains is missing, or the
        checkpoint belongs to another training; `TrainingStopped` where `should_stop` says so.
    """
    chosen = _settings(kind, usual, settings or {})
    n_races = len({example.table.event_id for example in examples})
    if n_races < _FEWEST_RACES:
        raise F1Error(
            "too few races to train a model",
            got=f"{n_races}",
            expected=f"{_FEWEST_RACES} or more",
            do="give earlier seasons, with --history",
        )
    examples = _warmed_up(examples)
    watch = Watch(on_checkpoint, on_epoch, should_stop)
    if isinstance(chosen, RankerSettings):
        return _trained_ranker(kind, examples, chosen, seed, watch)
    return _trained_network(kind, examples, chosen, seed, device, resume, watch)


def _warmed_up(examples: Sequence[RaceExample]) -> Sequence[RaceExample]:
    """Leave out the first season, in which the filter itself had everything to learn."""
    seasons = sorted({example.table.season for example in examples})
    if len(seasons) < _FEWEST_SEASONS:
        return examples
    return [example for example in examples if example.table.season > seasons[0]]


def _trained_network(
    kind: str,
    examples: Sequence[RaceExample],
    settings: NetworkSettings,
    seed: int,
    device: str,
    resume: bytes | None,
    watch: Watch,
) -> TrainedModel:
    trained = train_networks(
        examples, settings, seed=seed, device=device, resume=resume, watch=watch
    )
    scale = trained.prepared.scale
    tensors: dict[str, NDArray[Any]] = {"input.mean": scale.mean, "input.sd": scale.sd}
    for number, member in enumerate(trained.members):
        tensors |= {f"member{number}.{name}": array for name, array in member.items()}
    known = {
        "shape": asdict(trained.shape),
        "members": len(trained.members),
        "epochs": trained.epochs,
    }
    config = _new_config(kind, trained.prepared.mixture, seed, asdict(settings), known)
    metadata = {"kind": kind, "features_digest": features_digest()}
    files = {WEIGHTS_FILE: write_tensors(tensors, metadata), CONFIG_FILE: _json(config)}
    return TrainedModel(kind, files, trained.history, asdict(settings))


def _trained_ranker(
    kind: str,
    examples: Sequence[RaceExample],
    settings: RankerSettings,
    seed: int,
    watch: Watch,
) -> TrainedModel:
    trained = train_ranker(examples, settings, seed=seed, watch=watch)
    config = _new_config(kind, trained.mixture, seed, asdict(settings), {"rounds": trained.rounds})
    files = {
        STRENGTH_TREES: trained.strength,
        ODDS_TREES: trained.odds,
        CONFIG_FILE: _json(config),
    }
    return TrainedModel(kind, files, trained.history, asdict(settings))


def _new_config(
    kind: str,
    mixture: RaceMixture,
    seed: int,
    settings: Mapping[str, Any],
    known: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": kind,
        "features_digest": features_digest(),
        "seed": seed,
        "settings": dict(settings),
        "mixture": mixture.as_settings(),
        **known,
    }


def _settings(
    kind: str, usual: NetworkSettings | RankerSettings, changes: Mapping[str, Any]
) -> NetworkSettings | RankerSettings:
    for name, value in changes.items():
        known = getattr(usual, name, None)
        if not isinstance(value, int | float) or known is None or not value >= 0:
            raise F1Error(
                "unknown setting of a model, or not a number",
                where=f"{kind}: {name}",
                got=repr(value),
                expected=", ".join(asdict(usual)),
            )
    return replace(usual, **{n: type(getattr(usual, n))(value) for n, value in changes.items()})


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()
