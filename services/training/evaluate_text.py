"""An evaluation of models as Markdown tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import orjson

from services.backtesting.text import MEANING, figure, table
from services.training.evaluate import BLEND, Evaluation

__all__ = ["CLAIMS", "evaluation_json", "evaluation_text"]

_COLUMNS = (
    ("top_1", "winner first", 3),
    ("top_3", "winner in top 3", 3),
    ("top_5", "winner in top 5", 3),
    ("mrr", "MRR of the winner", 3),
    ("winner_log_loss", "winner log loss", 3),
    ("rps", "RPS", 4),
    ("place_log_loss", "place log loss", 4),
    ("podium_log_loss", "podium log loss", 4),
    ("podium_overlap", "podium foreseen", 3),
    ("podium_accuracy", "podium yes or no", 3),
)
_PAIRED = ("winner_log_loss", "rps", "place_log_loss", "podium_log_loss", "mrr", "top_3")
_NAMES = {"grid": "grid frequency", "filter": "published forecast"}
# What a specification that this product was built from says of its own model, without a word of
# how it was counted.
CLAIMS = (
    ("top-3 accuracy 85.3 %", "top_3"),
    ("top-5 accuracy 92.1 %", "top_5"),
    ("mean reciprocal rank .74", "mrr"),
)
_MEANT = (
    "How they were counted is not told. Figures of that size come out where accuracy means that "
    "the winner is among the three or five likeliest winners, with the grid known; the first "
    "column is what the grid alone gives. `podium yes or no` counts every starter and is higher, "
    "because most are never on a podium; `podium foreseen` asks which three, and is lower."
)


def evaluation_text(found: Evaluation) -> str:
    """Give the tables of an evaluation, ready to be quoted."""
    settings = found.settings
    seasons = ", ".join(map(str, settings["seasons"]))
    lines = [
        f"Models of seasons {seasons}, each trained on all seasons before; seed "
        f"{settings['seed']}, {settings['num_simulations']} simulations per race and scenario in "
        "the published forecasts. Mean over races ± standard error."
    ]
    for horizon, one in found.horizons.items():
        lines += ["", f"### {MEANING[horizon]}, {one['races']} races", "", *_scores(one)]
        lines += ["", *_differences(one)]
    lines += ["", "### Weights", "", *_weights(found)]
    lines += ["", "### Time", "", *_times(found)]
    if "c" in found.horizons:
        lines += ["", "### Claims", "", *_claims(found)]
    return "\n".join(lines) + "\n"


def evaluation_json(found: Evaluation) -> bytes:
    """Give all figures as JSON."""
    content = msgspec.to_builtins(found)
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _scores(found: Mapping[str, Any]) -> list[str]:
    models = list(found["scores"])
    rows = [
        [title, *(figure(found["scores"][model][name], digits) for model in models)]
        for name, title, digits in _COLUMNS
    ]
    rows += [
        [f"ECE {place}", *(f"{found['ece'][model][place]:.3f}" for model in models)]
        for place in ("win", "podium")
    ]
    return table(["", *map(_title, models)], rows)


def _differences(found: Mapping[str, Any]) -> list[str]:
    models = list(found["differences"])
    digits = {name: places for name, _, places in _COLUMNS}
    titles = {name: title for name, title, _ in _COLUMNS}
    rows = [
        [
            titles[name],
            *(
                figure(found["differences"][model][name], max(digits[name], 4), "+")
                for model in models
            ),
        ]
        for name in _PAIRED
    ]
    return table(["minus published forecast", *map(_title, models)], rows)


def _weights(found: Evaluation) -> list[str]:
    seasons = [str(season) for season in found.settings["seasons"]]
    rows = [
        [f"{kind}, {MEANING[horizon]}", *(f"{by_season.get(s, 0.0):.2f}" for s in seasons)]
        for kind, of_kind in found.weights.items()
        for horizon, by_season in of_kind.items()
    ]
    return table(["mean weight in the blend", *seasons], rows)


def _times(found: Evaluation) -> Iterator[str]:
    rows = [[kind, f"{ms:.1f} ms"] for kind, ms in found.inference_ms.items()]
    yield from table(["median for one race, places included", ""], rows)
    yield ""
    yield "Claimed: 15 ms."


def _claims(found: Evaluation) -> Iterator[str]:
    of_grid_known = found.horizons["c"]
    models = list(of_grid_known["scores"])
    rows = [
        [claim, *(f"{of_grid_known['scores'][model][name]['mean']:.3f}" for model in models)]
        for claim, name in CLAIMS
    ]
    rows.append(
        [
            "calibration error .034 (ECE win)",
            *(f"{of_grid_known['ece'][model]['win']:.3f}" for model in models),
        ]
    )
    yield from table(["claimed; found at (c)", *map(_title, models)], rows)
    yield ""
    yield _MEANT


def _title(model: str) -> str:
    if model.startswith(BLEND):
        return f"{BLEND}{model.removeprefix(BLEND)}"
    return _NAMES.get(model, model)
