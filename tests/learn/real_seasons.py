"""The seasons that ship with the product, folded once, and the same with their future spoilt."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

RACE_DATA = Path(__file__).parents[2] / "race-data"
YEARS = range(2014, 2026)
Q, SQ, S = SessionKind.QUALIFYING, SessionKind.SPRINT_QUALIFYING, SessionKind.SPRINT
RACE, GRID = SessionKind.RACE, SessionKind.STARTING_GRID
PRACTICE = (SessionKind.FP1, SessionKind.FP2, SessionKind.FP3)


@cache
def files_of(year):
    paths = sorted((RACE_DATA / str(year)).rglob("*.json"))
    named = {str(path.relative_to(RACE_DATA)): path for path in paths}
    files = {name: parse_file(name, path.read_bytes()) for name, path in named.items()}
    return link_files(files)[0]


@cache
def season(year):
    return fold(files_of(year))[year]


def known_sessions(event, horizon):
    """Which sessions are over at a horizon, by the rules of the years and not by the code."""
    if horizon is Horizon.BEFORE_WEEKEND:
        return ()
    if horizon is Horizon.AFTER_QUALIFYING:
        return (*PRACTICE, SQ, S, Q, GRID)
    if event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING:  # 2021-22, and sprint on Saturday
        return (*PRACTICE, Q)
    if event.season == 2023:  # qualifying on Friday, the shoot-out on Saturday
        return PRACTICE
    return (*PRACTICE, SQ, S)


def spoilt(session, *, keep_grid=False):
    """Reverse a session's order, slow its laps down, let others retire; the same cars take part."""
    n_rows = len(session.results)
    rows = []
    for place, row in enumerate(reversed(session.results), start=1):
        slower = 1.0 + place / 50.0
        times = {
            name: None if getattr(row, name) is None else getattr(row, name) * slower
            for name in ("best_s", "q1_s", "q2_s", "q3_s", "time_s", "gap_s")
        }
        is_start = session.kind in (RACE, S) and not row.status.started
        grid = {} if keep_grid else {"grid": n_rows + 1 - place, "pit_lane_start": False}
        rows.append(
            replace(
                row,
                **times,
                **grid,
                position=None if is_start else place,
                classified=not is_start,
                laps=place,
                points=99.0,
                reason="Collision",
            )
        )
    return replace(session, results=tuple(rows), pit_stops=())


def spoil_event(event, horizon=None):
    """Spoil what is not known of an event at a horizon; all of it by default."""
    known = known_sessions(event, horizon) if horizon else ()
    at_c = horizon is Horizon.AFTER_QUALIFYING
    return replace(
        event,
        sessions=tuple(
            one if one.kind in known else spoilt(one, keep_grid=at_c and one.kind is RACE)
            for one in event.sessions
        ),
    )


def spoil_after(states, event_id, horizon):
    """Spoil everything after a horizon of an event, later events and seasons whole."""
    found, is_later = [], False
    for state in states:
        events = []
        for event in state.events:
            if event.event_id == event_id:
                events.append(spoil_event(event, horizon))
                is_later = True
            else:
                events.append(spoil_event(event) if is_later else event)
        found.append(replace(state, events=tuple(events)))
    return found
