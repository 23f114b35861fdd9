"""Several models' forecasts of the same races, scored side by side and paired with one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.evaluate.calibration import calibration_error, reliability
from predictor.evaluate.scores import SMALLEST_PROBABILITY, score_race
from predictor.evaluate.summary import mean_and_error
from predictor.vocabulary import Horizon

__all__ = ["MODEL_METRICS", "ModelsOfRace", "compare_models", "model_scores"]

Floats = NDArray[np.float64]

MODEL_METRICS = (
    "top_1",
    "top_3",
    "top_5",
    "mrr",
    "winner_log_loss",
    "place_log_loss",
    "podium_log_loss",
    "rps",
    "spearman",
    "podium_overlap",
    "podium_accuracy",
)
_PLACES = {"win": 1, "podium": 3}


@dataclass(frozen=True, slots=True)
class ModelsOfRace:
    """What several models said of one race at one horizon.

    Attributes
    ----------
    p_position : mapping of str to float64[D, D]
        By name of the model; row i is the driver who came i-th, column k position k + 1.
    """

    event_id: str
    season: int
    date: str
    horizon: Horizon
    p_position: Mapping[str, Floats]


def model_scores(p_position: Floats) -> dict[str, float]:
    """Score one forecast of one race.

    Parameters
    ----------
    p_position : float64[D, D]
        Row i is the driver who came i-th; column k the probability of position k + 1.

    Returns
    -------
    dict of str to float
        Keys MODEL_METRICS. Beside those of `score_race`: ``top_5``, whether the winner is among
        the five likeliest winners; ``place_log_loss``, mean over starters of -log of the
        probability of their own place; ``podium_overlap``, share of the podium that the three
        likeliest to be on it make up; ``podium_accuracy``, share of drivers of whom "on the
        podium, yes or no" was said rightly, at a probability of a half.
    """
    n = len(p_position)
    own = np.maximum(np.diagonal(p_position), SMALLEST_PROBABILITY)
    p_win = p_position[:, 0]
    p_podium = p_position[:, :3].sum(axis=1)
    on_podium = np.arange(n) < 3
    # Equals share the ranks that they have together, as in `score_race`.
    ranks = np.sum(p_win > p_win[0]) + 1 + np.arange(int(np.sum(p_win == p_win[0])))
    scores = score_race(p_position)
    return {
        **{name: scores[name] for name in scores if name in MODEL_METRICS},
        "top_5": float(np.mean(ranks <= 5)),
        "place_log_loss": float(-np.mean(np.log(own))),
        "podium_overlap": _overlap(np.round(p_podium, 9)),
        "podium_accuracy": float(np.mean((p_podium > 0.5) == on_podium)),
    }


def _overlap(p_podium: Floats) -> float:
    """Give the expected share of the podium among the three likeliest; equals are drawn."""
    last = np.sort(p_podium)[::-1][:3].min()
    sure, equal = p_podium > last, p_podium == last
    chosen = sure + equal * ((3 - sure.sum()) / equal.sum())
    return float(chosen[:3].sum() / 3)


def compare_models(races: Sequence[ModelsOfRace], reference: str) -> dict[str, Any]:
    """Score models on the races that all of them forecast, horizon by horizon.

    Parameters
    ----------
    races : sequence of ModelsOfRace
        All with the same models.
    reference : str
        Whom the others are paired with, race by race.

    Returns
    -------
    dict
        By horizon: ``races``; ``scores`` by model and metric, with mean and standard error
        over races; ``ece`` by model for win and podium; ``differences`` by model and metric,
        model minus reference.
    """
    return {
        horizon.value: _of_horizon(found, reference)
        for horizon in Horizon
        if (found := [race for race in races if race.horizon == horizon])
    }


def _of_horizon(races: Sequence[ModelsOfRace], reference: str) -> dict[str, Any]:
    names = tuple(races[0].p_position)
    scored = {name: [model_scores(race.p_position[name]) for race in races] for name in names}
    table = {
        name: {metric: np.array([one[metric] for one in of_model]) for metric in MODEL_METRICS}
        for name, of_model in scored.items()
    }
    return {
        "races": len(races),
        "scores": {
            name: {metric: mean_and_error(values) for metric, values in of_model.items()}
            for name, of_model in table.items()
        },
        "ece": {name: _errors([race.p_position[name] for race in races]) for name in names},
        "differences": {
            name: {
                metric: mean_and_error(values - table[reference][metric])
                for metric, values in of_model.items()
            }
            for name, of_model in table.items()
            if name != reference
        },
    }


def _errors(matrices: Sequence[Floats]) -> dict[str, float]:
    """Give the expected calibration error of win and podium, all drivers of all races together."""
    found = {}
    for name, places in _PLACES.items():
        p = np.concatenate([np.minimum(one[:, :places].sum(axis=1), 1.0) for one in matrices])
        happened = np.concatenate([np.arange(len(one)) < places for one in matrices])
        found[name] = calibration_error(reliability(p, happened))
    return found
