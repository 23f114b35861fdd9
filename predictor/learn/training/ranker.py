"""A gradient-boosted ranker: trees for strength and for retirements, on the mixture's likelihood.

The one module that LightGBM comes into, and only for training. One thread and fixed seeds give
the same trees every time.

Source: Ke et al., "LightGBM", NIPS 2017; the objective is the gradient of `race_mixture`'s
likelihood, with the kind of race weighed by what its result tells of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import PackageMissing
from predictor.learn.outcome.finishes import Finishes
from predictor.learn.outcome.inputs import tree_inputs
from predictor.learn.outcome.race_mixture import RaceMixture, fit_race_mixture
from predictor.learn.training.course import EpochRow, Watch, by_race, stop_if_asked, stopping_epoch

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample

__all__ = ["RankerSettings", "TrainedRanker", "train_ranker"]

Floats = NDArray[np.float64]

_USUAL_FIELD = 20.0  # cars: losses are per race of so many


@dataclass(frozen=True, slots=True)
class RankerSettings:
    """How the trees grow; names and meanings are LightGBM's."""

    rounds: int
    learning_rate: float
    num_leaves: int
    min_data_in_leaf: int
    lambda_l2: float
    feature_fraction: float
    winner_weight: float


@dataclass(frozen=True, slots=True)
class TrainedRanker:
    """What training came to: constants, LightGBM's texts, the rounds."""

    mixture: RaceMixture
    strength: bytes
    odds: bytes
    rounds: int
    history: tuple[EpochRow, ...]


def train_ranker(
    examples: Sequence[RaceExample], settings: RankerSettings, *, seed: int, watch: Watch
) -> TrainedRanker:
    """Train both sets of trees: rounds by the last season, then all seasons for as many."""
    last = max(example.table.season for example in examples)
    earlier = [example for example in examples if example.table.season < last]
    held_out = [example for example in examples if example.table.season == last]
    history: list[EpochRow] = []
    rounds = settings.rounds // 2  # where there is no season to hold out
    if earlier:
        mixture = fit_race_mixture(earlier)
        search = _Boosting(earlier, mixture, settings, seed, held_out)
        losses = []
        for number in range(1, settings.rounds + 1):
            search.round()
            losses.append(_tell(history, watch, "search", number, settings, search))
        events = [example.table.event_id for example in held_out]
        rounds = stopping_epoch(by_race(np.array(losses), events))
    mixture = fit_race_mixture(examples)
    final = _Boosting(examples, mixture, settings, seed, [])
    for number in range(1, rounds + 1):
        final.round()
        _tell(history, watch, "final", number, settings, final)
    strength, odds = final.texts()
    return TrainedRanker(mixture, strength, odds, rounds, tuple(history))


def _tell(
    history: list[EpochRow],
    watch: Watch,
    phase: str,
    number: int,
    settings: RankerSettings,
    boosting: _Boosting,
) -> Floats:
    """Record a round; give the losses of the races held out."""
    train, test = boosting.losses()
    validation = float(test.mean()) if len(test) else None
    row = EpochRow(phase, 0, number, settings.learning_rate, float(train.mean()), validation)
    history.append(row)
    if watch.on_epoch is not None:
        watch.on_epoch(row)
    stop_if_asked(watch, row)
    return test


class _Boosting:
    """Two boosters that grow side by side, one for strengths and one for retirements."""

    def __init__(
        self,
        examples: Sequence[RaceExample],
        mixture: RaceMixture,
        settings: RankerSettings,
        seed: int,
        held_out: Sequence[RaceExample],
    ) -> None:
        lightgbm = _lightgbm()
        self._parts = [
            _Part(one, mixture, settings.winner_weight) for one in (examples, held_out) if one
        ]
        parameters = {
            "objective": "none", "verbosity": -1, "num_threads": 1, "deterministic": True,
            "force_row_wise": True, "seed": seed, "boost_from_average": False,
            "learning_rate": settings.learning_rate, "num_leaves": settings.num_leaves,
            "min_data_in_leaf": settings.min_data_in_leaf, "lambda_l2": settings.lambda_l2,
            "feature_fraction": settings.feature_fraction, "min_sum_hessian_in_leaf": 1.0,
        }  # fmt: skip
        self._boosters = [
            lightgbm.Booster(parameters, lightgbm.Dataset(self._parts[0].x, params=parameters))
            for _ in range(2)
        ]

    def round(self) -> None:
        """Grow one tree of each kind."""
        slopes = self._parts[0].slopes()
        for k, booster in enumerate(self._boosters):
            found = (-slopes[2 * k], slopes[2 * k + 1])
            booster.update(fobj=lambda *_, found=found: found)
            last = {"start_iteration": booster.current_iteration() - 1, "num_iteration": 1}
            for part in self._parts:
                part.scores[k] += booster.predict(part.x, **last)

    def losses(self) -> tuple[Floats, Floats]:
        """Give the losses of the races learnt from, and of those held out."""
        train, *test = [part.losses() for part in self._parts]
        return train, test[0] if test else np.zeros(0)

    def texts(self) -> tuple[bytes, bytes]:
        """Give both models as LightGBM's text."""
        first, second = (one.model_to_string().encode("ascii") for one in self._boosters)
        return first, second


