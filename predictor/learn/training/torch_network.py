"""Where PyTorch comes in: the network of `network` with gradients, and one epoch of its training.

All weights lie in one flat vector, so that a step of the optimiser, and a checkpoint, is three
vectors. Random numbers are a function of (seed, what for, epoch): a resumed run draws the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error, PackageMissing
from predictor.learn.outcome.inputs import CONTEXT
from predictor.learn.outcome.network import EPSILON, NetworkShape, weight_shapes
from predictor.random_streams import stream

__all__ = ["Learner", "RaceArrays", "Regularisation", "reproducible"]

Singles = NDArray[np.float32]

# PyTorch is not imported for its names.
Tensor = Any
Generator = Any
Module = Any

_BETAS, _TINY = (0.9, 0.99), 1e-8  # Adam's
_WINNER_NODES = (-3.5, 12.0, 0.25)  # of the logarithm of time, where P(win) is integrated
_LARGEST_RATE, _SMALLEST_WIN = 8.0, 1e-4
_SPEAKING = ("out.", "skip.")  # the weights that lead to outputs
_LOOKS = 3.0  # every race is there at three horizons, and is one race
_USUAL_FIELD = 20.0  # cars: losses are per race of so many


@dataclass(frozen=True, slots=True)
class RaceArrays:
    """Races padded to one number of cars, the classified first in the order of the finish.

    The network cannot see in which order cars are given, so this order tells it nothing; it
    spares the loss a look-up.

    Attributes
    ----------
    inputs : float32[N, D, n_inputs]
    car : bool[N, D]
        Whether there is a car.
    n_classified : int64[N]
    strength, odds : float32[N, D]
        The filter's log-strength and logit of retirement: what the network adds to.
    constants : float32[N, 6]
        Of the mixture at the race's horizon.
    """

    inputs: Singles
    car: NDArray[np.bool_]
    n_classified: NDArray[np.int64]
    strength: Singles
    odds: Singles
    constants: Singles


@dataclass(frozen=True, slots=True)
class Regularisation:
    """What keeps a network from learning its races by heart.

    Attributes
    ----------
    dropout, feature_dropout : float
        Share of hidden values, and of features of a race, that an epoch does not see.
    weight_decay : float
        Of matrices, per unit of learning rate.
    precision : float
        Of the prior about nought of the weights that lead to outputs.
    winner_weight : float
        How much more the winner counts than by his place in the order; likelihoods of orders
        say most about the many cars behind.
    largest_gradient : float
        Norm that a gradient is cut to.
    """

    dropout: float
    feature_dropout: float
    weight_decay: float
    precision: float
    winner_weight: float
    largest_gradient: float


@contextmanager
def reproducible(threads: int, device: str) -> Iterator[None]:
    """Have PyTorch compute the same bits every time, and leave it as it was found."""
    torch = _torch(device)
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(threads)
    # On CUDA this needs a variable of the environment; there the bits are not promised.
    torch.use_deterministic_algorithms(device == "cpu")
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1])


class Learner:
    """One network in training.

    Parameters
    ----------
    name : str
        Of this training, part of the key of its random numbers.
    """

    def __init__(
        self, shape: NetworkShape, keep: Regularisation, seed: int, name: str, device: str
    ) -> None:
        self._torch = _torch(device)
        self._shape, self._keep, self._seed, self._name = shape, keep, seed, name
        self._device = device
        self._sizes = {key: math.prod(size) for key, size in weight_shapes(shape).items()}
        self._flat = self._initial().to(device).requires_grad_(True)
        self._decayed, self._ridge = (one.to(device) for one in self._penalised())
        self._mean = self._torch.zeros_like(self._flat)
        self._square = self._torch.zeros_like(self._flat)
        self._n_steps = 0

    def epoch(self, races: RaceArrays, number: int, rates: NDArray[np.float64]) -> float:
        """See every race once, in as many batches as there are learning rates.

        Returns
        -------
        float
            Mean loss of the batches as they were seen.
        """
        torch = self._torch
        order = torch.randperm(len(races.car), generator=self._random(f"order/{number}", "cpu"))
        random = self._random(f"dropout/{number}", self._device)
        total = 0.0
        for rate, rows in zip(rates, torch.tensor_split(order, len(rates)), strict=True):
            batch = self._batch(races, rows.numpy())
            loss = self._losses(batch, random).mean() + self._prior(len(races.car))
            (gradient,) = torch.autograd.grad(loss, self._flat)
            self._step(gradient, float(rate))
            total += float(loss.detach()) * len(rows)
        return total / len(order)

    def losses(self, races: RaceArrays) -> NDArray[np.float64]:
        """Give the loss of every race as a forecast would have it, nothing dropped."""
        with self._torch.no_grad():
            found = self._losses(self._batch(races, slice(None)), None)
        result: NDArray[np.float64] = found.cpu().numpy().astype(np.float64)
        return result

    def outputs(self, races: RaceArrays) -> Singles:
        """Give the network's outputs, float32[N, D, 3]."""
        with self._torch.no_grad():
            found = self._forward(self._batch(races, slice(None)), None)
        result: Singles = found.cpu().numpy()
        return result

    def state(self) -> dict[str, NDArray[Any]]:
        """Give all that a resumed training needs, as arrays."""
        vectors = {"flat": self._flat, "mean": self._mean, "square": self._square}
        arrays = {key: one.detach().cpu().numpy().copy() for key, one in vectors.items()}
        return {**arrays, "n_steps": np.array([self._n_steps], dtype=np.int64)}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from `state`."""
        torch = self._torch
        with torch.no_grad():
            vectors = (self._flat, self._mean, self._square)
            for key, vector in zip(("flat", "mean", "square"), vectors, strict=True):
                vector.copy_(torch.from_numpy(state[key].copy()))
        self._n_steps = int(state["n_steps"][0])

    def weights(self) -> dict[str, Singles]:
        """Give the weights by name."""
        return {
            key: one.detach().cpu().numpy().copy() for key, one in self._named(self._flat).items()
        }

    def _initial(self) -> Tensor:
        torch, random = self._torch, self._random("weights", "cpu")
        parts = []
        for key, size in weight_shapes(self._shape).items():
            if len(size) == 2 and not key.startswith(_SPEAKING):
                parts.append(torch.randn(size, generator=random) * size[1] ** -0.5)
            elif "norm" in key and key.endswith("weight"):
                parts.append(torch.ones(size))
            else:  # what the network says is nought at first
                parts.append(torch.zeros(size))
        return torch.cat([part.reshape(-1) for part in parts])

    def _penalised(self) -> tuple[Tensor, Tensor]:
        """Mark the weights that decay, and those that a prior holds near nought; 1 or 0 each."""
        torch = self._torch
        marks: tuple[list[Tensor], list[Tensor]] = ([], [])
        for key, size in weight_shapes(self._shape).items():
            speaks = key.startswith(_SPEAKING)
            for mark, yes in zip(marks, (len(size) == 2 and not speaks, speaks), strict=True):
                mark.append(torch.full((math.prod(size),), float(yes)))
        return torch.cat(marks[0]), torch.cat(marks[1])

    def _random(self, what: str, device: str) -> Generator:
        key = stream(self._seed, self._name, what)
        generator = self._torch.Generator(device=device)
        generator.manual_seed((key.key0 << 31) ^ key.key1)
        return generator

    def _named(self, flat: Tensor) -> dict[str, Tensor]:
        parts = self._torch.split(flat, list(self._sizes.values()))
        shapes = weight_shapes(self._shape)
        return {key: part.view(shapes[key]) for key, part in zip(shapes, parts, strict=True)}

    def _batch(self, races: RaceArrays, rows: NDArray[np.int64] | slice) -> tuple[Tensor, ...]:
        arrays = (races.inputs, races.car, races.n_classified, races.strength, races.odds,
                  races.constants)  # fmt: skip
        return tuple(self._torch.from_numpy(one[rows]).to(self._device) for one in arrays)

    def _step(self, gradient: Tensor, rate: float) -> None:
        """Take one step of Adam with decoupled weight decay."""
        torch, (b1, b2) = self._torch, _BETAS
        self._n_steps += 1
        with torch.no_grad():
            norm = torch.linalg.vector_norm(gradient)
            gradient = gradient * torch.clamp(self._keep.largest_gradient / (norm + 1e-6), max=1.0)
            self._mean.mul_(b1).add_(gradient, alpha=1.0 - b1)
            self._square.mul_(b2).addcmul_(gradient, gradient, value=1.0 - b2)
            scale = (self._square / (1.0 - b2**self._n_steps)).sqrt_().add_(_TINY)
            self._flat.mul_(1.0 - rate * self._keep.weight_decay * self._decayed)
            self._flat.addcdiv_(self._mean, scale, value=-rate / (1.0 - b1**self._n_steps))

    def _prior(self, n_races: int) -> Tensor:
        size = (self._flat.square() * self._ridge).sum()
        return 0.5 * self._keep.precision * size / (n_races / _LOOKS) / _USUAL_FIELD

    def _losses(self, batch: tuple[Tensor, ...], random: Generator) -> Tensor:
        """Give minus the log-likelihood of the mixture of two, [N], per car of a usual field."""
        torch = self._torch
        _, car, n_classified, strength, odds, constants = batch
        added = self._forward(batch, random)
        place = torch.arange(car.shape[1], device=self._device)
        running = place < n_classified[:, None]  # [N, D]
        calm, eventful, share, scale, calm_shift, eventful_shift = constants.unbind(1)
        eta = strength + added[..., 0]
        logit = scale[:, None] * odds + added[..., 1]
        ahead = share + (added[..., 2] * car).sum(-1) / car.sum(-1)
        both = []
        for tau, shift in ((calm, calm_shift), (eventful, eventful_shift)):
            order = self._order(tau[:, None] * eta, running)
            retired = self._retired(logit + shift[:, None], running, car)
            winner = self._winner(tau[:, None] * eta, logit + shift[:, None], car)
            both.append((order + retired, winner))
        p_kind = (torch.nn.functional.logsigmoid(-ahead), torch.nn.functional.logsigmoid(ahead))
        order, winner = (
            torch.logaddexp(calm_part + p_kind[0], eventful_part + p_kind[1])
            for calm_part, eventful_part in zip(*both, strict=True)
        )
        has_winner = n_classified > 0
        return -(order + self._keep.winner_weight * winner * has_winner) / _USUAL_FIELD

    def _order(self, eta: Tensor, running: Tensor) -> Tensor:
        """Give log p of the order of the classified, [N]."""
        torch = self._torch
        place = torch.arange(eta.shape[1], device=self._device)
        # Row: the draw of a place; column: who may still be drawn, the same place or before.
        left = (place <= place[:, None]) & running[:, None, :]
        total = torch.logsumexp((-eta[:, None, :]).expand(left.shape).masked_fill(~left, -1e9), -1)
        return torch.where(running, -eta - total, torch.zeros_like(eta)).sum(-1)

    def _winner(self, eta: Tensor, logit: Tensor, car: Tensor) -> Tensor:
        """Give log P(the first car wins), [N]; see `orders.position_matrix` for the integral.

        It is the last to ring among the classified: the others are out or have rung before.
        """
        torch = self._torch
        rate = torch.exp((eta[:, :1].detach() - eta).clamp(max=_LARGEST_RATE))
        y = torch.arange(*_WINNER_NODES, device=self._device)
        highest = torch.where(car, rate, torch.ones_like(rate)).detach().amax(1, keepdim=True)
        time = torch.exp(y - torch.exp(-y)) / highest  # [N, Q]
        weight = _WINNER_NODES[2] * (1.0 + torch.exp(-y)) * time
        stays = self._torch.nn.functional.logsigmoid(-logit)
        running = torch.exp(stays[:, None, :] - rate[:, None, :] * time[..., None])
        gone = torch.log1p(-running[..., 1:].clamp(max=1.0 - 1e-6))
        others = torch.where(car[:, None, 1:], gone, torch.zeros_like(gone)).sum(-1)
        rings = weight * rate[:, :1] * running[..., 0] * torch.exp(others)
        return torch.log(rings.sum(-1).clamp(min=_SMALLEST_WIN))

    def _retired(self, logit: Tensor, running: Tensor, car: Tensor) -> Tensor:
        """Give log p of who was not classified, [N]."""
        drawn = self._torch.nn.functional.logsigmoid(self._torch.where(running, -logit, logit))
        return self._torch.where(car, drawn, self._torch.zeros_like(drawn)).sum(-1)

    def _forward(self, batch: tuple[Tensor, ...], random: Generator) -> Tensor:
        """Give the outputs, [N, D, 3]; ``random`` is None where nothing is dropped."""
        named, shape = self._named(self._flat), self._shape
        functional = self._torch.nn.functional
        inputs, car = batch[0], batch[1]
        inputs = self._without_features(inputs, random)
        x = functional.linear(inputs, named["in.weight"], named["in.bias"])
        for layer in range(shape.layers):
            at = f"layer{layer}"
            x = x + self._drop(self._attend(named, at, x, car), random)
            up = functional.linear(
                self._norm(named, f"{at}.norm2", x),
                named[f"{at}.up.weight"],
                named[f"{at}.up.bias"],
            )
            down = functional.linear(
                functional.relu(up), named[f"{at}.down.weight"], named[f"{at}.down.bias"]
            )
            x = x + self._drop(down, random)
        x = self._drop(self._norm(named, "norm", x), random)
        straight = functional.linear(inputs, named["skip.weight"])
        return straight + functional.linear(x, named["out.weight"], named["out.bias"])

    def _attend(self, named: Mapping[str, Tensor], at: str, x: Tensor, car: Tensor) -> Tensor:
        n, d, width = x.shape
        functional, size = self._torch.nn.functional, width // self._shape.heads
        x = self._norm(named, f"{at}.norm1", x)
        qkv = functional.linear(x, named[f"{at}.qkv.weight"], named[f"{at}.qkv.bias"])
        query, key, value = qkv.view(n, d, 3, self._shape.heads, size).permute(2, 0, 3, 1, 4)
        score = query @ key.transpose(-1, -2) * size**-0.5
        share = self._torch.softmax(score.masked_fill(~car[:, None, None, :], -1e9), -1)
        mixed = (share @ value).transpose(1, 2).reshape(n, d, width)
        return functional.linear(mixed, named[f"{at}.mix.weight"], named[f"{at}.mix.bias"])

    def _norm(self, named: Mapping[str, Tensor], at: str, x: Tensor) -> Tensor:
        return self._torch.nn.functional.layer_norm(
            x, x.shape[-1:], named[f"{at}.weight"], named[f"{at}.bias"], EPSILON
        )

    def _drop(self, x: Tensor, random: Generator) -> Tensor:
        p = self._keep.dropout
        if random is None or p == 0.0:
            return x
        kept = self._torch.rand(x.shape, generator=random, device=self._device) >= p
        return x * kept / (1.0 - p)

    def _without_features(self, inputs: Tensor, random: Generator) -> Tensor:
        """Make some features of every race unknown, for all of its cars."""
        p = self._keep.feature_dropout
        if random is None or p == 0.0:
            return inputs
        n_features = (inputs.shape[-1] - len(CONTEXT)) // 2
        shape = (len(inputs), 1, n_features)
        lost = self._torch.rand(shape, generator=random, device=self._device) < p
        values, unknown, context = self._torch.split(
            inputs, [n_features, n_features, len(CONTEXT)], dim=-1
        )
        return self._torch.cat([values * ~lost, (unknown + lost).clamp(max=1.0), context], dim=-1)


def _torch(device: str) -> Module:
    try:
        import torch  # noqa: PLC0415 - a second and a half, and 200 MB; only training needs it
    except ImportError as error:
        raise PackageMissing(
            "training a network needs torch",
            got=str(error),
            do="pip install torch, or train a ranker",
        ) from error
    if device not in ("cpu", "cuda"):
        raise F1Error("unknown device", where="device", got=device, expected="cpu or cuda")
    if device == "cuda" and not torch.cuda.is_available():
        raise F1Error(
            "no GPU can be used for training",
            got="torch.cuda.is_available() is false",
            do="train on the CPU, or install the CUDA build of torch",
        )
    return torch
