"""On which day a session was held, and whether that was by some point of the season."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from predictor.as_of import AsOf
from predictor.errors import UsageError
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus, SessionKind, SprintFormat

__all__ = ["refuse_to_come", "was_held", "was_issued", "was_tested"]

# Where a calendar has dates alone; rather a day late than one early.
_DAYS_BEFORE_RACE = {
    SessionKind.FP1: 2,
    SessionKind.FP2: 2,
    SessionKind.FP3: 1,
    SessionKind.SPRINT_QUALIFYING: 1,  # in 2023; from 2024 on Friday
    SessionKind.SPRINT: 1,
    SessionKind.QUALIFYING: 1,
}
# Sprint weekends of 2021 and 2022: qualifying on Friday, the second practice after it.
_WITH_GRID_FROM_QUALIFYING = {SessionKind.QUALIFYING: 2, SessionKind.FP2: 1}


def refuse_to_come(season: SeasonState, as_of: AsOf, where: str) -> None:
    """Refuse a round that has no result yet, and a day where events have no dates.

    Raises
    ------
    UsageError
    """
    done = [event.round for event in season.events if event.status is EventStatus.COMPLETED]
    last = max(done, default=0)
    if as_of.round is not None and as_of.round > last:
        raise UsageError(
            f"round {as_of.round} of {season.season} has not been run",
            where=where,
            got=as_of.text,
            expected=f"0 to {last}, the last round with a result",
            do="leave the option out: a forecast uses all that is known",
        )
    undated = [event.event_id for event in season.events if event.sessions and not event.date]
    if as_of.day is not None and undated:
        raise UsageError(
            "nobody can say what had happened by then: an event has no date",
            where=where,
            got=", ".join(undated),
            expected="a calendar with the date of every event",
            do="add calendar.json, or name a round in place of the day",
        )


def was_held(event: EventState, kind: SessionKind | None, as_of: AsOf) -> bool:
    """Return whether a session had been held.

    A kind that nobody tells counts as the race; of an event without a date nothing had been.
    """
    if as_of.round is not None:
        return event.round <= as_of.round
    if event.date is None or as_of.day is None:
        return False
    return _day(event, date.fromisoformat(event.date), kind or SessionKind.RACE) <= as_of.day


def was_tested(day: str | None, season: SeasonState | None, as_of: AsOf) -> bool:
    """Return whether a day of testing had been held.

    It is before the first round; one without a date counts as held when that is raced, where
    its season is known.
    """
    if as_of.day is None:
        return True
    races = [event.date for event in season.events if event.date] if season is not None else []
    held = day or min(races, default=None)
    return held is not None and held[:10] <= as_of.day


def was_issued(stamp: str, season: SeasonState | None, as_of: AsOf) -> bool:
    """Return whether something was said by the end of a day, or before a round's race day ended.

    Days are those of UTC. Without a date nobody can say.
    """
    events = season.events if season is not None else ()
    raced = [e.date for e in events if e.date and as_of.round and e.round <= as_of.round]
    day = as_of.day or max(raced, default="")
    return stamp[:10] <= day


def _day(event: EventState, race_day: date, kind: SessionKind) -> str:
    """Give the day of a session as the calendar counts days: where the race is held."""
    times = {known: datetime.fromisoformat(start) for known, start in event.session_times}
    if kind not in times or SessionKind.RACE not in times:
        days = _DAYS_BEFORE_RACE
        if event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING:
            days = days | _WITH_GRID_FROM_QUALIFYING
        # The grid is settled when the race begins.
        return (race_day - timedelta(days=days.get(kind, 0))).isoformat()
    # Times are in UTC, where Las Vegas on a Saturday evening is on Sunday.
    ahead = times[SessionKind.RACE].date() - race_day
    return (times[kind].date() - ahead).isoformat()
