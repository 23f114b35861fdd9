"""A comparison of two versions as Markdown and as JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from predictor.learn.monitoring.promotion import LOSS_TITLES, LOSSES, Paired
from services.backtesting.text import MEANING, table
from services.training.compare import Comparison

__all__ = ["comparison_json", "comparison_text"]

_WAYS = {"alone": "alone", "pooled": "in the pool"}


def comparison_text(found: Comparison) -> list[str]:
    """Give the lines of a comparison as Markdown."""
    lines = [
        f"{found.second} minus {found.first}, race by race, on races that neither had seen. "
        "Mean over races ± standard error; below 0 the second is better.",
        "",
        f"Measured beside {found.ruler.words}.",
    ]
    rows = [
        [
            f"{MEANING[horizon]}, {of_way[LOSSES[0]].n_races} races",
            _WAYS[way],
            *(_figure(of_way[name]) for name in LOSSES),
        ]
        for horizon, ways in found.figures.items()
        for way, of_way in ways.items()
    ]
    if rows:
        lines += ["", *table(["", "", *LOSS_TITLES.values()], rows)]
    word = "may" if found.verdict.is_better else "may not"
    lines += ["", f"{found.second} {word} take its place: {found.verdict.reason}"]
    return lines + [f"note: {note}" for note in found.notes]


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Give a comparison as plain values; an unknown error is null."""

    def plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        return None if value == float("inf") else value

    content: dict[str, Any] = plain(msgspec.to_builtins(found))
    return content


def _figure(difference: Paired) -> str:
    if difference.n_races < 2:
        return f"{difference.mean:+.4f}"
    return f"{difference.mean:+.4f} ± {difference.se:.4f}"
