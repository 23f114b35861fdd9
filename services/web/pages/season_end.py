"""What stands in the place of the next race when all are run: the champion and the last race."""

from __future__ import annotations

from typing import Any

from services.web.derived import figures
from services.web.derived.result_words import result_lead, result_sentence
from services.web.derived.title_words import TitleContender, standings
from services.web.derived.weekend import has_run, upcoming
from services.web.drawing.people import car_cell
from services.web.pages.season_shown import SeasonShown

__all__ = ["end_section"]

_TOP = 8


def end_section(
    shown: SeasonShown, won: tuple[TitleContender | None, TitleContender | None]
) -> dict[str, Any] | None:
    """Return the end of a season; None while a race is to come, or results are hidden."""
    if upcoming(shown.document) is not None or shown.hide:
        return None
    table = standings(shown.document, "driver")
    runs = [(title, one) for title, one in shown.document.predictions.items() if has_run(one)]
    if not runs or len(table) < 2:
        return None
    title, last = runs[-1]
    gap = table[0].points - table[1].points
    by = f"by {figures.points(gap)} {'point' if gap == 1 else 'points'}" if gap else "on countback"
    return {
        "over": "Final standings",
        "title": f"The drivers’ title was won {by}" if won[0] else "The drivers’ title",
        "heroes": [
            (figures.points(row.points), car_cell(shown.cars.of(row.key))) for row in table[:2]
        ],
        "rows": [
            (
                figures.ordinal(row.position),
                car_cell(shown.cars.of(row.key), with_team=True),
                str(row.places[0] if row.places else 0),
                figures.points(row.points),
            )
            for row in table[:_TOP]
        ],
        "last": f"The last race, the {title}: {result_sentence(last)}. {result_lead(last)}",
        "last_path": f"/events/{last.metadata.event_id}",
    }
