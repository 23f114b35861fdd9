from dataclasses import replace

import numpy as np
import pytest

from predictor.features.weekend import (
    last_segment_gap,
    latest_horizon,
    race_outcome,
    sprint_weekend_of,
    weekend_of,
    with_horizon,
)
from predictor.fingerprint import digest
from predictor.records import DriverRef, EventRef, ResultRecord, SessionRecord
from predictor.season.state import Entry, EventState
from predictor.vocabulary import EventStatus, Horizon, ResultStatus, SessionKind, SprintFormat

IDS = ("a", "b", "c", "d", "e")
ENTRIES = tuple(Entry(d, d.upper(), i, d, f"t{i}", f"T{i}", f"t{i}") for i, d in enumerate(IDS))
REF = EventRef(season=2025, event_id="2025-x")


def row(driver, status=ResultStatus.FINISHED, **fields):
    return ResultRecord(DriverRef(driver_id=driver), status, **fields)


def session(kind, *rows):
    return SessionRecord(REF, kind, rows)


FP1 = session(
    SessionKind.FP1,
    *(row(d, best_s=100.0 + i) for i, d in enumerate(IDS)),
    row("z", best_s=99.0),
)
QUALIFYING = session(
    SessionKind.QUALIFYING,
    row("a", position=1, q1_s=91.0, q2_s=90.5, q3_s=90.0),
    row("b", position=2, q1_s=90.9, q2_s=90.4, q3_s=90.9),
    row("c", position=3, q1_s=92.0),
    row("d", position=None),
)
RACE = session(
    SessionKind.RACE,
    row("b", position=1, grid=2, classified=True),
    row("d", position=2, pit_lane_start=True, classified=True),
    row("a", ResultStatus.DNF, grid=1, classified=False, reason="Collision"),
    row("c", ResultStatus.DNF, grid=3, classified=False, reason="Gearbox"),
    row("e", ResultStatus.DNS),
)
SPRINT_QUALIFYING = session(
    SessionKind.SPRINT_QUALIFYING,
    row("c", position=1, q1_s=90.0),
    row("a", position=2, q1_s=90.9),
)
SPRINT = session(
    SessionKind.SPRINT,
    row("c", position=1),
    row("a", position=2),
    row("b", ResultStatus.DNF, position=3),
)


def event(*sessions, status=EventStatus.SCHEDULED, season=2025, times=(), **fields):
    return EventState(
        "2025-x", "x", season, 1, "X Grand Prix", "2025-05-04", "monaco", None, 3.3, 78, status,
        fields.get("sprint_format"), None, fields.get("grid_from", "qualifying"), "knockout",
        times, ENTRIES, sessions,
    )  # fmt: skip


RUN = event(FP1, QUALIFYING, RACE, status=EventStatus.COMPLETED)


@pytest.mark.parametrize(
    ("sessions", "horizon"),
    [((), "a"), ((FP1,), "b"), ((FP1, QUALIFYING), "c"), ((RACE,), "c")],
)
def test_latest_horizon__follows_the_sessions(sessions, horizon):
    assert latest_horizon(event(*sessions)) == horizon


def test_weekend_of__practice_gaps_are_to_the_middle_of_who_races():
    gaps = weekend_of(event(FP1)).practice_gap
    # 100 to 104 s; z, who is not entered, was faster than all; gaps are cut at 3.5 %
    assert gaps.tolist() == pytest.approx([-2.0, -1.0, 0.0, 1.0, 1.5])


def test_weekend_of__qualifying_gaps_are_within_the_last_segment_of_each():
    gaps = weekend_of(event(QUALIFYING)).qualifying_gap
    # a and b in Q3 against 90.0; c in Q1 against b's 90.9
    assert gaps[:3].tolist() == pytest.approx([0.0, 100 * 0.9 / 90, 100 * (92 / 90.9 - 1)])
    assert np.isnan(gaps[3:]).all()


def test_weekend_of__pit_lane_starters_line_up_last():
    weekend = weekend_of(RUN)
    assert weekend.grid.tolist() == [1, 2, 3, 5, 4]
    assert weekend.pit_lane_start.tolist() == [False, False, False, True, False]
    assert weekend.grid_source == "published grid"


def test_weekend_of__nothing_of_how_the_race_ended_is_in_it():
    swapped = replace(RACE, results=RACE.results[::-1])
    poisoned = replace(
        swapped,
        results=tuple(
            replace(r, position=9 - (r.position or 0), laps=1, best_s=55.0, points=99.0)
            for r in swapped.results
        ),
    )
    assert digest(weekend_of(event(FP1, QUALIFYING, poisoned))) == digest(
        weekend_of(event(FP1, QUALIFYING, RACE))
    )


