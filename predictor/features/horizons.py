"""Up to which instant a forecast may know things."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from predictor.season.state import EventState
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

__all__ = ["as_of"]

# The grid as it stands when the formation lap is about to begin: starts from the pit lane and
# late withdrawals are known.
_GRID_IS_FINAL = timedelta(minutes=1)
# Where a calendar has dates alone: practice on Friday, qualifying on Saturday.
_DAYS_BEFORE = {
    Horizon.BEFORE_WEEKEND: timedelta(days=2),
    Horizon.AFTER_PRACTICE: timedelta(days=1),
    Horizon.AFTER_QUALIFYING: timedelta(0),
}


def as_of(event: EventState, horizon: Horizon) -> str | None:
    """Give the knowledge cut-off of a forecast, RFC 3339 in UTC; None without a date.

    It is always before the start of the race.
    """
    times = dict(event.session_times)
    race = times.get(SessionKind.RACE)
    if horizon is Horizon.AFTER_QUALIFYING and race:
        return _text(datetime.fromisoformat(race) - _GRID_IS_FINAL)
    # Where qualifying sets the sprint's grid, the sprint sets the race's.
    by_qualifying = event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    decider = SessionKind.SPRINT if by_qualifying else SessionKind.QUALIFYING
    if horizon is Horizon.AFTER_PRACTICE and times.get(decider):
        return _text(datetime.fromisoformat(times[decider]))
    if horizon is Horizon.BEFORE_WEEKEND and times:
        return _text(min(datetime.fromisoformat(start) for start in times.values()))
    if event.date is None:
        return None
    midnight = datetime.combine(date.fromisoformat(event.date), time(), tzinfo=UTC)
    return _text(midnight - _DAYS_BEFORE[horizon])


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
