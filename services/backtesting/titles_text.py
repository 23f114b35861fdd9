"""Scores of title odds as Markdown tables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from services.backtesting.text import figure, layer_table, table
from services.backtesting.titles import Titles

__all__ = ["titles_json", "titles_text"]

_SCORES = (("log_loss", "log loss of the champion", 3), ("brier", "Brier per contender", 4))
_MODELS = {"product": "product", "standings": "place in the standings", "uniform": "uniform"}


def titles_text(found: Titles) -> str:
    """Give the tables in Markdown, ready to be quoted."""
    seasons = ", ".join(map(str, found.settings["seasons"]))
    lines = [
        f"Title odds after every round but the last, walk-forward over {seasons}: "
        f"{found.settings['num_simulations']} simulations per race and scenario, seed "
        f"{found.settings['seed']}. Mean over forecasts ± standard error clustered by season: "
        "the rounds of a season share one champion, so the number of seasons counts."
    ]
    lines += layer_table(found.settings)
    for name, summary in found.championships.items():
        n_forecasts, n_seasons = summary["forecasts"], summary["seasons"]
        lines += ["", f"### {name.capitalize()}, {n_seasons} seasons, {n_forecasts} forecasts"]
        for score, title, digits in _SCORES:
            lines += ["", *_score_table(summary, score, title, digits)]
        lines += ["", *_bin_table(summary["bins"])]
    return "\n".join(lines) + "\n"


def titles_json(found: Titles) -> bytes:
    """Give all figures as JSON: settings, summaries, every forecast's scores, calibration bins."""
    content = {
        "settings": dict(found.settings),
        "titles": dict(found.championships),
        "skipped": found.skipped,
        "notes": found.notes,
        "left_out": found.left_out,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _score_table(summary: Mapping[str, Any], score: str, title: str, digits: int) -> list[str]:
    parts = [*(part for part in summary["scores"] if part != "whole season"), "whole season"]
    rows = []
    for part in parts:
        scores, difference = summary["scores"][part], summary["differences"][part]["standings"]
        rows.append(
            [
                part,
                str(summary["counts"][part]),
                *(figure(scores[model][score], digits) for model in _MODELS),
                figure(difference[score], digits, "+"),
            ]
        )
    return table([title, "forecasts", *_MODELS.values(), "product minus standings"], rows)


def _bin_table(bins: list[Mapping[str, Any]]) -> list[str]:
    rows = [
        [
            f"{one['lower']:g} to {one['upper']:g}",
            str(one["count"]),
            str(one["contenders"]),
            f"{one['mean_forecast']:.3f}",
            f"{one['frequency']:.3f}",
        ]
        for one in bins
        if one["count"]
    ]
    head = ["p_title", "forecasts", "contenders of a season", "mean forecast", "champion"]
    return table(head, rows)