def test_with_horizon__forgets_what_is_learnt_later():
    before = with_horizon(weekend_of(RUN), Horizon.BEFORE_WEEKEND)
    assert np.isnan(before.practice_gap).all()
    assert np.isnan(before.qualifying_gap).all()
    assert np.isnan(before.grid).all()
    assert not before.pit_lane_start.any()
    assert before.grid_source == ""
    after_practice = with_horizon(weekend_of(RUN), Horizon.AFTER_PRACTICE)
    assert np.isfinite(after_practice.practice_gap[0])
    assert np.isnan(after_practice.grid).all()


def test_with_horizon__never_knows_more_than_there_is():
    assert with_horizon(weekend_of(event(FP1)), Horizon.AFTER_QUALIFYING).horizon == "b"


def test_race_outcome__orders_the_classified_and_tells_accident_from_failure():
    outcome = race_outcome(RUN)
    assert outcome is not None
    assert outcome.order == (1, 3)
    assert outcome.ranking == (1, 3, 0, 2)
    assert outcome.retired.tolist() == [True, False, True, False, False]
    assert outcome.accident[[0, 2]].tolist() == [1.0, 0.0]
    assert np.isnan(outcome.accident[[1, 3, 4]]).all()


def test_race_outcome__gaps_at_the_finish_are_in_per_cent_of_the_winners_time():
    race = session(
        SessionKind.RACE,
        row("c", position=1, classified=True, time_s=5000.0, laps=50),
        row("b", position=2, classified=True, gap_s=25.0, laps=50),
        row("d", position=3, classified=True, gap_laps=1, laps=49),
        row("a", ResultStatus.DNF, classified=False, gap_laps=30, laps=20),
    )
    outcome = race_outcome(event(race, status=EventStatus.COMPLETED))
    assert outcome.finish_gap == pytest.approx([np.nan, 0.5, 0.0, 2.6, np.nan], nan_ok=True)


def test_race_outcome__laps_are_the_best_and_the_mean_of_the_race():
    race = session(
        SessionKind.RACE,
        row("c", position=1, classified=True, time_s=5000.0, laps=50, best_s=98.5),
        row("b", position=2, classified=True, gap_laps=1, laps=49, best_s=99.5),
        row("a", ResultStatus.DNF, classified=False, laps=20),
    )
    outcome = race_outcome(event(race, status=EventStatus.COMPLETED))
    nan = np.nan
    assert outcome.best_lap_s == pytest.approx([nan, 99.5, 98.5, nan, nan], nan_ok=True)
    assert outcome.mean_lap_s == pytest.approx([nan, nan, 100.0, nan, nan], nan_ok=True)


def test_race_outcome__gaps_that_are_not_told_are_not_known():
    outcome = race_outcome(RUN)
    assert outcome.finish_gap == pytest.approx([np.nan, 0.0, *[np.nan] * 3], nan_ok=True)


def test_race_outcome__of_an_event_that_has_not_been_run_is_none():
    assert race_outcome(event(QUALIFYING)) is None
    assert race_outcome(event(RACE, status=EventStatus.CANCELLED)) is None


def test_race_outcome__of_a_race_that_nobody_started_is_none():
    nobody = session(SessionKind.RACE, *(row(d, ResultStatus.DNS) for d in IDS))
    assert race_outcome(event(nobody, status=EventStatus.COMPLETED)) is None


def test_sprint_weekend_of__takes_the_grid_of_its_own_qualifying():
    weekend = sprint_weekend_of(
        event(FP1, SPRINT_QUALIFYING, sprint_format=SprintFormat.SPRINT_SHOOTOUT)
    )
    assert weekend.grid.tolist() == [2, 3, 1, 4, 5]
    unknown = sprint_weekend_of(event(FP1, sprint_format=SprintFormat.SPRINT_SHOOTOUT))
    assert np.isnan(unknown.grid).all()
    assert unknown.grid_source == ""


def test_sprint_weekend_of__in_2021_and_2022_took_it_from_qualifying():
    weekend = sprint_weekend_of(
        event(QUALIFYING, sprint_format=SprintFormat.GRID_FROM_QUALIFYING, grid_from="sprint")
    )
    assert weekend.grid.tolist() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("horizon", Horizon)
def test_sprint_weekend_of__never_knows_how_the_sprint_ended(horizon):
    sprint = event(
        FP1, SPRINT_QUALIFYING, SPRINT, QUALIFYING, sprint_format=SprintFormat.SPRINT_SHOOTOUT
    )
    assert np.isnan(sprint_weekend_of(sprint, horizon).sprint_place).all()


