"""The starting grid of an event: as published, or as the deciding session leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from predictor.notes import Note, NoteKind
from predictor.records import ResultRecord
from predictor.season.state import EventState
from predictor.vocabulary import SessionKind

__all__ = ["StartingGrid", "starting_grid", "without_far_places"]

_SMALLEST_FIELD = 10  # fewer cars are an excerpt, whose places may be anything
_WITH_A_GRID = (SessionKind.STARTING_GRID, SessionKind.SPRINT, SessionKind.RACE)


@dataclass(frozen=True, slots=True)
class StartingGrid:
    """Everyone who takes part, in starting order."""

    order: tuple[str, ...]  # driver ids; those starting from the pit lane are last
    pit_lane: frozenset[str]  # driver ids
    provisional: bool  # True: from the result of qualifying or the sprint, before penalties


def starting_grid(event: EventState) -> StartingGrid | None:
    """Give the order in which an event's entries line up for the race.

    The places in the race's result come first, then a starting-grid session, then the
    result of the session that decides the grid (`EventState.grid_from`). Entries without
    a place line up behind the others, and the pit lane last. None before any of these.
    """
    race = event.results(SessionKind.RACE)
    if any(row.grid is not None for row in race):
        places = {str(row.driver.driver_id): row.grid for row in race}
        return _line_up(event, places, race, provisional=False)
    published = event.results(SessionKind.STARTING_GRID)
    decider = SessionKind.SPRINT if event.grid_from == "sprint" else SessionKind.QUALIFYING
    rows = published or event.results(decider)
    if not rows:
        return None
    places = {str(row.driver.driver_id): row.grid or row.position for row in rows}
    return _line_up(event, places, rows, provisional=not published)


def without_far_places(event: EventState, n_regulars: int) -> EventState:
    """Take out grid places beyond the field, with a note: nobody starts 27th of 20.

    Parameters
    ----------
    event : EventState
    n_regulars : int
        How many cars were expected before the event.
    """
    n_cars = max([n_regulars, *(len(session.results) for session in event.sessions)])
    if n_cars < _SMALLEST_FIELD:
        return event
    sessions, notes = [], []
    for session in event.sessions:
        far = [row for row in session.results if (row.grid or 0) > n_cars]
        if far and session.kind in _WITH_A_GRID:
            places = ", ".join(f"{row.driver.driver_id} {row.grid}" for row in far)
            text = (
                f"{session.kind}: grid places beyond the {n_cars} cars of the field are not used: "
                f"{places}"
            )
            notes.append(Note(NoteKind.GRID_ODD, text))
            rows = tuple(replace(row, grid=None) if row in far else row for row in session.results)
            session = replace(session, results=rows)  # noqa: PLW2901 - the same one, corrected
        sessions.append(session)
    return (
        replace(event, sessions=tuple(sessions), notes=(*event.notes, *notes)) if notes else event
    )


def _line_up(
    event: EventState,
    places: Mapping[str, int | None],
    rows: Iterable[ResultRecord],
    *,
    provisional: bool,
) -> StartingGrid:
    drivers = [entry.driver_id for entry in event.entries]
    from_pit_lane = {str(row.driver.driver_id) for row in rows if row.pit_lane_start}

    def key(driver_id: str) -> tuple[bool, bool, int, str]:
        place = places.get(driver_id)
        return (driver_id in from_pit_lane, place is None, place or 0, driver_id)

    return StartingGrid(
        order=tuple(sorted(drivers, key=key)),
        pit_lane=frozenset(from_pit_lane.intersection(drivers)),
        provisional=provisional,
    )
