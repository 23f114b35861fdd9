"""A model's card: what it is for, what it has seen, how good it was, and where its limits are.

One value, which is the card for programs; the card for people is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from predictor.learn.features.definitions import FEATURES, features_digest
from predictor.learn.outcome.ruler import Ruler

__all__ = ["Training", "card_content", "card_markdown"]

_INTENDED = (
    "Race forecasts of Formula 1, as a minor partner of the statistical model: "
    "`--use-ml-layer` pools both, with a weight that earlier races bear out and that is 0 where "
    "they bear out none."
)
_LIMITS = (
    "It has seen few races: some twenty a season, and those of a season resemble each other.",
    "After a change of regulations its past says less than it seems to.",
    "Wet races are rare in what it has seen, and it does not know beforehand that it will rain.",
    "A driver or a team that nobody has seen has no features of the past: it leans on the "
    "statistical model there.",
    "Scores are of models trained on the seasons before each one they were scored on; the model "
    "of this card has seen all of them.",
    "Not for betting, nor for judging people: it knows results, not their reasons.",
)
_METRICS = (
    ("place_log_loss", "place log loss", 4),
    ("winner_log_loss", "winner log loss", 3),
    ("rps", "RPS", 4),
    ("top_3", "winner in top 3", 3),
)
_MODELS = (
    ("model", "this kind alone"),
    ("filter", "published forecast"),
    ("grid", "grid baseline"),
)
_HORIZONS = {"a": "(a) before the weekend", "b": "(b) after practice", "c": "(c) grid known"}


@dataclass(frozen=True, slots=True)
class Training:
    """How a model came about.

    Attributes
    ----------
    seasons : sequence of int
        That it has learnt from.
    trained_until : str
        Date of the last race it has seen.
    seconds : float
        Wall clock of its own training.
    """

    kind: str
    seasons: Sequence[int]
    n_races: int
    n_examples: int
    trained_until: str
    seed: int
    device: str
    settings: Mapping[str, Any]
    n_epochs: int
    seconds: float
    libraries: str


def card_content(
    name: str,
    version: str,
    training: Training,
    files: Mapping[str, str],
    metrics: Mapping[str, Any],
    weights: Mapping[str, Mapping[str, Any]],
    ruler: Ruler,
    created: str,
) -> dict[str, Any]:
    """Give a card as plain values.

    Parameters
    ----------
    name, version : str
    training : Training
    files : mapping of str to str
        The model's own files and their digests.
    metrics : mapping
        By span of seasons, as ``2017-2021``, what `predictor.evaluate.model_scores` gave for the
        models ``model``, ``filter`` and ``grid``.
    weights : mapping
        By horizon: weight in the pool, gain over the published forecast, its standard error, races.
    ruler : Ruler
        The published forecast that evidence and scores are beside.
    created : str
        RFC 3339.
    """
    return {
        "name": name,
        "version": version,
        "kind": training.kind,
        "created": created,
        "files": dict(files),
        "intended_use": _INTENDED,
        "limits": list(_LIMITS),
        "data": {
            "seasons": list(training.seasons),
            "races": training.n_races,
            "examples": training.n_examples,
            "trained_until": training.trained_until,
        },
        "features": {"number": len(FEATURES), "digest": features_digest()},
        "training": {
            "seed": training.seed,
            "device": training.device,
            "epochs": training.n_epochs,
            "seconds": round(training.seconds, 1),
            "libraries": training.libraries,
            "settings": dict(training.settings),
        },
        "metrics": dict(metrics),
        "weights": {horizon: dict(one) for horizon, one in weights.items()},
        "ruler": {**asdict(ruler), "seasons": list(ruler.seasons)},
    }


def card_markdown(card: Mapping[str, Any]) -> str:
    """Give a card as people read it."""
    data, training = card["data"], card["training"]
    seasons = data["seasons"]
    lines = [
        f"# {card['name']} {card['version']}",
        "",
        f"Kind `{card['kind']}`, made {card['created'][:10]}. {card['intended_use']}",
        "",
        "## What it has seen",
        "",
        f"{data['races']} races of {seasons[0]} to {seasons[-1]}, at three horizons where their "
        f"sessions are known ({data['examples']} examples), the last on {data['trained_until']}; "
        f"{card['features']['number']} features (`{card['features']['digest'][:19]}`).",
        "",
        f"Trained in {training['seconds']:.0f} s on {training['device']} with seed "
        f"{training['seed']}, {training['epochs']} epochs, {training['libraries']}.",
        "",
        "## How good it was",
        "",
        "Trained on the seasons before each one that is scored. Mean over races ± standard error; "
        "lower is better, but for the last column.",
    ]
    for span, by_horizon in card["metrics"].items():
        lines += ["", f"### {span}", "", *_table(by_horizon)]
    lines += ["", "## Its weight in a forecast", "", *_weights(card["weights"])]
    lines += ["", f"Measured beside {Ruler(**card['ruler']).words}."]
    lines += ["", "## Limits", "", *(f"* {limit}" for limit in card["limits"])]
    return "\n".join(lines) + "\n"


def _table(by_horizon: Mapping[str, Any]) -> list[str]:
    head = ["", "", *(title for _, title, _ in _METRICS)]
    rows = [
        [
            f"{_HORIZONS[horizon]}, {found['races']} races" if name == "model" else "",
            title,
            *(_figure(found["scores"][name][metric], digits) for metric, _, digits in _METRICS),
        ]
        for horizon, found in by_horizon.items()
        for name, title in _MODELS
    ]
    return _markdown([head, ["---"] * len(head), *rows])


def _weights(weights: Mapping[str, Mapping[str, Any]]) -> list[str]:
    head = ["", "weight", "gain in place log loss", "races"]
    rows = [
        [
            _HORIZONS[horizon],
            f"{one['weight']:g}",
            f"{one['gain']:+.4f} ± {one['se']:.4f}",
            str(one["n_races"]),
        ]
        for horizon, one in weights.items()
    ]
    return _markdown([head, ["---"] * len(head), *rows])


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in rows]


def _figure(value: Mapping[str, float | None], digits: int) -> str:
    error = value["se"]
    shown = f"{value['mean']:.{digits}f}"
    return shown if error is None else f"{shown} ± {error:.{digits}f}"
