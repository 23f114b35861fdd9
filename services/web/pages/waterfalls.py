"""How the title chances of the first two came to what they are, over the last runs."""

from __future__ import annotations

from typing import Any

from predictor.published.season_types import SeasonDocument
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.title_words import drivers
from services.web.derived.waterfall import Fall, RunChance, by_cause, fall_of, fall_sentence
from services.web.drawing.bars import bar, step_bar
from services.web.drawing.scale import nice_top
from services.web.pages.run_chain import Step

__all__ = ["waterfalls"]

_CONTENDERS = 2


def waterfalls(
    document: SeasonDocument, cars: Cars, chain: tuple[Step, ...]
) -> list[dict[str, Any]]:
    """Return a waterfall for each of the likeliest champions; none of fewer than two runs."""
    found = []
    for one in drivers(document)[:_CONTENDERS]:
        told = [
            RunChance(
                step.run.run_id,
                step.compared.titles[one.key],
                step.run.n_sims,
                step.compared.came,
            )
            for step in reversed(chain)
            if step.compared is not None and one.key in step.compared.titles
        ]
        fall = fall_of(told)
        if fall is not None:
            begun = next(step for step in reversed(chain) if step.run.run_id == told[0].run_id)
            since = figures.date_text(begun.run.published_at)
            section = _section(one.name, cars.of(one.key).code, fall, len(told), since)
            found.append(section | {"key": one.key})
    return found


def _section(name: str, code: str, fall: Fall, n_runs: int, since: str) -> dict[str, Any]:
    chances = [fall.start, fall.end, *(p for one in fall.steps for p in (one.before, one.now))]
    top = nice_top(chances)
    rows: list[dict[str, Any]] = [
        {
            "text": since,
            "path": "",
            "picture": bar(fall.start, top),
            "change": "",
            "now": figures.per_cent(fall.start),
            "is_end": True,
        }
    ]
    rows += [
        {
            "text": one.text[:1].upper() + one.text[1:],
            "path": f"/runs/{one.run_id}",
            "picture": step_bar(one.before, one.now, top),
            "change": figures.change(one.difference),
            "now": figures.per_cent(one.now),
            "is_end": False,
        }
        for one in fall.steps
    ]
    if fall.n_level:
        rows.append(
            {
                "text": f"{figures.count(fall.n_level, 'run')} within the noise, together",
                "path": "",
                "picture": step_bar(fall.end - fall.level, fall.end, top, is_level=True),
                "change": figures.change(fall.level),
                "now": "",
                "is_end": False,
            }
        )
    rows.append(
        {
            "text": "Now",
            "path": "",
            "picture": bar(fall.end, top),
            "change": figures.change(fall.end - fall.start),
            "now": figures.per_cent(fall.end),
            "is_end": True,
        }
    )
    return {
        "title": fall_sentence(name, fall),
        "code": code,
        "top": f"0 to {figures.per_cent(top) if top < 1 else '100 %'}",
        "n_runs": n_runs,
        "rows": rows,
        "by_cause": by_cause(fall),
        "is_mixed": any(one.kind is None for one in fall.steps),
    }
