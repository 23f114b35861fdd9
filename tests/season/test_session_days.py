"""On which day a session was held."""

from datetime import date, timedelta

import pytest

from predictor.as_of import AsOf
from predictor.errors import UsageError
from predictor.season.session_days import refuse_to_come, was_held
from predictor.vocabulary import SessionKind, SprintFormat

from .builders import calendar, fold_one, planned, race, ref, rows


def event(date, sprint_format=None, **starts):
    """Give an event of a calendar with some starts."""
    times = tuple((SessionKind(kind), start) for kind, start in starts.items())
    line = planned("las-vegas", 22, date, sessions=times, sprint_format=sprint_format)
    return fold_one(calendar(line)).events[0]


def last_day_without(event, kind):
    """Give the day before the first on which a session had been held."""
    day = date.fromisoformat(event.date) - timedelta(days=5)
    while not was_held(event, kind, AsOf(day=day.isoformat())):
        day += timedelta(days=1)
    return (day - timedelta(days=1)).isoformat()


def test_was_held__days_are_those_of_the_circuit():
    # Thursday's practice and Saturday's race, both after midnight in UTC.
    vegas = event("2025-11-22", fp1="2025-11-21T00:30:00Z", race="2025-11-23T04:00:00Z")
    assert last_day_without(vegas, SessionKind.FP1) == "2025-11-19"
    assert last_day_without(vegas, SessionKind.RACE) == "2025-11-21"


@pytest.mark.parametrize(
    ("kind", "sprint_format", "day"),
    [
        (SessionKind.FP1, None, "2021-07-16"),
        (SessionKind.FP2, None, "2021-07-16"),
        (SessionKind.QUALIFYING, None, "2021-07-17"),
        (SessionKind.STARTING_GRID, None, "2021-07-18"),
        (SessionKind.RACE, None, "2021-07-18"),
        (None, None, "2021-07-18"),
        (SessionKind.FP2, SprintFormat.GRID_FROM_QUALIFYING, "2021-07-17"),
        (SessionKind.QUALIFYING, SprintFormat.GRID_FROM_QUALIFYING, "2021-07-16"),
        (SessionKind.SPRINT, SprintFormat.GRID_FROM_QUALIFYING, "2021-07-17"),
    ],
)
def test_was_held__without_times_a_session_has_its_usual_day(kind, sprint_format, day):
    known = event("2021-07-18", sprint_format)
    assert was_held(known, kind, AsOf(day=day))
    assert last_day_without(known, kind) < day
    assert not was_held(known, kind, AsOf(day=last_day_without(known, kind)))


def test_was_held__a_round_is_over_with_all_its_sessions():
    known = event("2025-11-22")
    assert was_held(known, SessionKind.RACE, AsOf(round=22))
    assert not was_held(known, SessionKind.FP1, AsOf(round=21))


def test_was_held__without_a_date_nothing_was():
    assert not was_held(event(None), SessionKind.FP1, AsOf(day="2030-01-01"))


def test_refuse_to_come__a_day_needs_the_date_of_every_event_that_was_held():
    season = fold_one(race(ref("monaco", round_=1), rows("a", "b")))
    refuse_to_come(season, AsOf(round=1), "--as-of")
    with pytest.raises(UsageError) as caught:
        refuse_to_come(season, AsOf(day="2025-05-25"), "--as-of")
    assert caught.value.got == "2025-monaco"


def test_refuse_to_come__a_round_must_have_been_run():
    season = fold_one(
        calendar(planned("monaco", 1, "2025-05-25"), planned("spain", 2, "2025-06-01")),
        race(ref("monaco", round_=1), rows("a", "b")),
    )
    refuse_to_come(season, AsOf(round=1), "--as-of")
    with pytest.raises(UsageError, match="round 2 of 2025 has not been run"):
        refuse_to_come(season, AsOf(round=2), "--as-of")
