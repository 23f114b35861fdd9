"""Long runs by hand: eight laps in a row, whatever stands around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.formats.long_runs import long_run_s
from predictor.records import DriverRef, LapRecord

RUN = [94.0, 94.2, 94.1, 94.3, 94.4, 94.6, 94.5, 94.7]  # its median is 94.35


def laps(*times, first=1, **fields):
    return [
        LapRecord(DriverRef(code="VER"), number, time, **fields)
        for number, time in enumerate(times, start=first)
    ]


def test_long_run_s__is_the_median_of_eight_laps_in_a_row():
    assert long_run_s(laps(*RUN)) == 94.35
    assert long_run_s(laps(*RUN[:7])) is None
    assert long_run_s([]) is None
    assert long_run_s(laps(None, None)) is None


def test_long_run_s__a_run_ends_in_the_pits_at_a_gap_and_with_the_stint():
    whole = laps(*RUN)
    stopped = [*whole[:4], LapRecord(DriverRef(), 5, 94.4, pit_in=True), *whole[5:]]
    missing = [lap for lap in whole if lap.lap != 5]
    changed = [*laps(*RUN[:4], stint=1), *laps(*RUN[4:], first=5, stint=2)]
    for broken in (stopped, missing, changed):
        assert long_run_s(broken) is None


def test_long_run_s__a_lap_far_too_slow_is_the_way_through_the_pits():
    # Out of 18 laps two runs of eight; the median of all sixteen laps is that of 94.0 to 95.7.
    second = [time + 1.0 for time in RUN]
    assert long_run_s(laps(130.0, *RUN, 118.0, 125.0, *second)) == pytest.approx(94.85)


def test_long_run_s__the_runs_own_slow_laps_are_left_out():
    assert long_run_s(laps(*RUN[:4], 99.0, *RUN[4:])) == 94.35
    # Without its slow lap the run has seven.
    assert long_run_s(laps(*RUN[:7], 99.0)) is None


def test_long_run_s__laps_of_a_qualifying_run_are_none():
    assert long_run_s(laps(120.0, 90.0, 118.0, 121.0, 89.8, 130.0)) is None


def test_long_run_s__a_deleted_lap_was_driven_and_a_time_below_the_best_was_not():
    deleted = laps(*RUN)
    deleted[3] = LapRecord(DriverRef(), 4, 94.3, counts=False)
    assert long_run_s(deleted) == 94.35
    deleted[3] = LapRecord(DriverRef(), 4, 40.0, counts=False)
    assert long_run_s(deleted) is None


@given(st.permutations(laps(95.0, *RUN, 120.0, 90.0)))
def test_long_run_s__does_not_hang_on_the_order_of_laps(shuffled):
    assert long_run_s(shuffled) == long_run_s(laps(95.0, *RUN, 120.0, 90.0))
