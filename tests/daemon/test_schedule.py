"""When builds are due: settled changes, bounded waits, doubling pauses, few cancels."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.daemon.schedule import Schedule

SETTLE, LONGEST, PAUSE, LONGEST_PAUSE = 5.0, 30.0, 5.0, 300.0
gaps = st.lists(st.floats(0, 4.9) | st.floats(0, 40), min_size=1, max_size=40) | st.lists(
    st.floats(1, 4.9), min_size=30, max_size=40
)


@pytest.fixture
def schedule():
    return fresh()


def fresh():
    return Schedule(SETTLE, LONGEST, PAUSE, LONGEST_PAUSE)


@given(gaps)
def test_is_due__never_before_settled_and_never_after_the_longest_wait(gaps):
    schedule, now, first = fresh(), 1e6, None
    for gap in gaps:
        now += gap
        if schedule.is_due(now):
            schedule.started()
            first = None
        schedule.changed(now)
        first = now if first is None else first
        due = schedule.due_at
        assert first <= now <= due or due == first + LONGEST
        assert due <= first + LONGEST
        assert due == now + SETTLE or due == first + LONGEST
        assert not schedule.is_due(due - 1e-3) or now > due - 1e-3
        assert schedule.is_due(due)


def test_is_due__nothing_to_do_is_never_due(schedule):
    assert schedule.due_at is None
    assert not schedule.is_due(1e12)


@pytest.mark.parametrize("start", [-1e9, 0.0, 1e9])
def test_is_due__only_differences_of_the_clock_count(schedule, start):
    schedule.changed(start)
    assert schedule.is_due(start + SETTLE)
    assert not schedule.is_due(start + SETTLE - 0.01)


def test_is_due__one_write_every_four_seconds_builds_after_the_longest_wait(schedule):
    starts = []
    for tenth in range(3000):
        now = tenth / 10
        if tenth % 40 == 0:
            schedule.changed(now)
        if schedule.is_due(now):
            schedule.started()
            starts.append(now)
    assert starts[0] == LONGEST
    assert all(later - earlier <= LONGEST + 4 for earlier, later in itertools.pairwise(starts))


def test_failed__pauses_double_up_to_the_longest(schedule):
    pauses = []
    for _ in range(40):
        schedule.failed(100.0)
        pauses.append(schedule.due_at - 100.0)
        schedule.started()
    assert pauses[:7] == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0]
    assert set(pauses[6:]) == {300.0}


def test_failed__a_success_begins_the_pauses_anew(schedule):
    for _ in range(3):
        schedule.failed(0.0)
        schedule.started()
    schedule.succeeded()
    schedule.failed(0.0)
    assert schedule.due_at == PAUSE


def test_failed__a_change_ends_the_pause(schedule):
    for _ in range(7):
        schedule.started()
        schedule.failed(0.0)
    schedule.changed(1.0)
    assert schedule.due_at == 1.0 + SETTLE


def test_failed__what_was_asked_for_meanwhile_does_not_wait(schedule):
    schedule.started()
    schedule.at_once(1.0)
    schedule.failed(2.0)
    assert schedule.is_due(2.0)


def test_should_cancel__only_for_changes_that_have_settled(schedule):
    schedule.started()
    assert not schedule.should_cancel(100.0)
    schedule.changed(100.0)
    assert not schedule.should_cancel(100.0 + SETTLE - 0.1)
    assert schedule.should_cancel(100.0 + SETTLE)


@pytest.mark.parametrize("end", ["succeeded", "failed"])
def test_should_cancel__at_most_two_running(schedule, end):
    def is_cancelled(now):
        schedule.changed(now)
        if not schedule.should_cancel(now + SETTLE):
            return False
        schedule.cancelled(now + SETTLE)
        schedule.started()
        return True

    schedule.started()
    assert [is_cancelled(100.0 * n) for n in range(4)] == [True, True, False, False]
    schedule.succeeded() if end == "succeeded" else schedule.failed(400.0)
    schedule.started()
    assert [is_cancelled(100.0 * n) for n in range(5, 8)] == [True, True, False]


def test_should_cancel__a_pause_after_a_failure_is_no_reason(schedule):
    schedule.failed(0.0)
    assert schedule.is_due(PAUSE)
    assert not schedule.should_cancel(PAUSE)


def test_cancelled__is_due_at_once_even_without_a_change(schedule):
    schedule.started()
    schedule.cancelled(50.0)
    assert schedule.is_due(50.0)


def test_at_once__does_not_wait_for_what_is_settling(schedule):
    schedule.changed(10.0)
    schedule.at_once(11.0)
    assert schedule.is_due(11.0)