class _Part:
    """Races to learn from or to test on, and what the trees say of them so far."""

    def __init__(
        self, examples: Sequence[RaceExample], mixture: RaceMixture, winner_weight: float
    ) -> None:
        self.x = np.concatenate([tree_inputs(one.table) for one in examples])
        self.scores = np.zeros((2, len(self.x)))
        self._races = Finishes(examples)
        self._constants = np.array([mixture.at(one.table.horizon) for one in examples])
        self._winner_weight = winner_weight

    def losses(self) -> Floats:
        """Give the loss of every race, as `torch_network` has it."""
        orders, _, winners, _, _ = self._kinds()
        total = np.logaddexp(*orders) + self._winner_weight * np.logaddexp(*winners)
        found: Floats = -total / _USUAL_FIELD
        return found

    def slopes(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Give slope and minus bend of the likelihood by strength, and by odds, [rows]."""
        orders, order_slopes, winners, winner_slopes, tau = self._kinds()
        found = np.zeros((4, *self._races.eta.shape))
        given_order = np.exp(orders - np.logaddexp(*orders))  # how likely each kind was
        given_winner = self._winner_weight * np.exp(winners - np.logaddexp(*winners))
        for k in (0, 1):
            by, wins = given_order[k][:, None], given_winner[k][:, None]
            scale = np.array([tau[k], tau[k] ** 2, np.ones_like(tau[k]), np.ones_like(tau[k])])
            found += scale[..., None] * by * order_slopes[k]
            found += scale[..., None] * wins * winner_slopes[k]
        flat = np.zeros((4, len(self.x)))
        flat[:, self._races.row[self._races.car]] = found[:, self._races.car]
        return flat[0], flat[1], flat[2], flat[3]

    def _kinds(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Give both kinds of race: log p of results, and of winners, with slopes."""
        races = self._races
        calm, eventful, share, scale, *shifts = self._constants.T
        strength, odds = (np.where(races.car, score[races.row], 0.0) for score in self.scores)
        tau = np.array([calm, eventful])
        p_kind = -np.logaddexp(0.0, np.array([share, -share]))
        orders, winners, order_slopes, winner_slopes = [], [], [], []
        for k, shift in enumerate(shifts):
            eta = tau[k][:, None] * (races.eta + strength)
            z = scale[:, None] * races.logit + odds + shift[:, None]
            (drawn, *by_eta), (out, *by_z) = races.order(eta), races.retirements(z)
            won, win_by_eta, win_by_z = races.winners(eta, z)
            orders.append(drawn + out + p_kind[k])
            winners.append(won + p_kind[k])
            order_slopes.append(np.array([*by_eta, *by_z]))
            # Of the winner's term the square of the slope stands for the bend.
            winner_slopes.append(np.array([win_by_eta, win_by_eta**2, win_by_z, win_by_z**2]))
        return (
            np.array(orders), np.array(order_slopes), np.array(winners), np.array(winner_slopes),
            tau,
        )  # fmt: skip


def _lightgbm() -> Any:  # noqa: ANN401 - a module
    try:
        import lightgbm  # noqa: PLC0415 - half a second; only training needs it
    except ImportError as error:
        raise PackageMissing(
            "training a ranker needs lightgbm",
            got=str(error),
            do="pip install lightgbm",
        ) from error
    return lightgbm
