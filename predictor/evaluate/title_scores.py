"""Title odds of many rounds and seasons summed up: scores, and calibration.

The rounds of a season share one champion. Standard errors are therefore clustered by
season, and the number of seasons, not of forecasts, says how much is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.calibration import reliability
from predictor.evaluate.scores import SMALLEST_PROBABILITY
from predictor.evaluate.standings_frequency import PARTS, part_of

__all__ = [
    "ALL",
    "TITLE_EDGES",
    "TitleForecast",
    "clustered_mean",
    "score_title",
    "summarise_titles",
]

Floats = NDArray[np.float64]

PRODUCT = "product"
ALL = "whole season"
_METRICS = ("log_loss", "brier")
# Finer where most forecasts are: nearly all contenders are all but certain not to win.
TITLE_EDGES = (0.0, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class TitleForecast:
    """Title odds of one championship after one round.

    Attributes
    ----------
    n_done, n_rounds : int
        Rounds run when the forecast was made, and of the whole season.
    championship : str
        drivers | constructors
    names : tuple of str, length D
        Ids of all contenders.
    p_title : float64[D]
    champion : int
        Who won in the end, as an index of ``names``.
    baselines : mapping of str to float64[D]
        By name of the reference model.
    """

    season: int
    n_done: int
    n_rounds: int
    championship: str
    names: tuple[str, ...]
    p_title: Floats
    champion: int
    baselines: Mapping[str, Floats]


def score_title(p_title: Floats, champion: int) -> dict[str, float]:
    """Score one forecast of a title.

    Parameters
    ----------
    p_title : float64[D]
    champion : int
        Index of who won it.

    Returns
    -------
    dict of str to float
        ``log_loss`` of the champion, probabilities raised to 1e-4 and normalised; ``brier``,
        the mean over contenders of the squared error.
    """
    p = np.maximum(p_title, SMALLEST_PROBABILITY)
    won = np.arange(len(p_title)) == champion
    return {
        "log_loss": float(-np.log(p[champion] / p.sum())),
        "brier": float(np.mean((p_title - won) ** 2)),
    }


def clustered_mean(values: Floats, clusters: NDArray[np.int64]) -> dict[str, float | None]:
    """Give the mean over all values, and its standard error clustered by season.

    Parameters
    ----------
    values : float64[n]
    clusters : int64[n]
        Values of one cluster may depend on each other in any way.

    Returns
    -------
    dict
        ``mean`` and ``se``; None with a single cluster.

    Source
    ------
    The cluster-robust variance of a mean, Liang and Zeger, "Longitudinal data analysis using
    generalized linear models", Biometrika 73 (1986), times S / (S - 1) for S clusters.
    """
    mean = float(values.mean())
    labels = np.unique(clusters)
    n_clusters = len(labels)
    if n_clusters < 2:
        return {"mean": mean, "se": None}
    sums = np.array([np.sum(values[clusters == label] - mean) for label in labels])
    variance = n_clusters / (n_clusters - 1) * float(np.sum(sums**2)) / len(values) ** 2
    return {"mean": mean, "se": math.sqrt(variance)}


def summarise_titles(forecasts: Sequence[TitleForecast]) -> dict[str, Any]:
    """Sum up the forecasts of one championship.

    Parameters
    ----------
    forecasts : sequence of TitleForecast
        At least one; all with the same baselines.

    Returns
    -------
    dict
        Plain values: ``forecasts`` and ``seasons``, their numbers; ``scores`` by part of the
        season, model and metric, and ``differences`` product minus baseline in the same way, each
        with mean and standard error; ``bins`` of the product's odds; ``per_forecast``, with the
        product's odds of all contenders.
    """
    scored = [_scores(one) for one in forecasts]
    parts: dict[str, list[int]] = {ALL: list(range(len(forecasts)))}
    for part in PARTS:
        inside = [i for i, one in enumerate(forecasts) if part_of(one.n_done, one.n_rounds) == part]
        if inside:
            parts[part] = inside
    years = np.array([one.season for one in forecasts])
    scores: dict[str, Any] = {}
    differences: dict[str, Any] = {}
    for part, rows in parts.items():
        table = {
            model: {name: np.array([scored[i][model][name] for i in rows]) for name in _METRICS}
            for model in scored[0]
        }
        scores[part] = {
            model: {name: clustered_mean(values, years[rows]) for name, values in metrics.items()}
            for model, metrics in table.items()
        }
        differences[part] = {
            model: {
                name: clustered_mean(table[PRODUCT][name] - table[model][name], years[rows])
                for name in _METRICS
            }
            for model in table
            if model != PRODUCT
        }
    return {
        "forecasts": len(forecasts),
        "seasons": len(set(years.tolist())),
        "counts": {part: len(rows) for part, rows in parts.items()},
        "scores": scores,
        "differences": differences,
        "bins": _bins(forecasts),
        "per_forecast": [
            {
                "season": one.season,
                "n_done": one.n_done,
                "n_rounds": one.n_rounds,
                "champion": one.names[one.champion],
                "p_champion": float(one.p_title[one.champion]),
                "p_title": dict(zip(one.names, one.p_title.tolist(), strict=True)),
                "scores": scores_of_one,
            }
            for one, scores_of_one in zip(forecasts, scored, strict=True)
        ],
    }


def _scores(forecast: TitleForecast) -> dict[str, dict[str, float]]:
    odds = {PRODUCT: forecast.p_title, **forecast.baselines}
    return {name: score_title(p_title, forecast.champion) for name, p_title in odds.items()}


def _bins(forecasts: Sequence[TitleForecast]) -> list[dict[str, Any]]:
    """Give the bins of all contenders' odds, with the number of different contenders in each.

    A contender of one season is one piece of evidence, however many rounds he stays in a bin.
    """
    p = np.concatenate([one.p_title for one in forecasts])
    won = np.concatenate([np.arange(len(one.names)) == one.champion for one in forecasts])
    who = [(one.season, name) for one in forecasts for name in one.names]
    bins = reliability(p, won, TITLE_EDGES)
    where = np.searchsorted(TITLE_EDGES[1:-1], p, side="right")
    return [
        asdict(one) | {"contenders": len({who[k] for k in np.flatnonzero(where == i)})}
        for i, one in enumerate(bins)
    ]
