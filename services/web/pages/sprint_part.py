"""The sprint on the page of its event: its forecast, and once it is run what came of it."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from predictor.published.event_types import Sprint
from predictor.vocabulary import SessionKind
from services.web.derived import figures
from services.web.derived.cars import Cars
from services.web.derived.level import sims_of
from services.web.derived.race_words import who_is_ahead
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell
from services.web.pages.chance_table import CHANCE_KEY, chance_rows
from services.web.pages.shown import Shown

__all__ = ["sprint_section", "sprint_title"]

_SHOWN = 8


def sprint_section(shown: Shown) -> dict[str, Any] | None:
    """Return what is shown of a sprint; None where the event has none, or no forecast of it."""
    sprint = shown.event.sprint
    if sprint is UNSET or not sprint.predictions:
        return None
    starts = shown.event.metadata.sessions.get(SessionKind.SPRINT)
    has_result = sprint.result is not UNSET and not shown.hide
    return {
        "title": sprint_title(sprint, sims_of(shown.event), hide=shown.hide),
        "over": "" if starts is None else figures.moment_text(starts.starts_at),
        "has_result": has_result,
        "is_hidden": sprint.result is not UNSET and shown.hide,
        "chances": chance_rows(
            sprint.predictions, shown.cars, shown.event_id, with_team=False, most=_SHOWN
        ),
        "results": _results(sprint, shown.cars, shown.event_id) if has_result else [],
        "key": key(CHANCE_KEY),
    }


def sprint_title(sprint: Sprint, n_sims: int, *, hide: bool) -> str:
    """Return who is ahead for a sprint, or who won it."""
    if sprint.result is UNSET or hide:
        return f"Sprint: {who_is_ahead(sprint.predictions, n_sims)}"
    winner = sprint.result.winner
    if winner is None:
        return "Sprint: nobody was classified"
    row = next((one for one in sprint.predictions if one.driver_id == winner), None)
    if row is None:
        return "Sprint: won by a driver of whom we had no forecast"
    chance = figures.one_in(row.p_win)
    return f"Sprint: {figures.surname(row.name)} won; we had given him {chance}"


def _results(sprint: Sprint, cars: Cars, event_id: str) -> list[tuple[Any, ...]]:
    if sprint.result is UNSET:
        return []
    chances = {row.driver_id: figures.per_cent(row.p_win) for row in sprint.predictions}
    return [
        (
            figures.ordinal(row.position),
            car_cell(cars.of(row.driver_id, event_id)),
            figures.points(row.points),
            chances.get(row.driver_id, figures.NOTHING),
        )
        for row in sprint.result.order[:_SHOWN]
        if row.position is not None
    ]
