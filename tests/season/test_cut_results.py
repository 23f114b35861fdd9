"""Results cut after some row: they look whole, only the cars expected tell."""

import pytest

from predictor.formats import parse_file
from predictor.records import DriverRef, EntriesRecord, EntryRecord
from predictor.season.fold import fold
from predictor.season.lineup import Seat, cars_expected
from predictor.season.sessions import is_cut
from predictor.season.standings import standings
from predictor.vocabulary import EventStatus, ResultStatus, SessionKind
from tests.said import said

from .builders import calendar, fold_one, planned, race, ref, row, rows, session

DRIVERS = [f"driver-{n:02d}" for n in range(1, 21)]
TEAMS = {who: f"Team {n // 2}" for n, who in enumerate(DRIVERS)}
TWO_EVENTS = (planned("monaco", 1, "2025-05-25"), planned("spain", 2, "2025-06-01"))


def whole(n=20):
    return rows(*DRIVERS[:n], teams=TEAMS)


def test_fold__a_cut_race_is_not_used():
    state = fold_one(
        calendar(*TWO_EVENTS),
        race(ref("monaco"), whole()),
        race(ref("spain"), whole(2)),
    )
    spain = state.event("2025-spain")
    assert spain.status is EventStatus.SCHEDULED
    assert spain.session(SessionKind.RACE) is None
    assert len(spain.entries) == 20
    assert said(spain.notes) == ("race result holds 2 of 20 drivers: not used",)
    assert standings(state).drivers[0].points == 25


def test_fold__a_cut_race_keeps_the_weekends_other_sessions():
    state = fold_one(
        session(ref(), "fp1", whole()), session(ref(), "qualifying", whole()), race(ref(), whole(2))
    )
    (monaco,) = state.events
    assert [one.kind for one in monaco.sessions] == [SessionKind.FP1, SessionKind.QUALIFYING]
    assert "race result holds 2 of 20 drivers: not used" in said(monaco.notes)


def test_fold__a_cut_sprint_is_not_used():
    state = fold_one(session(ref(), "sprint", whole(8)), race(ref(), whole()))
    (monaco,) = state.events
    assert monaco.status is EventStatus.COMPLETED
    assert monaco.session(SessionKind.SPRINT) is None
    assert monaco.sprint_format is not None
    assert "sprint result holds 8 of 20 drivers: not used" in said(monaco.notes)


def test_fold__a_calendar_that_says_completed_does_not_save_a_cut_race():
    done = planned("monaco", 1, "2025-05-25", status=EventStatus.COMPLETED)
    put_off = planned("spain", 2, "2025-06-01", status=EventStatus.POSTPONED)
    state = fold_one(
        calendar(done, put_off),
        session(ref("monaco"), "qualifying", whole()),
        race(ref("monaco"), whole(2)),
        race(ref("spain"), whole(2)),
    )
    assert [event.status for event in state.events] == [
        EventStatus.SCHEDULED,
        EventStatus.POSTPONED,
    ]


def test_fold__race_files_alone_are_enough():
    state = fold_one(race(ref("monaco"), whole(3)))
    assert state.events[0].status is EventStatus.COMPLETED
    state = fold_one(race(ref("monaco", date="2025-05-25"), whole()))
    assert state.events[0].status is EventStatus.COMPLETED
    assert not any("holds" in note for note in said(state.events[0].notes))


def test_fold__a_small_field_is_used_and_noted():
    state = fold_one(
        calendar(*TWO_EVENTS), race(ref("monaco"), whole()), race(ref("spain"), whole(16))
    )
    spain = state.event("2025-spain")
    assert spain.status is EventStatus.COMPLETED
    assert "race result holds 16 of 20 drivers" in said(spain.notes)


def test_fold__non_starters_count_as_held():
    absent = [row(who, None, ResultStatus.DNS, team=TEAMS[who]) for who in DRIVERS[6:]]
    state = fold_one(session(ref(), "qualifying", whole()), race(ref(), [*whole(6), *absent]))
    assert state.events[0].status is EventStatus.COMPLETED


def test_fold__a_whole_result_outranks_a_cut_one_of_a_better_provider():
    state = fold_one(race(ref(), whole(2)), race(ref(), whole(), provider="openf1"))
    (monaco,) = state.events
    assert len(monaco.results(SessionKind.RACE)) == 20
    assert any("1.json is used, 0.json differs" in note for note in said(state.notes))


def test_fold__an_entry_list_with_reserves_expects_two_cars_a_team():
    teams = {**TEAMS, **{f"reserve-{n}": f"Team {n}" for n in range(10)}}
    listed = EntriesRecord(
        season=2025,
        entries=tuple(EntryRecord(DriverRef(driver_id=who), team) for who, team in teams.items()),
    )
    state = fold_one(listed, race(ref(), whole()))
    assert state.events[0].status is EventStatus.COMPLETED
    assert not any("holds" in note for note in said(state.events[0].notes))


def test_cars_expected__drivers_called_differently_by_two_files_count_once():
    by_number = tuple(row(f"number-{n}", n, team=None) for n in range(1, 21))
    sessions = {SessionKind.QUALIFYING: whole(), SessionKind.FP1: by_number}
    assert cars_expected(sessions, (), SessionKind.RACE) == 20


def test_cars_expected__nothing_else_known_is_no_expectation():
    assert cars_expected({SessionKind.RACE: whole()}, (), SessionKind.RACE) == 0
    assert cars_expected({}, (Seat("a", "b"),), SessionKind.RACE) == 1


@pytest.mark.parametrize(("n_rows", "cut"), [(14, True), (15, False), (20, False)])
def test_is_cut__below_three_quarters(n_rows, cut):
    assert is_cut(n_rows, 20) is cut
    assert not is_cut(n_rows, 0)


@pytest.mark.real_data
@pytest.mark.parametrize("season", range(2010, 2026))
@pytest.mark.parametrize("only_races", [False, True])
def test_fold__no_real_field_is_taken_for_a_cut_file(reference_data, season, only_races):
    paths = sorted((reference_data / f"seasons/{season}").glob("*/*.json"))
    paths = [path for path in paths if not only_races or path.name == "race.json"]
    files = {str(path): parse_file(str(path), path.read_bytes()) for path in paths}
    (state,) = fold(files).values()
    assert {event.status for event in state.events} == {EventStatus.COMPLETED}
    assert not any("not used" in note for event in state.events for note in said(event.notes))
    assert not any("car number" in note for note in said(state.notes))
