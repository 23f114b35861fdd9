"""Results of many races as arrays, and their likelihoods with slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from predictor.learn.features.examples import RaceExample

__all__ = ["Finishes", "classified", "logistic", "logit"]

Floats = NDArray[np.float64]

_SURE = 1e-4  # retirement odds are held between this and one less
_WINNER_NODES = np.arange(-3.5, 12.0, 0.25)  # see `torch_network`
_LARGEST_RATE, _SMALLEST_WIN = 8.0, 1e-4


def logit(p: Floats) -> Floats:
    """Give log odds; probabilities are held off nought and one."""
    p = np.clip(p, _SURE, 1.0 - _SURE)
    return np.log(p) - np.log1p(-p)


def logistic(x: Floats) -> Floats:
    """Give probabilities of log odds."""
    return 1.0 / (1.0 + np.exp(-x))


def classified(example: RaceExample) -> NDArray[np.bool_]:
    """Whether each driver was classified, bool[D]."""
    return np.isin(np.arange(len(example.table.driver_ids)), example.outcome.order)


class Finishes:
    """N races, D cars at most: the classified first, in the order of the finish.

    Attributes
    ----------
    eta, logit : float64[N, D]
        The filter's log-strength, and the logit of its retirement odds.
    running, out, car : bool[N, D]
        Classified; not classified; either.
    row : int64[N, D]
        Where a car stands when all cars of all races follow one another; 0 for no car.
    """

    def __init__(self, examples: Sequence[RaceExample]) -> None:
        most = max((len(e.table.driver_ids) for e in examples), default=1)
        self.eta, self.logit = np.zeros((2, len(examples), most))
        self.running, self.out = np.zeros((2, len(examples), most), dtype=np.bool_)
        self.row = np.zeros(self.eta.shape, dtype=np.int64)
        first = 0
        for i, example in enumerate(examples):
            order, retired = list(example.outcome.order), np.flatnonzero(~classified(example))
            n, both = len(order), [*order, *retired]
            self.eta[i, : len(both)] = example.table.base_strength[both]
            self.logit[i, : len(both)] = logit(example.table.base_hazard)[both]
            self.running[i, :n] = True
            self.out[i, n : len(both)] = True
            self.row[i, : len(both)] = first + np.array(both)
            first += len(both)
        self.car = self.running | self.out

    def order(self, eta: Floats) -> tuple[Floats, Floats, Floats]:
        """Give log-likelihood of the orders, [N], its slope and minus its bend by eta, [N, D]."""
        score = np.where(self.running, -eta, -1e9)
        total = np.logaddexp.accumulate(score, axis=1)
        drawn = np.where(self.running, score - total, 0.0).sum(axis=1)
        place = np.arange(eta.shape[1])
        may = (place <= place[:, None]) & self.running[..., None]  # [N, draw, car]
        share = np.where(may, np.exp(np.minimum(score[:, None, :] - total[..., None], 0.0)), 0.0)
        slope = np.where(self.running, share.sum(axis=1) - 1.0, 0.0)
        return drawn, slope, (share * (1.0 - share)).sum(axis=1)

    def retirements(self, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Give log-likelihood of who was out, [N], slope and minus bend by the logits, [N, D]."""
        drawn = np.where(self.car, -np.logaddexp(0.0, np.where(self.out, -z, z)), 0.0)
        p = logistic(z)
        slope = np.where(self.car, self.out - p, 0.0)
        return drawn.sum(axis=1), slope, np.where(self.car, p * (1.0 - p), 0.0)

    def winners(self, eta: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Give log P(the winner wins), [N], and its slopes by eta and by the logits, [N, D].

        The winner is the last to ring among the classified: the others are out or have rung.
        """
        rate = np.where(self.car, np.exp(np.minimum(eta[:, :1] - eta, _LARGEST_RATE)), 0.0)
        step = _WINNER_NODES[1] - _WINNER_NODES[0]
        time = np.exp(_WINNER_NODES - np.exp(-_WINNER_NODES)) / rate.max(axis=1, keepdims=True)
        p_out = logistic(z)
        still = (1.0 - p_out)[:, None, :] * np.exp(-rate[:, None, :] * time[..., None])
        gone = np.where(self.car[:, None, :], 1.0 - np.minimum(still, 1.0 - 1e-9), 1.0)
        weight = step * (1.0 + np.exp(-_WINNER_NODES)) * time
        rings = weight * still[..., 0] * np.exp(np.log(gone[..., 1:]).sum(axis=2))
        p_win = np.maximum(rings.sum(axis=1), _SMALLEST_WIN)
        share = rings / p_win[:, None]  # [N, Q]: when he rings, given that he wins
        odds = np.where(self.car[:, None, :], still / gone, 0.0)
        by_eta = -rate * np.einsum("nq,nqd->nd", share * time, odds)
        by_z = p_out * np.einsum("nq,nqd->nd", share, odds)
        by_eta[:, 0] = 0.0
        by_eta[:, 0] = -by_eta.sum(axis=1)
        by_z[:, 0] = -p_out[:, 0]
        # A race nobody finished has no winner.
        won = self.running[:, :1]
        return np.log(p_win) * won[:, 0], np.where(won, by_eta, 0.0), np.where(won, by_z, 0.0)
