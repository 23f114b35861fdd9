"""Read what ``backtest --json`` and ``titles --json`` wrote, and draw all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from services.backtesting import plots
from services.backtesting.figures_file import not_figures, read_figures

__all__ = ["diagrams_of", "shown_seasons"]

_OUTCOMES = {"win", "podium", "points", "dnf"}
_CHAMPIONSHIPS = {"drivers", "constructors"}


def diagrams_of(path: Path) -> dict[str, bytes]:
    """Draw every reliability diagram that a file of figures has.

    Returns
    -------
    dict of str to bytes
        File name -> PNG.

    Raises
    ------
    UsageError
        If the file is not one of those.
    F1Error
        If matplotlib is not installed.
    """
    plots.require_matplotlib()
    content = read_figures(path)
    try:
        seasons = shown_seasons(content["settings"]["seasons"])
        if "titles" in content:
            both = _with(content["titles"], _CHAMPIONSHIPS)
            return {"reliability-titles.png": plots.title_diagram(both, seasons)}
        return {
            f"reliability-{horizon}.png": plots.race_diagram(
                horizon, _with(summary["bins"], _OUTCOMES), summary["races"], seasons
            )
            for horizon, summary in content["horizons"].items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise not_figures(path, f"no {error}") from error


def shown_seasons(seasons: Sequence[int]) -> str:
    """Give years as a reader likes them: ``2014-2016, 2019``."""
    runs = groupby(enumerate(sorted(seasons)), key=lambda pair: pair[1] - pair[0])
    spans = [[year for _, year in run] for _, run in runs]
    return ", ".join(f"{s[0]}" if len(s) == 1 else f"{s[0]}-{s[-1]}" for s in spans)


def _with(content: Mapping[str, Any], names: set[str]) -> Mapping[str, Any]:
    """Give the content if it has all names.

    Raises
    ------
    KeyError
        If one is missing.
    """
    for name in sorted(names - content.keys()):
        raise KeyError(name)
    return content
