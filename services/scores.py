"""How good the published forecasts were: one document per horizon, and their scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from predictor.vocabulary import Horizon
from services.job_settings import JobSettings
from services.season_job import run_job

__all__ = ["score_horizons", "scores_text"]

_COLUMNS = (
    ("winner_log_loss", "winner log loss", 3),
    ("rps", "RPS", 4),
    ("podium_log_loss", "podium log loss", 3),
    ("spearman", "Spearman", 3),
    ("top_1", "winner first", 2),
    ("top_3", "winner in top 3", 2),
)
_MEANING = {"a": "(a) before the weekend", "b": "(b) after practice", "c": "(c) grid known"}


def score_horizons(settings: JobSettings, horizons: Sequence[Horizon]) -> dict[str, Any]:
    """Forecast a season at each horizon and give the documents' own mean scores.

    Parameters
    ----------
    settings : JobSettings
        Its output folder receives ``scores_<horizon>.json`` documents.

    Returns
    -------
    dict
        Horizon -> metric -> mean and standard error; empty for one without a finished race.
    """
    found = {}
    for horizon in horizons:
        output = settings.folder / f"scores_{horizon.value}.json"
        report = run_job(replace(settings, horizon=horizon, output=output, incremental=True))
        found[horizon.value] = report.document["scores"].get(horizon.value, {})
    return found


def scores_text(scores: Mapping[str, Mapping[str, Any]], season: Path) -> str:
    """Give the scores as a table in Markdown, ready to be quoted."""
    lines = [
        f"| {season.name} | " + " | ".join(title for _, title, _ in _COLUMNS) + " |",
        "|---|" + "---|" * len(_COLUMNS),
    ]
    for horizon, metrics in scores.items():
        if not metrics:
            lines.append(f"| {_MEANING[horizon]} | no finished race |")
            continue
        cells = [
            f"{metrics[name]['mean']:.{digits}f} ± {metrics[name]['se'] or 0:.{digits}f}"
            for name, _, digits in _COLUMNS
        ]
        lines.append(f"| {_MEANING[horizon]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
