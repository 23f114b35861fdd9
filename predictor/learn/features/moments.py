"""When what is known of a weekend became known, and what features need of it beyond arrays.

A fact may be used from its moment on: a session from its end, a race's result some hours after
its start, when stewards have ruled. Where a calendar has dates alone, a session counts as known
at the instant up to which a forecast of its horizon may know things (`features.horizons`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from predictor.features.horizons import as_of
from predictor.features.race_facts import race_facts
from predictor.features.weekend import latest_horizon
from predictor.records import SessionRecord
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, SessionKind

__all__ = ["RaceMoment", "moment_of"]

Floats = NDArray[np.float64]

# From the start of a race until its result counts as known. Two to three hours are raced, and
# protests decided that evening are in the files; a decision of later days is not dated by them.
_RESULT_AFTER_START = timedelta(hours=6)
# With a date alone: noon UTC of the next day. A race of Saturday night in Las Vegas starts at
# 6:00 UTC of Sunday, and nowhere does one start later after its local date.
_RESULT_AFTER_MIDNIGHT = timedelta(hours=36)
# From the start of a session until its times are known: practice took 90 minutes until 2020,
# qualifying and sprints take an hour.
_SESSION_LENGTH = timedelta(minutes=90)

_QUALIFYING_KINDS = (SessionKind.QUALIFYING, SessionKind.SPRINT_QUALIFYING)


@dataclass(frozen=True, slots=True)
class RaceMoment:
    """What is known of an event before its race, beside its `Weekend`.

    Moments are RFC 3339 in UTC; None where the event has no date.

    Attributes
    ----------
    horizon : Horizon
        As of which this is known; that of the weekend.
    as_of : str, optional
        No fact of the weekend is later than this; before the start of the race.
    season_opens : str
        From when calendar, regulations and line-up count as known.
    practice_at, sprint_qualifying_at, sprint_at, qualifying_at : str, optional
        When these sessions were over, no later than ``as_of``.
    result_at : str, optional
        When the race's result counts as known.
    practice_laps : float64[D]
        Laps in all practice sessions; NaN for who took part in none, or before they are known.
    practice_best_s, qualifying_best_s : float, optional
        Best lap of the field in these sessions, sprint qualifying among the second, s.
    """

    event_id: str
    season: int
    round: int
    circuit_id: str
    horizon: Horizon
    date: str | None
    as_of: str | None
    season_opens: str
    practice_at: str | None
    sprint_qualifying_at: str | None
    sprint_at: str | None
    qualifying_at: str | None
    result_at: str | None
    n_laps: int
    is_sprint_weekend: bool
    practice_laps: Floats
    practice_best_s: float | None
    qualifying_best_s: float | None


def moment_of(event: EventState, horizon: Horizon | None = None) -> RaceMoment:
    """Give what is known of an event at a horizon; by default at the latest there is.

    Parameters
    ----------
    event : EventState
    horizon : Horizon, optional
        Know no more than this, as in `predictor.features.weekend.weekend_of`.
    """
    latest = latest_horizon(event)
    horizon = min(horizon, latest) if horizon else latest
    cut = as_of(event, horizon)
    after_practice = as_of(event, Horizon.AFTER_PRACTICE)
    practice = [one for one in event.sessions if one.kind.is_practice]
    qualifying = [one for one in event.sessions if one.kind in _QUALIFYING_KINDS]
    if horizon < Horizon.AFTER_QUALIFYING:
        qualifying = []
    if horizon < Horizon.AFTER_PRACTICE:
        practice = []
    return RaceMoment(
        event_id=event.event_id,
        season=event.season,
        round=event.round,
        circuit_id=event.circuit_id or event.slug,
        horizon=horizon,
        date=event.date,
        as_of=cut,
        season_opens=f"{event.season}-01-01T00:00:00Z",
        practice_at=_end_of(event, [one.kind for one in practice], after_practice, cut),
        sprint_qualifying_at=_end_of(event, [_sprints_qualifying(event)], cut, cut),
        sprint_at=_end_of(event, [SessionKind.SPRINT], cut, cut),
        qualifying_at=_end_of(event, [SessionKind.QUALIFYING], cut, cut),
        result_at=_result_at(event),
        n_laps=race_facts(event).n_laps,
        is_sprint_weekend=event.sprint_format is not None,
        practice_laps=_laps_run(practice, event),
        practice_best_s=_best_lap(practice),
        qualifying_best_s=_best_lap(qualifying),
    )


def _sprints_qualifying(event: EventState) -> SessionKind:
    own = SessionKind.SPRINT_QUALIFYING
    return own if event.session(own) is not None else SessionKind.QUALIFYING


def _end_of(
    event: EventState, kinds: list[SessionKind], undated: str | None, cut: str | None
) -> str | None:
    """Give the end of the last of some sessions, no later than ``cut``."""
    times = dict(event.session_times)
    starts = [datetime.fromisoformat(times[kind]) for kind in kinds if kind in times]
    if cut is None or not starts:
        return min(undated, cut) if undated and cut else cut
    return min(_text(max(starts) + _SESSION_LENGTH), cut)


def _result_at(event: EventState) -> str | None:
    start = dict(event.session_times).get(SessionKind.RACE)
    if start:
        return _text(datetime.fromisoformat(start) + _RESULT_AFTER_START)
    if event.date is None:
        return None
    midnight = datetime.combine(date.fromisoformat(event.date), time(), tzinfo=UTC)
    return _text(midnight + _RESULT_AFTER_MIDNIGHT)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _laps_run(practice: list[SessionRecord], event: EventState) -> Floats:
    laps = {entry.driver_id: np.nan for entry in event.entries}
    for session in practice:
        for row in session.results:
            driver = row.driver.driver_id
            if driver in laps and row.laps is not None:
                laps[driver] = float(np.nan_to_num(laps[driver]) + row.laps)
    return np.array(list(laps.values()), dtype=np.float64)


def _best_lap(sessions: list[SessionRecord]) -> float | None:
    times = [
        lap
        for session in sessions
        for row in session.results
        for lap in (row.best_s, row.q1_s, row.q2_s, row.q3_s)
        if lap
    ]
    return min(times, default=None)