@pytest.mark.parametrize(
    ("sessions", "horizon"),
    [
        ((), "a"),
        ((FP1,), "b"),
        ((FP1, SPRINT_QUALIFYING), "c"),
        ((FP1, SPRINT_QUALIFYING, SPRINT, QUALIFYING), "c"),
        ((FP1, SPRINT, QUALIFYING), "b"),
    ],
)
def test_sprint_weekend_of__its_horizon_is_the_sprints_own(sessions, horizon):
    weekend = sprint_weekend_of(event(*sessions, sprint_format=SprintFormat.SPRINT_SHOOTOUT))
    assert weekend.horizon == horizon


@pytest.mark.parametrize(("season", "known"), [(2025, False), (2023, True)])
def test_sprint_weekend_of__qualifying_tells_of_the_sprint_only_where_it_came_before(season, known):
    weekend = sprint_weekend_of(
        event(FP1, QUALIFYING, SPRINT, season=season, sprint_format=SprintFormat.SPRINT_SHOOTOUT)
    )
    assert bool(np.isfinite(weekend.qualifying_gap).any()) is known


def test_weekend_of__a_place_in_the_sprint_is_for_who_finished_it():
    places = weekend_of(event(SPRINT, QUALIFYING)).sprint_place
    assert places[[0, 2]].tolist() == [2.0, 1.0]
    assert np.isnan(places[[1, 3, 4]]).all()


SHOOTOUT, FROM_QUALIFYING = SprintFormat.SPRINT_SHOOTOUT, SprintFormat.GRID_FROM_QUALIFYING
Q, SQ, S = SessionKind.QUALIFYING, SessionKind.SPRINT_QUALIFYING, SessionKind.SPRINT
# Friday's qualifying before the sprint's, Saturday's after it, and the sprint's alone before.
FRIDAY = ((SQ, "2025-05-03T09:00Z"), (S, "2025-05-03T13:00Z"), (Q, "2025-05-02T14:00Z"))
SATURDAY = ((SQ, "2025-05-02T14:00Z"), (S, "2025-05-03T10:00Z"), (Q, "2025-05-03T14:00Z"))
BETWEEN = ((SQ, "2025-05-02T14:00Z"), (S, "2025-05-03T18:00Z"), (Q, "2025-05-03T14:00Z"))
# The clock alone would have it the other way round: 16:00 here is 14:00 UTC.
OFFSETS = ((SQ, "2025-05-02T14:00Z"), (S, "2025-05-03T16:00+02:00"), (Q, "2025-05-03T15:00Z"))


@pytest.mark.parametrize(
    ("season", "sprint_format", "times", "knows_qualifying", "knows_sprint"),
    [
        # Qualifying sets the sprint's grid a day before the sprint sets the race's.
        (2021, FROM_QUALIFYING, (), True, False),
        (2022, FROM_QUALIFYING, SATURDAY, True, False),
        (2022, FROM_QUALIFYING, FRIDAY, True, False),
        (2023, SHOOTOUT, (), False, False),
        (2024, SHOOTOUT, (), True, True),
        (2026, SHOOTOUT, (), True, True),
        (2023, SHOOTOUT, SATURDAY, True, True),  # times say more than the year
        (2024, SHOOTOUT, FRIDAY, False, False),
        (2024, SHOOTOUT, BETWEEN, True, False),
        (2024, SHOOTOUT, OFFSETS, True, True),
        (2023, SHOOTOUT, FRIDAY[1:2], False, False),  # of one session alone nothing follows
    ],
)
def test_weekend_of__after_practice_knows_of_a_sprint_what_came_before_qualifying(
    season, sprint_format, times, knows_qualifying, knows_sprint
):
    own = (SPRINT_QUALIFYING,) if sprint_format is SHOOTOUT else ()
    sprint = event(
        FP1, *own, SPRINT, QUALIFYING, season=season, times=times, sprint_format=sprint_format,
        grid_from="sprint" if sprint_format is FROM_QUALIFYING else "qualifying",
    )  # fmt: skip
    known = weekend_of(sprint, Horizon.AFTER_PRACTICE)
    assert np.isfinite(known.sprint_qualifying_gap).any() == knows_qualifying
    assert np.isfinite(known.sprint_place).any() == knows_sprint
    assert np.isnan(known.qualifying_gap).all()
    before = weekend_of(sprint, Horizon.BEFORE_WEEKEND)
    assert np.isnan(before.sprint_qualifying_gap).all()
    assert np.isnan(before.sprint_place).all()
    assert np.isfinite(weekend_of(sprint).sprint_place).any()  # with the grid all is known


def test_weekend_of__in_2021_the_sprint_was_qualified_for_by_qualifying():
    sprint = event(FP1, QUALIFYING, SPRINT, season=2021, sprint_format=FROM_QUALIFYING)
    weekend = weekend_of(sprint, Horizon.AFTER_PRACTICE)
    np.testing.assert_array_equal(
        weekend.sprint_qualifying_gap, last_segment_gap(QUALIFYING.results, IDS)
    )
