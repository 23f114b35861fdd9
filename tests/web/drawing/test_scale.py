"""Scales and what is written at them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.drawing.scale import Scale, Tick, nice_top, shown_ticks, steps_to


def test_scale__ends_hold_what_lies_beyond():
    scale = Scale(0.0, 0.8)
    assert [scale.at(value) for value in (-1.0, 0.0, 0.4, 0.8, 2.0)] == [0, 0, 0.5, 1, 1]
    assert Scale(3.0, 3.0).at(3.0) == 0.0


@pytest.mark.parametrize(
    ("top", "steps"),
    [
        (0.57, (0.0, 0.2, 0.4, 0.6)),
        (1.0, (0.0, 0.25, 0.5, 0.75, 1.0)),
        (520.0, (0.0, 200.0, 400.0, 600.0)),
        (0.031, (0.0, 0.01, 0.02, 0.03, 0.04)),
        (0.0, (0.0, 1.0)),
    ],
)
def test_steps_to__are_round(top, steps):
    assert steps_to(top) == pytest.approx(steps)


@given(st.floats(1e-6, 1e6))
def test_steps_to__hold_the_top_in_at_most_four(top):
    steps = steps_to(top)
    assert steps[0] == 0.0
    assert steps[-1] >= top * (1 - 1e-9)
    assert 2 <= len(steps) <= 5


def test_nice_top__is_the_next_tenth():
    assert nice_top([0.32, 0.31]) == pytest.approx(0.4)
    assert nice_top([0.3]) == pytest.approx(0.3)
    assert nice_top([0.999]) == 1.0
    assert nice_top([]) == pytest.approx(0.1)


def test_shown_ticks__the_present_stays_and_its_neighbour_goes():
    ticks = [Tick(0, "start"), *(Tick(k, str(k)) for k in range(1, 23)), Tick(22.2, "now", True)]
    shown = [tick.text for tick, _ in shown_ticks(ticks, Scale(0, 22.2))]
    assert "start" in shown
    assert "now" in shown
    assert "22" not in shown


@given(st.lists(st.floats(0, 24), min_size=1, max_size=30, unique=True), st.booleans())
def test_shown_ticks__no_two_touch_at_their_width(values, on_phone):
    scale = Scale(0, 24)
    width = 190.0 if on_phone else 420.0
    ticks = [Tick(value, "round 1") for value in sorted(values)]
    kept = [tick for tick, fits_phone in shown_ticks(ticks, scale) if fits_phone or not on_phone]
    middles = sorted(scale.at(tick.value) * width for tick in kept)
    # Words at an end turn inwards, and reach no further than their own width from it.
    inner = [at for at in middles if 0 < at < width]
    assert all(b - a >= len("round 1") * 7.5 for a, b in itertools.pairwise(inner))
