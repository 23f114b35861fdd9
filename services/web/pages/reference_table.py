"""Our forecast of one race beside those of reference models, by what the archive keeps."""

from __future__ import annotations

import math
from typing import Any

from msgspec import UNSET

from services.web.derived import figures
from services.web.derived.references import REFERENCE_NAMES, score_title, uniform_rps
from services.web.drawing.bars import bar
from services.web.drawing.scale import nice_top
from services.web.pages.shown import Shown

__all__ = ["reference_tables"]


def reference_tables(shown: Shown) -> dict[str, Any] | None:
    """Return the chance given to the winner and the error of all places, ours and others'.

    None without scores. Reference models are named where the archive has their forecasts of the
    same race from the same knowledge; "everyone alike" needs no archive.
    """
    event = shown.event
    if event.scores is UNSET or event.metadata.horizon is None or event.result is UNSET:
        return None
    n = len(event.result.order)
    if n == 0:
        return None
    winner = {"ours": math.exp(-event.scores.winner_log_loss)}
    order = {"ours": event.scores.rps}
    for row in shown.kept.scores.get((shown.event_id, event.metadata.horizon), ()):
        if row.model in REFERENCE_NAMES:
            if row.metric == "winner_log_loss":
                winner[row.model] = math.exp(-row.value)
            elif row.metric == "rps":
                order[row.model] = row.value
    winner.setdefault("uniform", 1.0 / n)
    order.setdefault("uniform", uniform_rps(n))
    return {
        "title": score_title(winner, order),
        "winner": _table(winner, nice_top(list(winner.values())), is_chance=True),
        "order": _table(order, max(order.values()) * 1.05, is_chance=False),
        "n_models": len(winner),
    }


def _table(found: dict[str, float], top: float, *, is_chance: bool) -> list[dict[str, Any]]:
    rows = []
    for model, name in {"ours": "This forecast", **REFERENCE_NAMES}.items():
        if model in found:
            value = found[model]
            rows.append(
                {
                    "name": name,
                    "is_ours": model == "ours",
                    "bar": bar(value, top, tone="forecast" if model == "ours" else "other"),
                    "said": figures.per_cent(value) if is_chance else f"{value:.3f}",
                }
            )
    return rows
