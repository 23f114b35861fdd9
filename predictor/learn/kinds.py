"""The kinds of outcome models: train one, load one from its files, forecast a race with it.

A model is files by name: ``config.json`` says what it is, and beside it stand its weights, as
safetensors or as LightGBM's text. Nothing is ever unpickled, and forecasts need NumPy and, for
networks, safetensors alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.definitions import FEATURES, features_digest
from predictor.learn.inputs import CONTEXT, InputScale, network_inputs
from predictor.learn.network import NetworkShape, check_weights, forward
from predictor.learn.network_training import NetworkSettings, train_networks
from predictor.learn.orders import OrderForecast
from predictor.learn.race_mixture import RaceMixture, mixture_forecast
from predictor.learn.ranker import RankerSettings, ranker_inputs, train_ranker
from predictor.learn.tensors import read_tensors, write_tensors
from predictor.learn.training import EpochRow, Watch
from predictor.learn.trees import Trees, read_trees, tree_scores

if TYPE_CHECKING:
    from predictor.learn.examples import RaceExample
    from predictor.learn.feature_table import FeatureTable

__all__ = [
    "CONFIG_FILE",
    "KINDS",
    "SETTINGS",
    "ModelKind",
    "OutcomeModel",
    "TrainedModel",
    "load_model",
    "train_model",
]

ModelKind = Literal["small", "transformer", "ranker"]
KINDS: tuple[ModelKind, ...] = get_args(ModelKind)

CONFIG_FILE = "config.json"
_WEIGHTS, _STRENGTH_TREES, _ODDS_TREES = "weights.safetensors", "ranker.txt", "retirements.txt"
_FORMAT = 1
_FEWEST_RACES = 10  # at one horizon; below it there is nothing to learn from
_FEWEST_SEASONS = 4  # from which on the first is left out
# What a model adds to the filter's numbers: more would be an error, not an insight.
_LARGEST_ADDED = 6.0

Floats = NDArray[np.float64]
_T = TypeVar("_T")

# Chosen on the forecasts of 2017-2021, see docs/forecasting.md.
SETTINGS: Mapping[ModelKind, NetworkSettings | RankerSettings] = {
    "small": NetworkSettings(
        width=16, layers=1, heads=2, feed_forward=32, members=4, epochs=30, batch_races=48,
        learning_rate=2e-3, weight_decay=1.0, dropout=0.5, feature_dropout=0.5, precision=300.0,
    ),
    # 64 inputs, width 256, 6 layers of 8 heads: as the specification has it.
    "transformer": NetworkSettings(
        width=256, layers=6, heads=8, feed_forward=512, members=1, epochs=6, batch_races=48,
        learning_rate=2e-4, weight_decay=1.0, dropout=0.5, feature_dropout=0.5, precision=300.0,
    ),
    "ranker": RankerSettings(
        rounds=50, learning_rate=0.05, num_leaves=8, min_data_in_leaf=100, lambda_l2=30.0,
        feature_fraction=0.3,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model as files, and the record of its training.

    Attributes
    ----------
    files : mapping of str to bytes
        By name, without folders; all that `load_model` needs.
    settings : mapping
        Plain values: what the model was trained with.
    """

    kind: ModelKind
    files: Mapping[str, bytes]
    history: tuple[EpochRow, ...]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OutcomeModel:
    """A model that forecasts races.

    Attributes
    ----------
    features_digest : str
        Of the definitions that its tables must follow.
    added : callable
        Gives what the model adds to the filter's strengths, float64[D], to the logits of its
        retirement odds, float64[D], and to the logit of an eventful race.
    """

    kind: ModelKind
    features_digest: str
    mixture: RaceMixture
    added: Callable[[FeatureTable], tuple[Floats, Floats, float]]

    def predict(self, table: FeatureTable) -> OrderForecast:
        """Forecast a race; drivers as in the table."""
        strength, odds, share = self.added(table)
        return mixture_forecast(
            self.mixture,
            table.horizon,
            table.base_strength,
            table.base_hazard,
            strength=np.clip(strength, -_LARGEST_ADDED, _LARGEST_ADDED),
            odds=np.clip(odds, -_LARGEST_ADDED, _LARGEST_ADDED),
            share=float(np.clip(share, -_LARGEST_ADDED, _LARGEST_ADDED)),
        )


