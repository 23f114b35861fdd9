"""Two backtests of the same races, race by race, the second minus the first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from predictor.errors import UsageError
from predictor.evaluate.summary import PRODUCT, mean_and_error
from services.backtesting.figures_file import not_figures, read_figures
from services.backtesting.text import COLUMNS, MEANING, figure, table

__all__ = ["comparison_text"]

Scores = Mapping[str, float]


def comparison_text(first: Path, second: Path) -> str:
    """Give the differences second minus first as Markdown tables.

    A race counts at a horizon if both files have it with the same knowledge; the others
    are counted aloud. Races are taken as independent.

    Raises
    ------
    UsageError
        If a file is none of ``backtest --json``, or no race is in both.
    """
    before, after = _races(first), _races(second)
    lines = [f"{second} minus {first}, race by race. Mean over races ± standard error."]
    paired = 0
    for horizon in [name for name in before if name in after]:
        events = [event for event in before[horizon] if event in after[horizon]]
        if not events:
            continue
        paired += len(events)
        alone = len(before[horizon]) + len(after[horizon]) - 2 * len(events)
        left = f"; {alone} in one file alone are left out" if alone else ""
        lines += ["", f"### {MEANING[horizon]}, {len(events)} races{left}", ""]
        pairs = [(before[horizon][event], after[horizon][event]) for event in events]
        lines += _table(pairs)
    if not paired:
        raise UsageError(
            "the two backtests have no race in common",
            where=f"{first}, {second}",
            expected="the same seasons and horizons in both",
            do="run the backtest with the same --seasons and --horizons",
        )
    return "\n".join(lines) + "\n"


def _table(pairs: list[tuple[Scores, Scores]]) -> list[str]:
    rows = []
    for name, title, digits in COLUMNS:
        old = np.array([scores[name] for scores, _ in pairs])
        new = np.array([scores[name] for _, scores in pairs])
        values = [figure(mean_and_error(values), digits) for values in (old, new)]
        rows.append([title, *values, figure(mean_and_error(new - old), digits, "+")])
    return table(["", "first", "second", "second minus first"], rows)


def _races(path: Path) -> dict[str, dict[tuple[str, str], Scores]]:
    """Give the product's scores by horizon, then by event and what was known of it."""
    content = read_figures(path)
    try:
        return {
            horizon: {
                (race["event_id"], race["known"]): {
                    name: float(race["scores"][PRODUCT][name]) for name, _, _ in COLUMNS
                }
                for race in summary["per_race"]
            }
            for horizon, summary in content["horizons"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise not_figures(path, f"no {error}") from error
