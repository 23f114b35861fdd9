"""Load an outcome model from its files, checked, and forecast races with it: NumPy alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.learn.features.definitions import FEATURES, features_digest
from predictor.learn.model_config import (
    CONFIG_FILE,
    ODDS_TREES,
    STRENGTH_TREES,
    WEIGHTS_FILE,
    damaged,
)
from predictor.learn.outcome.inputs import CONTEXT, InputScale, network_inputs, tree_inputs
from predictor.learn.outcome.network import NetworkShape, check_weights, forward
from predictor.learn.outcome.orders import OrderForecast
from predictor.learn.outcome.race_mixture import RaceMixture, mixture_forecast
from predictor.learn.outcome.tensors import read_tensors
from predictor.learn.outcome.trees import Trees, read_trees, tree_scores

if TYPE_CHECKING:
    from predictor.learn.features.feature_table import FeatureTable

__all__ = ["OutcomeModel", "load_networks", "load_trees"]

Floats = NDArray[np.float64]

# What a model adds to the filter's numbers: more would be an error, not an insight.
_LARGEST_ADDED = 6.0

_Added: TypeAlias = Callable[["FeatureTable"], tuple[Floats, Floats, float]]


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

    kind: str
    features_digest: str
    mixture: RaceMixture
    added: _Added

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


def load_networks(files: Mapping[str, bytes], config: Mapping[str, Any]) -> OutcomeModel:
    """Load an ensemble of networks.

    Parameters
    ----------
    files : mapping of str to bytes
        `WEIGHTS_FILE` is among them.
    config : mapping
        As training wrote it.

    Raises
    ------
    F1Error
        If they are damaged, do not fit each other, or were made for other features.
    """
    return _loaded(files, config, _networks)


def load_trees(files: Mapping[str, bytes], config: Mapping[str, Any]) -> OutcomeModel:
    """Load what LightGBM has grown, `STRENGTH_TREES` and `ODDS_TREES`; else as `load_networks`."""
    return _loaded(files, config, _ranker)


def _loaded(
    files: Mapping[str, bytes],
    config: Mapping[str, Any],
    make: Callable[[Mapping[str, bytes], Mapping[str, Any]], _Added],
) -> OutcomeModel:
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
        added = make(files, config)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error
    return OutcomeModel(config["kind"], config["features_digest"], mixture, added)


def _networks(files: Mapping[str, bytes], config: Mapping[str, Any]) -> _Added:
    tensors, metadata = read_tensors(files[WEIGHTS_FILE], WEIGHTS_FILE)
    for name in ("kind", "features_digest"):
        if metadata.get(name) != config[name]:
            raise damaged(f"{name} {metadata.get(name)} in {WEIGHTS_FILE}, {config[name]} here")
    shape = NetworkShape(**{name: int(size) for name, size in config["shape"].items()})
    n_features = len(FEATURES)
    fits = shape.inputs == 2 * n_features + len(CONTEXT) and shape.heads > 0
    if not fits or shape.width % shape.heads or min(shape.width, shape.feed_forward) < 1:
        raise damaged(f"shape {config['shape']}")
    scale = InputScale(tensors.pop("input.mean"), tensors.pop("input.sd"))
    if {scale.mean.shape, scale.sd.shape} != {(n_features,)} or not (scale.sd > 0.0).all():
        raise damaged("scales of inputs that are none")
    members = []
    for number in range(int(config["members"])):
        prefix = f"member{number}."
        names = [name for name in tensors if name.startswith(prefix)]
        member = {name.removeprefix(prefix): tensors.pop(name) for name in names}
        check_weights(member, shape, f"{WEIGHTS_FILE}, {prefix[:-1]}")
        members.append(member)
    if tensors or not members:
        raise damaged(f"{len(members)} members, and {len(tensors)} arrays of no member")

    def added(table: FeatureTable) -> tuple[Floats, Floats, float]:
        inputs = network_inputs(table, scale)
        with np.errstate(over="ignore", invalid="ignore"):  # not finite is refused later
            outputs = [forward(member, shape, inputs).astype(np.float64) for member in members]
        mean = np.mean(outputs, axis=0)
        return mean[:, 0], mean[:, 1], float(mean[:, 2].mean())

    return added


def _ranker(files: Mapping[str, bytes], _config: Mapping[str, Any]) -> _Added:
    strength, odds = (_trees(files[name], name) for name in (STRENGTH_TREES, ODDS_TREES))

    def added(table: FeatureTable) -> tuple[Floats, Floats, float]:
        inputs = tree_inputs(table)
        return tree_scores(strength, inputs), tree_scores(odds, inputs), 0.0

    return added


def _trees(payload: bytes, name: str) -> Trees:
    trees = read_trees(payload, name)
    expected = len(FEATURES) + 3  # see `tree_inputs`
    if trees.n_features != expected:
        raise F1Error(
            "trees do not fit the features",
            where=name,
            got=f"{trees.n_features} inputs",
            expected=f"{expected}",
            do="train a model with this version",
        )
    return trees
