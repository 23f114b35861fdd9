"""What races that a model had not seen say of it, and the weight that they earn it.

The loss is the place log loss: the mean over starters of -log P(own place), proper for the whole
table of places. The winner is one of twenty in it, so a weight that costs on the winner's own log
loss is no choice, whatever it gains elsewhere. A race is scored at every weight of `WEIGHTS` when
it is run, so that choosing a weight later needs no forecast again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.learn.outcome.orders import SMALLEST_PLACE
from predictor.learn.outcome.pool import pooled
from predictor.vocabulary import Horizon

__all__ = ["MIN_RACES", "WEIGHTS", "RaceEvidence", "WeightChoice", "choose_weight", "race_evidence"]

Floats = NDArray[np.float64]

WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)  # of the learned forecast in the pool
MIN_RACES = 40  # two seasons; on fewer a standard error is no guard


@dataclass(frozen=True, slots=True)
class RaceEvidence:
    """One race at one horizon, forecast by a model that had not seen it.

    Attributes
    ----------
    date : str
        Of the race, ISO.
    losses : tuple of float, nats
        Of the pool at every weight of `WEIGHTS`; the first is that of the published forecast
        without the layer.
    winner_losses : tuple of float, nats
        -log P(win) of the winner, by the same pools.
    model_loss, grid_loss : float, nats
        Place log loss of the learned forecast alone; of the grid baseline.
    """

    event_id: str
    season: int
    horizon: Horizon
    date: str
    losses: tuple[float, ...]
    winner_losses: tuple[float, ...]
    model_loss: float
    grid_loss: float


@dataclass(frozen=True, slots=True)
class WeightChoice:
    """A weight and what it rests on.

    Attributes
    ----------
    weight : float
        0 unless ``gain`` is more than its standard error.
    gain, se : float, nats
        Mean gain in place log loss of the best weight over none, paired by race, and its
        standard error; 0 without races.
    n_races : int
    best : float
        The weight with the largest gain of those that cost nothing on the winner, whether or
        not it is used.
    winner_gain : float, nats
        Mean gain of that weight in the winner's log loss; never below 0.
    """

    weight: float
    gain: float
    se: float
    n_races: int
    best: float = 0.0
    winner_gain: float = 0.0


def race_evidence(
    event_id: str,
    season: int,
    horizon: Horizon,
    date: str,
    *,
    published: Floats,
    model: Floats,
    grid: Floats,
) -> RaceEvidence:
    """Score two forecasts of one race, and their pools.

    Parameters
    ----------
    published, model, grid : float64[D, D]
        The forecast without the layer, the model's, and the grid baseline's; rows in the order
        of the result, the winner first, columns places.
    """
    pools = [pooled(published, model, weight) for weight in WEIGHTS]
    return RaceEvidence(
        event_id,
        season,
        Horizon(horizon),
        date,
        tuple(float(np.mean(_losses(pool))) for pool in pools),
        tuple(float(_losses(pool)[0]) for pool in pools),
        float(np.mean(_losses(model))),
        float(np.mean(_losses(grid))),
    )


def _losses(p_position: Floats) -> Floats:
    """Give -log P(own place) where row k finished in place k; nothing below 1e-4 counts."""
    found: Floats = -np.log(np.maximum(np.diag(p_position), SMALLEST_PLACE))
    return found


def choose_weight(evidence: Sequence[RaceEvidence]) -> WeightChoice:
    """Give the weight that races bear out: the best one if its gain exceeds its error, else 0."""
    n_races = len(evidence)
    if n_races == 0:
        return WeightChoice(0.0, 0.0, 0.0, 0)
    losses = np.array([one.losses for one in evidence])
    winner = np.array([one.winner_losses for one in evidence]).mean(axis=0)
    gains = losses[:, :1] - losses
    at = int(np.argmax(np.where(winner <= winner[0], gains.mean(axis=0), -np.inf)))
    gain = float(gains[:, at].mean())
    se = float(gains[:, at].std(ddof=1) / np.sqrt(n_races)) if n_races > 1 else 0.0
    earned = n_races >= MIN_RACES and gain > se
    return WeightChoice(
        WEIGHTS[at] if earned else 0.0,
        gain,
        se,
        n_races,
        WEIGHTS[at],
        float(winner[0] - winner[at]),
    )
