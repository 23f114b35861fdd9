"""The card of an event: the favourites before it, and after it what they had been given."""

from __future__ import annotations

from predictor.published.event_types import Event
from services.web.cards.card import Bar, Card
from services.web.derived import figures
from services.web.derived.headline import event_headline
from services.web.derived.race_words import by_chance
from services.web.derived.result_words import Finish, finishes
from services.web.derived.weekend import AFTER, has_run

__all__ = ["event_card"]

_SHOWN = 5


def event_card(title: str, event: Event, *, hide: bool) -> Card:
    """Return what the card of an event says.

    Parameters
    ----------
    title : str
        Of the event.
    event : Event
    hide : bool
        Whether to tell nothing of its result.
    """
    metadata = event.metadata
    day = f" · {figures.date_text(metadata.date)}" if metadata.date else ""
    horizon = metadata.horizon
    when = "" if horizon is None else f" {AFTER[horizon]}"
    came = {} if hide else {one.row.driver_id: _came(one) for one in finishes(event)}
    rows = by_chance(event.predictions)
    if has_run(event) and not hide and event.result:
        # The winner is on the card of a race that is run, whatever we had thought of him.
        winner = event.result.winner
        rows = sorted(rows[:_SHOWN], key=lambda row: row.driver_id != winner)
        if not rows or rows[0].driver_id != winner:
            first = [row for row in event.predictions if row.driver_id == winner]
            rows = [*first, *rows]
    return Card(
        over=f"{title}{day}",
        headline=event_headline(title, event, hide=hide),
        sub=f"Chance to win{when}" if rows else "",
        bars=tuple(
            Bar(row.name, row.p_win, figures.per_cent(row.p_win), came.get(row.driver_id, ""))
            for row in rows[:_SHOWN]
        ),
        foot="" if metadata.as_of is None else f"as of {figures.moment_text(metadata.as_of)}",
    )


def _came(one: Finish) -> str:
    if one.is_finisher and one.row.position is not None:
        return figures.ordinal(one.row.position)
    return "retired" if one.row.status.value == "dnf" else "no place"
