"""A set transformer over the cars of a race, computed with NumPy alone.

Cars are a set: nothing tells the network in which order they are given, so their forecasts move
with them, and any number of cars will do. Beside the transformer every input has a straight way
to every output, which is most of what a few hundred races can teach. PyTorch trains the same
weights (`torch_network`).

Source: Lee et al., "Set Transformer", ICML 2019; layers with the norm first as in Xiong et al.,
"On layer normalization in the transformer architecture", ICML 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error

__all__ = ["EPSILON", "OUTPUTS", "NetworkShape", "check_weights", "forward", "weight_shapes"]

Singles = NDArray[np.float32]

# The third, averaged over cars, is of the race.
OUTPUTS = ("log_strength", "retirement_odds", "eventful_odds")
EPSILON = 1e-5  # of a layer norm


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """Sizes of a network.

    Attributes
    ----------
    inputs : int
        Numbers per car.
    width, layers, heads, feed_forward : int
        ``heads`` divides ``width``.
    """

    inputs: int
    width: int
    layers: int
    heads: int
    feed_forward: int


def weight_shapes(shape: NetworkShape) -> dict[str, tuple[int, ...]]:
    """Give name and shape of every array of weights."""
    d, f = shape.width, shape.feed_forward
    found: dict[str, tuple[int, ...]] = {"in.weight": (d, shape.inputs), "in.bias": (d,)}
    for layer in range(shape.layers):
        at = f"layer{layer}"
        found |= {
            f"{at}.norm1.weight": (d,), f"{at}.norm1.bias": (d,),
            f"{at}.qkv.weight": (3 * d, d), f"{at}.qkv.bias": (3 * d,),
            f"{at}.mix.weight": (d, d), f"{at}.mix.bias": (d,),
            f"{at}.norm2.weight": (d,), f"{at}.norm2.bias": (d,),
            f"{at}.up.weight": (f, d), f"{at}.up.bias": (f,),
            f"{at}.down.weight": (d, f), f"{at}.down.bias": (d,),
        }  # fmt: skip
    found |= {"norm.weight": (d,), "norm.bias": (d,)}
    found |= {"out.weight": (len(OUTPUTS), d), "out.bias": (len(OUTPUTS),)}
    return found | {"skip.weight": (len(OUTPUTS), shape.inputs)}


def check_weights(weights: Mapping[str, NDArray[Any]], shape: NetworkShape, where: str) -> None:
    """Raise F1Error unless the weights are those of this shape."""
    expected = weight_shapes(shape)
    got = {name: array.shape for name, array in weights.items()}
    wrong = sorted(name for name in got | expected if got.get(name) != expected.get(name))
    if wrong or any(array.dtype != np.float32 for array in weights.values()):
        name = wrong[0] if wrong else "dtype"
        raise F1Error(
            "weights do not fit the network",
            where=f"{where}, {name}",
            got=str(got.get(name, "none")),
            expected=str(expected.get(name, "float32")),
            do="use another version of the model, or train it anew",
        )


def forward(weights: Mapping[str, Singles], shape: NetworkShape, inputs: Singles) -> Singles:
    """Run the network on one race.

    Parameters
    ----------
    weights : mapping of str to float32 array
    inputs : float32[D, shape.inputs]

    Returns
    -------
    float32[D, 3]
        What is added to log-strength, to the logit of the retirement odds, and, averaged over
        cars, to the logit of an eventful race.
    """
    x = _linear(weights, "in", inputs)
    for layer in range(shape.layers):
        at = f"layer{layer}"
        x = x + _linear(weights, f"{at}.mix", _attend(weights, at, shape, x))
        up = _linear(weights, f"{at}.up", _norm(weights, f"{at}.norm2", x))
        x = x + _linear(weights, f"{at}.down", np.maximum(up, np.float32(0.0)))
    found: Singles = _linear(weights, "out", _norm(weights, "norm", x))
    return found + inputs @ weights["skip.weight"].T


def _attend(weights: Mapping[str, Singles], at: str, shape: NetworkShape, x: Singles) -> Singles:
    n, size = len(x), shape.width // shape.heads
    qkv = _linear(weights, f"{at}.qkv", _norm(weights, f"{at}.norm1", x))
    query, key, value = qkv.reshape(n, 3, shape.heads, size).transpose(1, 2, 0, 3)
    score = (query @ key.transpose(0, 2, 1)) * np.float32(size**-0.5)
    share = np.exp(score - score.max(axis=-1, keepdims=True))
    share = share / share.sum(axis=-1, keepdims=True)
    seen: Singles = (share @ value).transpose(1, 0, 2)
    return seen.reshape(n, shape.width)


def _linear(weights: Mapping[str, Singles], at: str, x: Singles) -> Singles:
    found: Singles = x @ weights[f"{at}.weight"].T + weights[f"{at}.bias"]
    return found


def _norm(weights: Mapping[str, Singles], at: str, x: Singles) -> Singles:
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    scaled = centred / np.sqrt(variance + np.float32(EPSILON))
    found: Singles = scaled * weights[f"{at}.weight"] + weights[f"{at}.bias"]
    return found
