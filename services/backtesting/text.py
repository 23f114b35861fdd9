"""A backtest as Markdown tables and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from services.backtesting.backtest import Backtest

__all__ = [
    "COLUMNS",
    "MEANING",
    "MODELS",
    "backtest_json",
    "backtest_text",
    "figure",
    "layer_table",
    "scores_text",
    "table",
]

COLUMNS = (
    ("winner_log_loss", "winner log loss", 3),
    ("top_1", "winner first", 3),
    ("top_3", "winner in top 3", 3),
    ("mrr", "MRR of the winner", 3),
    ("podium_brier", "podium Brier", 4),
    ("podium_log_loss", "podium log loss", 4),
    ("rps", "RPS", 4),
    ("spearman", "Spearman", 3),
)
_SHORT = ("winner_log_loss", "rps", "podium_log_loss", "spearman", "top_1", "top_3")
_SHORT_DIGITS = {"podium_log_loss": 3, "top_1": 2, "top_3": 2}
MEANING = {"a": "(a) before the weekend", "b": "(b) after practice", "c": "(c) grid known"}
MODELS = {
    "product": "product",
    "uniform": "uniform",
    "grid_frequency": "grid frequency",
    "last_race": "last race's order",
    "points_order": "points order",
    "elo": "Elo-PL",
    "reverse_plackett_luce": "plain reverse PL",
}
_COVERED = (
    "Central intervals of the finishing position: the share of drivers whose non-randomised "
    "probability integral transform, uniform over F(x - 1) to F(x), lies inside."
)


def backtest_text(found: Backtest) -> str:
    """Give the tables of a backtest in Markdown, ready to be quoted."""
    settings = found.settings
    seasons = ", ".join(map(str, settings["seasons"]))
    lines = [
        f"Walk-forward over {seasons}: {settings['num_simulations']} simulations per race and "
        f"scenario, seed {settings['seed']}. Mean over races ± standard error."
    ]
    lines += layer_table(settings)
    for horizon, summary in found.horizons.items():
        lines += ["", f"### {MEANING[horizon]}, {summary['races']} races", ""]
        lines += _score_table(summary)
        lines += ["", *_difference_table(summary), "", *_coverage_table(summary)]
        lines += list(_power(summary["win_power"]))
        lines += list(_earlier_than_asked(horizon, summary))
    return "\n".join(lines) + "\n"


def scores_text(found: Backtest, season: Path) -> str:
    """Give the product's scores alone, a line per horizon, as the README quotes them."""
    titles = {name: title for name, title, _ in COLUMNS}
    digits = {name: places for name, _, places in COLUMNS} | _SHORT_DIGITS
    rows = [
        [
            MEANING[horizon],
            *(figure(summary["scores"]["product"][name], digits[name]) for name in _SHORT),
        ]
        for horizon, summary in found.horizons.items()
    ]
    return "\n".join(table([season.name, *(titles[name] for name in _SHORT)], rows)) + "\n"


def backtest_json(found: Backtest) -> bytes:
    """Give all figures as JSON: settings, summaries, every race's scores, calibration bins."""
    content = {
        "settings": dict(found.settings),
        "horizons": dict(found.horizons),
        "notes": found.notes,
        "left_out": found.left_out,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def layer_table(settings: Mapping[str, Any]) -> list[str]:
    """Return the lines of a table of the learned layer; none without one."""
    layers: Mapping[str, Mapping[str, Any]] = settings.get("layers", {})
    if not layers:
        return []
    horizons = list(next(iter(layers.values()))["weights"])
    rows = [
        [season, *_model(one), *(_weight(one["weights"][horizon]) for horizon in horizons)]
        for season, one in layers.items()
    ]
    weights = [f"mean weight ({horizon})" for horizon in horizons]
    return ["", *table(["learned layer", "model", "trained until", *weights], rows)]


def _model(layer: Mapping[str, Any]) -> tuple[str, str]:
    if layer["model"] is None:
        return "none that may be used", ""
    return f"{layer['model']} {layer['version']} ({layer['kind']})", layer["trained_until"]


def _weight(weight: float | None) -> str:
    return "" if weight is None else f"{weight:.2f}"


def _score_table(summary: Mapping[str, Any]) -> list[str]:
    models = _in_order(summary["scores"])
    rows = [
        [title, *(figure(summary["scores"][model][name], digits) for model in models)]
        for name, title, digits in COLUMNS
    ]
    rows += [
        [f"ECE {place}", *(f"{summary['ece'][model][place]:.3f}" for model in models)]
        for place in ("win", "podium")
    ]
    return table(["", *(MODELS[model] for model in models)], rows)


def _difference_table(summary: Mapping[str, Any]) -> list[str]:
    differences = summary["differences"]
    models = _in_order(differences)
    rows = [
        [title, *(figure(differences[model][name], digits, "+") for model in models)]
        for name, title, digits in COLUMNS
        if name in differences[models[0]]
    ]
    return table(["product minus", *(MODELS[model] for model in models)], rows)


def _coverage_table(summary: Mapping[str, Any]) -> list[str]:
    coverage = summary["coverage"]
    head = ["central interval", *(f"{100 * float(share):.0f} %" for share in coverage)]
    row = ["covers", *(figure(value, 3) for value in coverage.values())]
    return [*table(head, [row]), "", _COVERED]


def _power(power: Mapping[str, float | None]) -> Iterator[str]:
    if power["mean"] is not None:
        yield ""
        yield (
            f"Best power of the win probabilities: {figure(power, 2)}; above 1 they were too "
            "flat, below 1 too bold."
        )


def _earlier_than_asked(horizon: str, summary: Mapping[str, Any]) -> Iterator[str]:
    earlier = [race["event_id"] for race in summary["per_race"] if race["known"] != horizon]
    if earlier:
        yield ""
        yield f"The data allowed only an earlier horizon for {len(earlier)}: {', '.join(earlier)}."


def _in_order(models: Mapping[str, Any]) -> list[str]:
    return [model for model in MODELS if model in models]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Give the lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def figure(value: Mapping[str, float | None], digits: int, sign: str = "") -> str:
    """Give a mean and its standard error, ``1.234 ± 0.056``."""
    error = value["se"]
    shown = f"{value['mean']:{sign}.{digits}f}"
    return shown if error is None else f"{shown} ± {error:.{digits}f}"
