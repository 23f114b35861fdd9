"""Forecasts of many races summed up: scores, calibration, and differences from baselines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.calibration import (
    calibration_error,
    interval_coverage,
    reliability,
    win_power,
)
from predictor.evaluate.race_forecast import RaceForecast
from predictor.evaluate.scores import METRICS, podium_brier, score_race

__all__ = ["COMPARED", "PRODUCT", "SHARES", "SUMMARY_METRICS", "mean_and_error", "summarise"]

Floats = NDArray[np.float64]

PRODUCT = "product"
SUMMARY_METRICS = (*METRICS, "podium_brier")
COMPARED = ("winner_log_loss", "podium_log_loss", "rps", "spearman")  # with baselines, in pairs
SHARES = (0.5, 0.8, 0.9)  # of the central position intervals
_PLACES = {"win": 1, "podium": 3}


def summarise(forecasts: Sequence[RaceForecast]) -> dict[str, Any]:
    """Sum up the forecasts of one horizon.

    Parameters
    ----------
    forecasts : sequence of RaceForecast
        At least one; all with the same baselines.

    Returns
    -------
    dict
        Plain values: ``races``; ``scores`` by model and metric and ``coverage`` by share, each
        with mean and standard error over races; ``ece`` by model; ``bins`` of the product's
        win, podium, points and retirement probabilities; ``win_power`` of the product, see
        `predictor.evaluate.calibration.win_power`; ``differences`` product minus
        baseline, race by race;
        ``per_race``. A standard error of one race is None.
    """
    models = {PRODUCT: [forecast.p_position for forecast in forecasts]}
    for name in forecasts[0].baselines:
        models[name] = [forecast.baselines[name] for forecast in forecasts]
    scored = {
        name: [_race_scores(p_position) for p_position in matrices]
        for name, matrices in models.items()
    }
    table = {
        name: {metric: np.array([race[metric] for race in races]) for metric in SUMMARY_METRICS}
        for name, races in scored.items()
    }
    bins = {name: _pooled_bins(matrices) for name, matrices in models.items()}
    bins[PRODUCT] |= _bins_of_events(forecasts)
    return {
        "races": len(forecasts),
        "scores": {
            name: {metric: mean_and_error(values) for metric, values in metrics.items()}
            for name, metrics in table.items()
        },
        "ece": {
            name: {place: calibration_error(found) for place, found in of_model.items()}
            for name, of_model in bins.items()
        },
        "bins": {place: [asdict(one) for one in found] for place, found in bins[PRODUCT].items()},
        "coverage": {
            f"{share:g}": mean_and_error(
                np.array([interval_coverage(p, share).mean() for p in models[PRODUCT]])
            )
            for share in SHARES
        },
        "win_power": dict(
            zip(("mean", "se"), win_power([p[:, 0] for p in models[PRODUCT]]), strict=True)
        ),
        "differences": {
            name: {
                metric: mean_and_error(table[PRODUCT][metric] - table[name][metric])
                for metric in COMPARED
            }
            for name in models
            if name != PRODUCT
        },
        "per_race": _per_race(forecasts, scored),
    }


def mean_and_error(values: Floats) -> dict[str, float | None]:
    """Give mean and standard error of independent values, float64[n]."""
    n = len(values)
    error = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else None
    return {"mean": float(values.mean()), "se": error}


def _race_scores(p_position: Floats) -> dict[str, float]:
    return {**score_race(p_position), "podium_brier": podium_brier(p_position)}


def _pooled_bins(matrices: Sequence[Floats]) -> dict[str, Any]:
    """Give the bins of win and podium probabilities, all drivers of all races together."""
    found = {}
    for name, places in _PLACES.items():
        # A sum of rounded probabilities may come out a hair above one.
        p = np.concatenate([np.minimum(p[:, :places].sum(axis=1), 1.0) for p in matrices])
        happened = np.concatenate([np.arange(len(p)) < places for p in matrices])
        found[name] = reliability(p, happened)
    return found


def _bins_of_events(forecasts: Sequence[RaceForecast]) -> dict[str, Any]:
    """Give the bins of what positions alone do not tell, and baselines do not forecast."""

    def pooled(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(one, name) for one in forecasts])

    return {
        "points": reliability(np.minimum(pooled("p_points"), 1.0), pooled("in_points")),
        "dnf": reliability(pooled("p_dnf"), pooled("retired")),
    }


def _per_race(
    forecasts: Sequence[RaceForecast], scored: Mapping[str, Sequence[Mapping[str, float]]]
) -> list[dict[str, Any]]:
    return [
        {
            "season": forecast.season,
            "round": forecast.round,
            "event_id": forecast.event_id,
            "known": forecast.known.value,
            "starters": len(forecast.driver_ids),
            "scores": {name: dict(races[i]) for name, races in scored.items()},
        }
        for i, forecast in enumerate(forecasts)
    ]
