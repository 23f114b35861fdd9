"""Parts of the season's page: the next race, what moved, the calendar."""

from __future__ import annotations

from typing import Any

from predictor.published.event_types import Event
from predictor.vocabulary import EventStatus
from services.web.derived import figures, level
from services.web.derived.movers import cause, moves, moves_sentence
from services.web.derived.race_words import by_chance, gap_sentence
from services.web.derived.record import chance_of_winner
from services.web.derived.weekend import has_run, n_events, upcoming
from services.web.drawing.keys import key
from services.web.drawing.people import car_cell
from services.web.drawing.rows import dumbbell
from services.web.drawing.scale import Scale, nice_top
from services.web.drawing.strip import ColumnKind, column
from services.web.pages.archived import document_before, event_of
from services.web.pages.chance_table import CHANCE_KEY, chance_rows
from services.web.pages.event_before import sims_note
from services.web.pages.season_shown import SeasonShown

__all__ = ["calendar", "moves_section", "next_section"]

_TOP = 8
_HEROES = 2
_MOST_HEROES = 3


def next_section(shown: SeasonShown) -> dict[str, Any] | None:
    """Return the favourites of the next race; None when all are run."""
    found = upcoming(shown.document)
    if found is None:
        return None
    title, event = found
    metadata = event.metadata
    over = ["Next race", f"round {metadata.round} of {n_events(shown.document)}"]
    over.append(_when(event))
    section: dict[str, Any] = {
        "title": f"Who wins the {title}?",
        "over": " · ".join(part for part in over if part),
        "event_id": metadata.event_id,
        "n": len(event.predictions),
        "heroes": [],
    }
    if not event.predictions or shown.hide:
        return section
    n_sims = level.sims_of(event)
    rows = sorted(event.predictions, key=lambda row: -row.p_win)
    n_level = level.leaders([row.p_win for row in rows], n_sims)
    n_heroes = n_level if _HEROES < n_level <= _MOST_HEROES else _HEROES
    return section | {
        "heroes": [
            (figures.per_cent(row.p_win), car_cell(shown.cars.of(row.driver_id, metadata.event_id)))
            for row in rows[:n_heroes]
        ],
        "gap": gap_sentence(rows, n_sims),
        "key": key(CHANCE_KEY),
        "chances": chance_rows(
            by_chance(rows), shown.cars, metadata.event_id, with_team=False, most=_TOP
        ),
        "caption": f"Chances in the race, the likeliest {figures.spelt(min(_TOP, len(rows)))}",
        "sims": sims_note(event),
    }


def _when(event: Event) -> str:
    race = event.metadata.sessions.get("race")  # type: ignore[call-overload]
    if race is not None:
        return f"{figures.day_text(race.starts_at)}, {figures.time_text(race.starts_at)}"
    return figures.day_text(event.metadata.date) if event.metadata.date else ""


def moves_section(shown: SeasonShown) -> dict[str, Any] | None:
    """Return whom the last update moved in the next race; None where that cannot be told."""
    found = upcoming(shown.document)
    if found is None or shown.hide or not found[1].predictions:
        return None
    title, event = found
    before = document_before(shown.world, shown.document)
    was = None if before is None else event_of(before, event.metadata.event_id)
    if before is None or was is None or not was.predictions:
        return None
    moved = moves(was, event)
    what = cause(before, shown.document, event.metadata.event_id)
    top = nice_top([chance for one in moved.shown for chance in (one.before, one.now)])
    scale = Scale(0.0, top)
    return {
        "over": f"Since the update of {figures.moment_text(before.metadata.generated_at)}",
        "title": moves_sentence(moved.shown, what),
        "sub": f"Chance of a podium in the {title}, before and now. Changes in percentage points.",
        "top": f"0 to {figures.per_cent(top) if top < 1 else '100 %'}",
        "rows": [
            (
                car_cell(shown.cars.of(one.driver_id, event.metadata.event_id)),
                dumbbell(one.before, one.now, scale),
                figures.per_cent(one.before),
                figures.per_cent(one.now),
                figures.change(one.difference),
            )
            for one in moved.shown
        ],
        "n_moved": moved.n_moved,
        "n_shown": len(moved.shown),
        "noise": figures.points_apart(moved.noise),
        "what": what,
    }


def calendar(shown: SeasonShown) -> list[dict[str, Any]]:
    """Return the columns of the season: one an event."""
    document = shown.document
    coming = upcoming(document)
    next_id = None if coming is None else coming[1].metadata.event_id
    short = figures.short_names(
        [figures.area(one.metadata.event_id, title) for title, one in document.predictions.items()]
    )
    return [
        {
            "path": f"/events/{event.metadata.event_id}",
            "round": event.metadata.round,
            "where": where,
            "name": title,
            "is_next": event.metadata.event_id == next_id,
            **_column(shown, event),
        }
        for (title, event), where in zip(document.predictions.items(), short, strict=True)
    ]


def _column(shown: SeasonShown, event: Event) -> dict[str, Any]:
    """Return picture, code and words of one event."""
    event_id = event.metadata.event_id
    if event.metadata.status in (EventStatus.CANCELLED, EventStatus.POSTPONED):
        return _words(column(None, "none"), "", str(event.metadata.status.value), "off")
    if shown.hide:
        said = "run" if has_run(event) else "to come"
        return _words(column(None, "none"), "", said, said.replace(" ", "-"))
    if has_run(event):
        return _run_column(shown, event)
    if not event.predictions:
        return _words(column(None, "none"), "", "no forecast", "to-come")
    favourite = max(event.predictions, key=lambda row: row.p_win)
    said = figures.per_cent(favourite.p_win)
    code = shown.cars.of(favourite.driver_id, event_id).code
    return _words(column(favourite.p_win, "to-come"), code, said, "to-come")


def _run_column(shown: SeasonShown, event: Event) -> dict[str, Any]:
    winner = event.result.winner if has_run(event) else None  # type: ignore[union-attr]
    chance = chance_of_winner(event)
    code = "" if winner is None else shown.cars.of(winner, event.metadata.event_id).code
    if chance is None:
        return _words(column(None, "none"), code, "no forecast", "run")
    top = max(row.p_win for row in event.predictions)
    kind: ColumnKind = "hit" if chance >= top else "miss"
    mark = "✓" if kind == "hit" else "×"
    made = _words(column(chance, kind), code, figures.per_cent(chance), "run")
    return made | {"mark": mark, "is_hit": kind == "hit"}


def _words(picture: str, code: str, said: str, state: str) -> dict[str, Any]:
    return {
        "picture": picture,
        "code": code,
        "said": said,
        "state": state,
        "mark": "",
        "is_hit": False,
    }