def train_model(
    kind: str,
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
    """Train a model on past races.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    settings : mapping, optional
        Fields of `SETTINGS[kind]` to change.
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
    known = _known(kind)
    chosen = _settings(known, settings or {})
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
        return _trained_ranker(known, examples, chosen, seed, watch)
    return _trained_network(known, examples, chosen, seed, device, resume, watch)


def _warmed_up(examples: Sequence[RaceExample]) -> Sequence[RaceExample]:
    """Leave out the first season, in which the filter itself had everything to learn."""
    seasons = sorted({example.table.season for example in examples})
    if len(seasons) < _FEWEST_SEASONS:
        return examples
    return [example for example in examples if example.table.season > seasons[0]]


def load_model(files: Mapping[str, bytes]) -> OutcomeModel:
    """Load a model from its files.

    Raises
    ------
    F1Error
        If a file is missing, damaged or does not fit the others, or if the model was made for
        other features than this version computes.
    """
    config = _config(files)
    kind = config["kind"]
    try:
        if config["features_digest"] != features_digest():
            raise F1Error(
                "model was made for other features",
                where=CONFIG_FILE,
                got=str(config["features_digest"]),
                expected=features_digest(),
                do="train a model with this version",
            )
        mixture = RaceMixture.of_settings(config["mixture"])
        added = _ranker(files) if kind == "ranker" else _networks(files, config)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error
    return OutcomeModel(kind, config["features_digest"], mixture, added)


def _trained_network(
    kind: ModelKind,
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
    files = {_WEIGHTS: write_tensors(tensors, metadata), CONFIG_FILE: _json(config)}
    return TrainedModel(kind, files, trained.history, asdict(settings))


def _trained_ranker(
    kind: ModelKind,
    examples: Sequence[RaceExample],
    settings: RankerSettings,
    seed: int,
    watch: Watch,
) -> TrainedModel:
    trained = train_ranker(examples, settings, seed=seed, watch=watch)
    config = _new_config(kind, trained.mixture, seed, asdict(settings), {"rounds": trained.rounds})
    files = {
        _STRENGTH_TREES: trained.strength,
        _ODDS_TREES: trained.odds,
        CONFIG_FILE: _json(config),
    }
    return TrainedModel(kind, files, trained.history, asdict(settings))


def _new_config(
    kind: ModelKind,
    mixture: RaceMixture,
    seed: int,
    settings: Mapping[str, Any],
    known: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "kind": kind,
        "features_digest": features_digest(),
        "seed": seed,
        "settings": dict(settings),
        "mixture": mixture.as_settings(),
        **known,
    }


def _networks(
    files: Mapping[str, bytes], config: Mapping[str, Any]
) -> Callable[[FeatureTable], tuple[Floats, Floats, float]]:
    tensors, metadata = read_tensors(_file(files, _WEIGHTS), _WEIGHTS)
    for name in ("kind", "features_digest"):
        if metadata.get(name) != config[name]:
            raise _damaged(f"{name} {metadata.get(name)} in {_WEIGHTS}, {config[name]} here")
    shape = NetworkShape(**{name: int(size) for name, size in config["shape"].items()})
    n_features = len(FEATURES)
    fits = shape.inputs == 2 * n_features + len(CONTEXT) and shape.heads > 0
    if not fits or shape.width % shape.heads or min(shape.width, shape.feed_forward) < 1:
        raise _damaged(f"shape {config['shape']}")
    scale = InputScale(tensors.pop("input.mean"), tensors.pop("input.sd"))
    if {scale.mean.shape, scale.sd.shape} != {(n_features,)} or not (scale.sd > 0.0).all():
        raise _damaged("scales of inputs that are none")
    members = []
    for number in range(int(config["members"])):
        prefix = f"member{number}."
        names = [name for name in tensors if name.startswith(prefix)]
        member = {name.removeprefix(prefix): tensors.pop(name) for name in names}
        check_weights(member, shape, f"{_WEIGHTS}, {prefix[:-1]}")
        members.append(member)
    if tensors or not members:
        raise _damaged(f"{len(members)} members, and {len(tensors)} arrays of no member")

    def added(table: FeatureTable) -> tuple[Floats, Floats, float]:
        inputs = network_inputs(table, scale)
        with np.errstate(over="ignore", invalid="ignore"):  # not finite is refused later
            outputs = [forward(member, shape, inputs).astype(np.float64) for member in members]
        mean = np.mean(outputs, axis=0)
        return mean[:, 0], mean[:, 1], float(mean[:, 2].mean())

    return added


def _ranker(
    files: Mapping[str, bytes],
) -> Callable[[FeatureTable], tuple[Floats, Floats, float]]:
    strength, odds = (_trees(_file(files, name), name) for name in (_STRENGTH_TREES, _ODDS_TREES))

    def added(table: FeatureTable) -> tuple[Floats, Floats, float]:
        inputs = ranker_inputs(table)
        return tree_scores(strength, inputs), tree_scores(odds, inputs), 0.0

    return added


def _trees(payload: bytes, name: str) -> Trees:
    trees = read_trees(payload, name)
    expected = len(FEATURES) + 3
    if trees.n_features != expected:
        raise F1Error(
            "trees do not fit the features",
            where=name,
            got=f"{trees.n_features} inputs",
            expected=f"{expected}",
            do="train a model with this version",
        )
    return trees


def _known(kind: str) -> ModelKind:
    for known in KINDS:
        if kind == known:
            return known
    raise F1Error("unknown kind of model", got=str(kind), expected=", ".join(KINDS))


def _settings(kind: ModelKind, changes: Mapping[str, Any]) -> NetworkSettings | RankerSettings:
    usual = SETTINGS[kind]
    for name, value in changes.items():
        known = getattr(usual, name, None)
        if not isinstance(value, int | float) or known is None or not value >= 0:
            raise F1Error(
                "unknown setting of a model, or not a number",
                where=f"{kind}: {name}",
                got=repr(value),
                expected=", ".join(asdict(usual)),
            )
    return _replaced(usual, {n: type(getattr(usual, n))(value) for n, value in changes.items()})


def _replaced(usual: _T, changes: Mapping[str, Any]) -> _T:
    return replace(usual, **changes)  # type: ignore[type-var]


def _config(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        config = json.loads(_file(files, CONFIG_FILE))
    except (ValueError, RecursionError) as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error
    if not isinstance(config, dict) or config.get("format") != _FORMAT:
        raise _damaged("another format")
    if config.get("kind") not in KINDS:
        raise _damaged(f"kind {config.get('kind')}")
    return config


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise F1Error(
            "file of a model is missing",
            where=name,
            got=", ".join(sorted(files)) or "no files",
            do="use another version of the model, or train it anew",
        )
    return files[name]


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def _damaged(got: str) -> F1Error:
    return F1Error(
        "configuration of a model is damaged",
        where=CONFIG_FILE,
        got=got,
        expected=f"the configuration of one of {', '.join(KINDS)}",
        do="use another version of the model, or train it anew",
    )
