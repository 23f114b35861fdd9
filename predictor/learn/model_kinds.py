"""List the kinds of trained models: one entry holds all that other rooms ask of a kind.

A new kind joins with an entry in `KINDS`; no other module writes its name. Importing this loads
no NumPy: what trains and what loads a model is imported when it is called for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from predictor.errors import F1Error
from predictor.learn.model_config import (
    CONFIG_FILE,
    ODDS_TREES,
    STRENGTH_TREES,
    WEIGHTS_FILE,
    damaged,
    file_of,
    read_config,
)

if TYPE_CHECKING:
    from predictor.learn.outcome.outcome_model import OutcomeModel
    from predictor.learn.training.outcome_training import TrainedModel

__all__ = [
    "DEFAULT_KIND",
    "KINDS",
    "RACE_OUTCOME",
    "ModelKind",
    "kinds_of",
    "load_model",
    "packages_that_train",
    "train_model",
]

RACE_OUTCOME = "race_outcome"  # the model that says who finishes where
DEFAULT_KIND = "small"  # is trained where nobody names another


@dataclass(frozen=True, slots=True)
class ModelKind:
    """What there is to know of a kind.

    Attributes
    ----------
    name : str
        As configurations, manifests and cards have it.
    model : str
        What it forecasts: the name that its versions are registered by. Kinds of one model
        follow each other in one line of versions.
    files : tuple of str
        That are the model itself.
    packages : tuple of str
        That training it needs.
    settings : mapping
        All that it is trained with, where nobody says otherwise.
    train : callable
        Called with the kind, the examples, and as `train_model` by name.
    load : callable
        Called with the files, all of them there, and the configuration among them.
    """

    name: str
    model: str
    files: tuple[str, ...]
    packages: tuple[str, ...]
    settings: Mapping[str, float]
    train: Callable[..., TrainedModel]
    load: Callable[[Mapping[str, bytes], Mapping[str, Any]], Any]


def train_model(kind: str, examples: Sequence[Any], **how: Any) -> TrainedModel:  # noqa: ANN401
    """Train a model of a kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    examples : sequence
        Of what a kind learns from; for a race outcome of `RaceExample`.
    **how
        As `predictor.learn.training.outcome_training.train_outcome` takes it: ``seed``, ...

    Raises
    ------
    F1Error
        If there is no such kind, or as `train_outcome`.
    """
    if kind not in KINDS:
        raise F1Error("unknown kind of model", got=str(kind), expected=", ".join(KINDS))
    known = KINDS[kind]
    return known.train(known, examples, **how)


def load_model(files: Mapping[str, bytes]) -> Any:  # noqa: ANN401 - each kind gives its own
    """Load a model from its files; for a race outcome an `OutcomeModel`.

    Raises
    ------
    F1Error
        If a file is missing, damaged or does not fit the others, or if the model was made for
        other features than this version computes.
    """
    config = read_config(files)
    kind = config.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise damaged(f"kind {kind}", f"the configuration of one of {', '.join(KINDS)}")
    known = KINDS[kind]
    for name in known.files:
        file_of(files, name)
    return known.load(files, config)


def kinds_of(model: str) -> tuple[str, ...]:
    """Return the names of the kinds that forecast the same."""
    return tuple(kind.name for kind in KINDS.values() if kind.model == model)


def packages_that_train() -> tuple[str, ...]:
    """Return the packages that training needs, of all kinds."""
    return tuple(dict.fromkeys(one for kind in KINDS.values() for one in kind.packages))


def _train_networks(kind: ModelKind, examples: Sequence[Any], **how: Any) -> TrainedModel:  # noqa: ANN401
    from predictor.learn.training.network_training import NetworkSettings  # noqa: PLC0415 - NumPy
    from predictor.learn.training.outcome_training import train_outcome  # noqa: PLC0415

    usual = NetworkSettings(**kind.settings)  # type: ignore[arg-type] # mypy: int is float
    return train_outcome(kind.name, usual, examples, **how)


def _train_ranker(kind: ModelKind, examples: Sequence[Any], **how: Any) -> TrainedModel:  # noqa: ANN401
    from predictor.learn.training.outcome_training import train_outcome  # noqa: PLC0415 - NumPy
    from predictor.learn.training.ranker import RankerSettings  # noqa: PLC0415

    usual = RankerSettings(**kind.settings)  # type: ignore[arg-type] # mypy: int is float
    return train_outcome(kind.name, usual, examples, **how)


def _load_networks(files: Mapping[str, bytes], config: Mapping[str, Any]) -> OutcomeModel:
    from predictor.learn.outcome.outcome_model import load_networks  # noqa: PLC0415 - NumPy

    return load_networks(files, config)


def _load_trees(files: Mapping[str, bytes], config: Mapping[str, Any]) -> OutcomeModel:
    from predictor.learn.outcome.outcome_model import load_trees  # noqa: PLC0415 - NumPy

    return load_trees(files, config)


# Settings were chosen on the forecasts of 2017-2021, see docs/ml-layer.md.
_OF_NETWORKS = {"winner_weight": 4.0, "largest_gradient": 1.0, "warm_up": 10, "threads": 1}
_SMALL = ModelKind(
    name=DEFAULT_KIND,
    model=RACE_OUTCOME,
    files=(CONFIG_FILE, WEIGHTS_FILE),
    packages=("torch", "safetensors"),
    settings={
        "width": 16, "layers": 1, "heads": 2, "feed_forward": 32, "members": 4, "epochs": 30,
        "batch_races": 48, "learning_rate": 2e-3, "weight_decay": 1.0, "dropout": 0.5,
        "feature_dropout": 0.5, "precision": 300.0, **_OF_NETWORKS,
    },
    train=_train_networks,
    load=_load_networks,
)  # fmt: skip
_TRANSFORMER = ModelKind(
    name="transformer",
    model=RACE_OUTCOME,
    files=(CONFIG_FILE, WEIGHTS_FILE),
    packages=("torch", "safetensors"),
    # 64 inputs, width 256, 6 layers of 8 heads: as the specification has it.
    settings={
        "width": 256, "layers": 6, "heads": 8, "feed_forward": 512, "members": 1, "epochs": 6,
        "batch_races": 48, "learning_rate": 2e-4, "weight_decay": 1.0, "dropout": 0.5,
        "feature_dropout": 0.5, "precision": 300.0, **_OF_NETWORKS,
    },
    train=_train_networks,
    load=_load_networks,
)  # fmt: skip
_RANKER = ModelKind(
    name="ranker",
    model=RACE_OUTCOME,
    files=(CONFIG_FILE, STRENGTH_TREES, ODDS_TREES),
    packages=("lightgbm",),
    settings={
        "rounds": 50, "learning_rate": 0.05, "num_leaves": 8, "min_data_in_leaf": 100,
        "lambda_l2": 30.0, "feature_fraction": 0.3, "winner_weight": 4.0,
    },
    train=_train_ranker,
    load=_load_trees,
)  # fmt: skip

KINDS: Mapping[str, ModelKind] = {kind.name: kind for kind in (_SMALL, _TRANSFORMER, _RANKER)}
