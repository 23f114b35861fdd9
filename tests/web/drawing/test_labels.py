"""Labels never touch, and move by as little as that takes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.drawing.labels import LEAST_PX, spread

WANTED = st.lists(st.floats(-50, 400), max_size=24)
_TINY = 1e-6


@given(WANTED)
def test_spread__no_two_are_nearer_than_the_least(wanted):
    found = sorted(spread(wanted, 0, 240))
    assert all(b - a >= LEAST_PX - _TINY for a, b in itertools.pairwise(found))


@given(WANTED)
def test_spread__the_order_from_top_to_bottom_stays(wanted):
    found = spread(wanted, 0, 240)
    by_place = sorted(range(len(wanted)), key=lambda one: found[one])
    assert [wanted[one] for one in by_place] == sorted(wanted)


@given(WANTED.filter(lambda wanted: len(wanted) <= 240 // LEAST_PX))
def test_spread__all_stay_inside_where_there_is_room(wanted):
    assert all(-_TINY <= one <= 240 + _TINY for one in spread(wanted, 0, 240))


def test_spread__leaves_alone_what_does_not_touch():
    assert spread([100, 10, 60], 0, 240) == (100, 10, 60)


def test_spread__two_at_one_height_part_evenly():
    assert spread([100, 100], 0, 240) == pytest.approx((91.5, 108.5))


def test_spread__a_chain_moves_as_one_block():
    # Three wish 100, 104 and 108; the block of 17 px steps has its middle at 104.
    assert spread([100, 104, 108], 0, 240) == pytest.approx((87, 104, 121))


def test_spread__at_the_floor_they_stack_upwards():
    assert spread([240, 240, 239], 0, 240) == pytest.approx((223, 240, 206))


def test_spread__too_many_for_the_height_reach_beyond_both_ends():
    found = sorted(spread([5.0] * 4, 0, 34))
    assert found == pytest.approx([-8.5, 8.5, 25.5, 42.5])
