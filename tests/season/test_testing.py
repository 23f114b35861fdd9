"""Days of testing: one result a day, of no event, before the first race."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.as_of import AsOf
from predictor.notes import NoteKind
from predictor.records import DayOfTesting, DriverRef, EventRef, ResultRecord
from predictor.season.known import without_later
from predictor.season.session_days import was_tested
from predictor.season.testing import settle_days
from predictor.vocabulary import ResultStatus
from tests.said import said
from tests.season.builders import (
    calendar,
    drivers_of,
    entries,
    fold_one,
    parsed,
    planned,
    race,
    ref,
    row,
    rows,
    session,
)

RACES = (planned("australia", 1, "2025-03-16"), planned("china", 2, "2025-03-23"))


def day_of(day=None, date=None, test=None, results=None, **fields):
    event = EventRef(season=2025, name="Pre-Season Testing", date=date)
    results = results or [row("lando-norris", 1, best_s=90.0, laps=60)]
    return session(event, "testing", results, testing=DayOfTesting(test, day), **fields)


def days_of(*records):
    return [(day.test, day.day, day.date) for day in fold_one(*records).testing]


def test_fold__testing_is_of_the_season_and_of_no_event():
    state = fold_one(calendar(*RACES), day_of(1), day_of(2), entries("lando-norris"))
    assert [(event.round, event.event_id) for event in state.events] == [
        (1, "2025-australia"), (2, "2025-china"),
    ]  # fmt: skip
    assert [(day.test, day.day) for day in state.testing] == [(1, 1), (1, 2)]
    (result,) = state.testing[0].results
    assert (result.driver.driver_id, result.team, result.best_s) == (
        "lando-norris",
        "mclaren",
        90.0,
    )
    assert not [note for note in state.notes if note.kind is NoteKind.TESTING]


def test_fold__who_tests_is_not_expected_to_race():
    guest = [row("a-guest", 1, best_s=90.0, team="McLaren")]
    state = fold_one(calendar(*RACES), day_of(1, results=guest), entries("lando-norris"))
    assert drivers_of(state.events[0]) == {"lando-norris"}


def test_fold__a_code_alone_is_the_entered_driver_in_his_team():
    bare = [ResultRecord(DriverRef(code="NOR", number=4), ResultStatus.FINISHED, best_s=90.0)]
    known = entries("lando-norris")
    (entry,) = known.entries
    known = replace(known, entries=(replace(entry, driver=DriverRef("lando-norris", "NOR", 4)),))
    state = fold_one(calendar(*RACES), day_of(1, results=bare), known)
    (result,) = state.testing[0].results
    assert (result.driver.driver_id, result.team) == ("lando-norris", "mclaren")


def test_fold__a_number_worn_in_a_test_is_not_the_seasons():
    worn = [ResultRecord(DriverRef("lando-norris", number=1), ResultStatus.FINISHED, best_s=90.0)]
    raced = [row("oscar-piastri", 1), row("lando-norris", 2)]
    raced[1] = replace(raced[1], driver=DriverRef("lando-norris", number=4))
    state = fold_one(calendar(*RACES), day_of(1, results=worn), race(ref("australia"), raced))
    assert {one.driver_id: one.number for one in state.drivers}["lando-norris"] == 4


@pytest.mark.parametrize(("date", "is_used"), [("2025-03-15", True), ("2025-03-16", False)])
def test_fold__a_test_that_is_not_before_the_first_race_is_left_out(date, is_used):
    state = fold_one(calendar(*RACES), day_of(1, date))
    assert bool(state.testing) is is_used
    assert any("not before the first race" in note for note in said(state.notes)) is not is_used


def test_fold__long_runs_are_filled_in_where_they_are_told():
    whole = [row("lando-norris", 1, best_s=90.0, laps=60), row("oscar-piastri", 2, best_s=91.0)]
    runs = [row("lando-norris", long_run_s=95.0)]
    state = fold_one(
        day_of(1, "2025-02-26", results=whole, provider="openf1"),
        day_of(1, "2025-02-26", results=runs, provider="openf1", from_laps=True),
    )
    (day,) = state.testing
    assert [one.long_run_s for one in day.results] == [95.0, None]
    assert [one.laps for one in day.results] == [60, None]


def test_fold__a_driver_to_a_file_is_one_day():
    one = [ResultRecord(DriverRef("lando-norris"), ResultStatus.FINISHED, best_s=90.0, laps=9)]
    other = [ResultRecord(DriverRef("oscar-piastri"), ResultStatus.FINISHED, best_s=89.0, laps=9)]
    parts = [day_of(1, results=part, from_laps=True, provider="fastf1") for part in (one, other)]
    (day,) = fold_one(*parts).testing
    assert [(r.driver.driver_id, r.position) for r in day.results] == [
        ("oscar-piastri", 1), ("lando-norris", 2),
    ]  # fmt: skip


def test_settle_days__numbers_come_from_the_file_else_from_the_dates():
    assert days_of(day_of(2), day_of(1, test=2)) == [(1, 2, None), (2, 1, None)]
    first, last = "2025-02-26", "2025-02-28"
    assert days_of(day_of(None, last), day_of(None, first)) == [(1, 1, first), (1, 3, last)]


def test_settle_days__dates_with_a_pause_are_two_tests():
    dates = ("2025-02-11", "2025-02-12", "2025-02-18")
    assert days_of(*(day_of(None, date) for date in dates)) == [
        (1, 1, dates[0]), (1, 2, dates[1]), (2, 1, dates[2]),
    ]  # fmt: skip


def test_settle_days__what_one_file_says_of_a_date_holds_for_the_others():
    date = "2025-02-20"
    own = day_of(3, date, test=2, results=[row("lando-norris", 1, best_s=90.0)])
    other = day_of(None, date, provider="openf1", results=[row("lando-norris", 1, laps=7)])
    (day,) = fold_one(own, other).testing
    assert (day.test, day.day, day.results[0].best_s, day.results[0].laps) == (2, 3, 90.0, 7)


DAYS = [day_of(1), day_of(None, "2025-02-27"), day_of(2, "2025-02-26"), day_of(1, test=2),
        day_of(None, "2025-03-02"), day_of(None, "2025-02-26")]  # fmt: skip


@given(st.permutations(range(len(DAYS))))
def test_settle_days__order_changes_nothing(order):
    keys = settle_days(DAYS)
    assert settle_days([DAYS[at] for at in order]) == [keys[at] for at in order]


def test_without_later__tests_are_before_every_round_and_cut_by_their_day():
    result = race(ref("australia"), rows("lando-norris", "oscar-piastri"))
    of_test = day_of(1, "2025-02-26")
    files = {"c": parsed(calendar(*RACES)), "t": parsed(of_test), "r": parsed(result)}
    none = without_later(files, [2025], lambda *_: False)
    assert [len(none[name].records) for name in "ctr"] == [1, 1, 0]
    cut = without_later(files, [2025], lambda *_: False, lambda event: event.date < "2025-02-26")
    assert [len(cut[name].records) for name in "ctr"] == [1, 0, 0]


def test_was_tested__on_its_day_and_without_one_when_the_season_is_raced():
    state = fold_one(calendar(*RACES))
    assert was_tested("2025-02-26", state, AsOf(day="2025-02-26"))
    assert not was_tested("2025-02-26", state, AsOf(day="2025-02-25"))
    assert not was_tested(None, state, AsOf(day="2025-03-15"))
    assert was_tested(None, state, AsOf(day="2025-03-16"))
    assert not was_tested(None, None, AsOf(day="2025-03-16"))
    assert was_tested("2025-02-26", state, AsOf(round=0))
