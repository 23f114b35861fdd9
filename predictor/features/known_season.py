"""A season as it stood at one event and horizon: nothing later is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from predictor.features.horizons import as_of
from predictor.records import ParsedFile
from predictor.season.fold import fold
from predictor.season.known import without_later
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus, Horizon, SessionKind, SprintFormat

__all__ = ["season_at", "sessions_known"]


def season_at(
    files: Mapping[str, ParsedFile], season: SeasonState, event_id: str, horizon: Horizon
) -> SeasonState:
    """Fold a season from what there was when a forecast of one event ended at a horizon.

    Line-ups are those of the time; the calendar is the one that the files hold, with whatever was
    moved or struck off later.

    Parameters
    ----------
    files : mapping from str to ParsedFile
        By path, linked; of this season and perhaps others.
    season : SeasonState
        What they come to, with all that happened later.
    event_id : str
        Of the season. Of races that have been run, those before it are known.
    horizon : Horizon
    """
    place = next(i for i, one in enumerate(season.events) if one.event_id == event_id)
    before = {one.event_id for one in season.events[:place] if one.status is EventStatus.COMPLETED}
    event = season.events[place]
    own = sessions_known(event, horizon)
    until = as_of(event, horizon)

    def is_known(of: str, kind: SessionKind | None) -> bool:
        return of in before or (of == event_id and kind in own)

    def was_issued(at: str) -> bool:
        return until is not None and datetime.fromisoformat(at) <= datetime.fromisoformat(until)

    known = without_later(files, [season.season], is_known, was_issued=was_issued)
    return fold(known, season=season.season)[season.season]


def sessions_known(event: EventState, horizon: Horizon) -> frozenset[SessionKind]:
    """Return the sessions of a weekend that had begun before a horizon ended.

    Where the calendar has no times, practice alone comes before the session that decides the grid,
    and in the sprint weekends of 2021 and 2022 qualifying, which sets the sprint's.
    """
    if horizon is Horizon.BEFORE_WEEKEND:
        return frozenset()
    weekend = frozenset(SessionKind) - {SessionKind.RACE, SessionKind.TESTING}
    if horizon is Horizon.AFTER_QUALIFYING:
        return weekend
    by_qualifying = event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    decider = SessionKind.SPRINT if by_qualifying else SessionKind.QUALIFYING
    times = {kind: datetime.fromisoformat(text) for kind, text in event.session_times}
    end = times.get(decider)
    if end is not None:
        return frozenset(kind for kind, start in times.items() if kind in weekend and start < end)
    practice = frozenset(kind for kind in weekend if kind.is_practice)
    return practice | ({SessionKind.QUALIFYING} if by_qualifying else frozenset())
