from dataclasses import replace

import numpy as np
import pytest

from predictor.learn.features.moments import moment_of
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

from .small import FIRST, SECOND, THIRD, event, practice, qualifying, row, session

A, B, C = Horizon
TIMES = (
    (SessionKind.FP1, "2025-02-28T11:30Z"),
    (SessionKind.QUALIFYING, "2025-03-01T14:00Z"),
    (SessionKind.RACE, "2025-03-02T15:00+02:00"),
)
TIMED = replace(FIRST, session_times=TIMES)


def test_moment_of__sessions_are_known_from_their_end_and_the_result_six_hours_after_the_start():
    moment = moment_of(TIMED)
    assert moment.practice_at == "2025-02-28T13:00:00Z"
    assert moment.qualifying_at == "2025-03-01T15:30:00Z"
    assert moment.as_of == "2025-03-02T12:59:00Z"
    assert moment.result_at == "2025-03-02T19:00:00Z"
    assert moment.season_opens == "2025-01-01T00:00:00Z"


def test_moment_of__with_dates_alone_is_what_a_forecast_of_the_horizon_may_know():
    moment = moment_of(FIRST)
    assert moment.practice_at == "2025-03-01T00:00:00Z"
    assert moment.qualifying_at == moment.as_of == "2025-03-02T00:00:00Z"
    assert moment.result_at == "2025-03-03T12:00:00Z"


def test_moment_of__no_session_is_known_later_than_the_forecast_may_know_things():
    late = replace(
        TIMED, session_times=((SessionKind.FP1, "2025-03-01T13:30Z"), *TIMED.session_times[1:])
    )
    assert moment_of(late, B).practice_at == moment_of(late, B).as_of == "2025-03-01T14:00:00Z"
    assert moment_of(late, C).practice_at == "2025-03-01T15:00:00Z"


def test_moment_of__what_is_learnt_later_is_not_in_it():
    before, after_practice = moment_of(FIRST, A), moment_of(FIRST, B)
    assert np.isnan(before.practice_laps).all()
    assert before.practice_best_s is before.qualifying_best_s is None
    assert after_practice.practice_laps.tolist() == [20.0] * 4
    assert after_practice.practice_best_s == 91.0
    assert after_practice.qualifying_best_s is None
    assert moment_of(FIRST, C).qualifying_best_s == 90.0


def test_moment_of__laps_are_those_of_all_practice_and_unknown_for_who_ran_in_none():
    second = session("fp2", row("ann", laps=5), row("ben", laps=0), row("guest", laps=30))
    both = event(sessions=(practice(91.0, 92.0, 93.0, ids=FIRST_THREE, laps=(9, 9, 9)), second))
    laps = moment_of(both, B).practice_laps
    assert laps[:3].tolist() == [14.0, 9.0, 9.0]
    assert np.isnan(laps[3])


FIRST_THREE = ("ann", "ben", "cay")


def test_moment_of__never_knows_more_than_there_is():
    assert moment_of(THIRD, C).horizon is A
    assert moment_of(event(sessions=(practice(1.0, 2.0, 3.0, 4.0),)), C).horizon is B


def test_moment_of__without_a_date_has_none():
    moment = moment_of(replace(FIRST, date=None))
    assert moment.as_of is moment.result_at is moment.practice_at is moment.qualifying_at is None


@pytest.mark.parametrize(
    ("sprint_format", "sprint_qualifying_at"),
    [
        (SprintFormat.GRID_FROM_QUALIFYING, "2025-02-28T15:30:00Z"),  # qualifying was, on Friday
        (SprintFormat.SPRINT_SHOOTOUT, "2025-03-01T11:00:00Z"),
    ],
)
def test_moment_of__the_sprints_grid_is_known_from_the_session_that_set_it(
    sprint_format, sprint_qualifying_at
):
    own = (session("sprint-qualifying", row("ann", position=1)),)
    sprint = event(
        sessions=(*(own if "shootout" in sprint_format else ()), qualifying(1.0, 2.0, 3.0, 4.0)),
        sprint_format=sprint_format,
        times=(
            (SessionKind.SPRINT_QUALIFYING, "2025-03-01T09:30Z"),
            (SessionKind.SPRINT, "2025-03-01T14:00Z"),
            (SessionKind.QUALIFYING, "2025-02-28T14:00Z"),
            (SessionKind.RACE, "2025-03-02T13:00Z"),
        ),
    )
    moment = moment_of(sprint, C)
    assert moment.is_sprint_weekend
    assert moment.sprint_qualifying_at == sprint_qualifying_at
    assert moment.sprint_at == "2025-03-01T15:30:00Z"


def test_moment_of__is_the_same_however_the_race_ended():
    race = FIRST.sessions[-1]
    other = replace(race, results=race.results[::-1])
    reversed_race = replace(FIRST, sessions=(*FIRST.sessions[:-1], other))
    assert repr(moment_of(reversed_race)) == repr(moment_of(FIRST)) != repr(moment_of(SECOND))
