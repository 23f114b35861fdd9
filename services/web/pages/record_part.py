"""How right the forecasts of a season were, beside reference models."""

from __future__ import annotations

from typing import Any

from services.web.derived import figures
from services.web.derived.record import record_of, record_sentence, typical
from services.web.derived.references import REFERENCE_NAMES
from services.web.derived.weekend import AFTER, n_events
from services.web.drawing.bars import bar
from services.web.drawing.scale import nice_top
from services.web.pages.season_shown import SeasonShown

__all__ = ["record_section"]


def record_section(shown: SeasonShown) -> dict[str, Any] | None:
    """Return the record of a season; None while results are hidden."""
    if shown.hide:
        return None
    record = record_of(shown.document)
    section: dict[str, Any] = {"title": record_sentence(record), "n": record.n, "rows": []}
    if record.n == 0:
        return section | {"over": "How right are we?"}
    when = "" if record.horizon is None else f", {AFTER[record.horizon]}"
    chances = {"ours": record.typical, **_references(shown)}
    # Everyone alike is arithmetic: it needs no archive.
    if record.n_drivers:
        chances.setdefault("uniform", 1.0 / record.n_drivers)
    top = nice_top(list(chances.values()))
    better = [name for name in REFERENCE_NAMES if chances.get(name, 0.0) > chances["ours"]]
    names = {"ours": "This forecast", **REFERENCE_NAMES}
    of = f"{record.n} of {figures.count(n_events(shown.document), 'race')} of {shown.year}"
    return section | {
        "over": f"How right were we? · {of}",
        "sub": f"Typical chance given to the winner{when}",
        "rows": [
            {
                "name": name,
                "is_ours": model == "ours",
                "bar": bar(chances[model], top, tone="forecast" if model == "ours" else "other"),
                "said": figures.per_cent(chances[model]),
            }
            for model, name in names.items()
            if model in chances
        ],
        "better": [names[model] for model in better],
    }


def _references(shown: SeasonShown) -> dict[str, float]:
    """Return the typical chance of each reference model that forecast every scored race."""
    events = [
        (event.metadata.event_id, event.metadata.horizon)
        for event in shown.document.predictions.values()
        if event.scores
    ]
    losses: dict[str, list[float]] = {}
    for event_id, horizon in events:
        if horizon is None:
            continue
        for row in shown.kept.scores.get((event_id, horizon), ()):
            if row.metric == "winner_log_loss" and row.model in REFERENCE_NAMES:
                losses.setdefault(row.model, []).append(row.value)
    return {name: typical(found) for name, found in losses.items() if len(found) == len(events)}
