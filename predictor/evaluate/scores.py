"""Scores of a race forecast against the result, per race.

Metrics are over the starters of a race; a forecast is a matrix of position
probabilities in the order in which the race ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["METRICS", "SMALLEST_PROBABILITY", "mean_scores", "podium_brier", "score_race"]

Floats = NDArray[np.float64]

SMALLEST_PROBABILITY = 1e-4  # a log loss looks no deeper than this

METRICS = ("winner_log_loss", "top_1", "top_3", "mrr", "podium_log_loss", "rps", "spearman")


def score_race(p_position: Floats) -> dict[str, float]:
    """Score one race.

    Parameters
    ----------
    p_position : float64[D, D]
        Row i is the driver who came i-th; column k the probability of position k + 1.

    Returns
    -------
    dict of str to float
        Keys METRICS. ``rps`` is the mean over drivers and thresholds of the squared
        difference between forecast and outcome, both cumulated over positions.
    """
    n = len(p_position)
    p_win = np.maximum(p_position[:, 0], SMALLEST_PROBABILITY)
    # Where others were thought exactly as likely as the winner, he has each of their ranks
    # with equal chance.
    ahead = int(np.sum(p_position[1:, 0] > p_position[0, 0]))
    ranks = ahead + 1 + np.arange(int(np.sum(p_position[:, 0] == p_position[0, 0])))
    steps = np.arange(n)
    cumulated = np.cumsum(p_position, axis=1)[:, : n - 1]
    outcome = steps[:, None] <= steps[None, : n - 1]
    p_podium = np.clip(
        p_position[:, :3].sum(axis=1), SMALLEST_PROBABILITY, 1.0 - SMALLEST_PROBABILITY
    )
    on_podium = steps < 3
    return {
        "winner_log_loss": float(-np.log(p_win[0] / p_win.sum())),
        "top_1": float(np.mean(ranks == 1)),
        "top_3": float(np.mean(ranks <= 3)),
        "mrr": float(np.mean(1.0 / ranks)),
        "podium_log_loss": float(-np.mean(np.log(np.where(on_podium, p_podium, 1.0 - p_podium)))),
        "rps": float(np.sum((cumulated - outcome) ** 2) / (n * (n - 1))),
        "spearman": _rank_correlation(p_position @ (steps + 1.0), steps),
    }


def podium_brier(p_position: Floats) -> float:
    """Give the mean over drivers of the squared error of the podium probability.

    Apart from `score_race`, whose metrics are those that every season document shows.
    """
    on_podium = np.arange(len(p_position)) < 3
    return float(np.mean((p_position[:, :3].sum(axis=1) - on_podium) ** 2))


def mean_scores(races: Iterable[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """Give mean and standard error of every metric over races."""
    scored = list(races)
    table = {name: np.array([race[name] for race in scored]) for name in METRICS}
    return {
        name: (
            float(values.mean()),
            float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan"),
        )
        for name, values in table.items()
    }


def _rank_correlation(a: Floats, b: NDArray[np.int64]) -> float:
    # Rounded, so that equal forecasts stay equal whatever their sums have in last digits.
    a = np.asarray(np.round(a, 9), dtype=np.float64)
    rank_a, rank_b = _average_rank(a), _average_rank(b.astype(np.float64))
    if rank_a.std() == 0.0 or rank_b.std() == 0.0:
        return 0.0
    return float(np.corrcoef(rank_a, rank_b)[0, 1])


def _average_rank(values: Floats) -> Floats:
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    return (last - (size - 1) / 2.0)[group]
