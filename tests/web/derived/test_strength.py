"""How good drivers are, by hand."""

from __future__ import annotations

import pytest

from services.web.derived import level
from services.web.derived.people import RaceOf
from services.web.derived.strength import Strength, half_of, places_of, ranks
from tests.web.derived.events import driver, event


def strength(points, noise=0.1):
    return Strength(n_races=10, points=points, noise=noise, places=(1.0,), mean_place=1.0)


def test_ranks__who_is_within_the_noise_of_the_first_of_a_group_shares_its_places():
    # Two standard errors of both: 0.4.
    found = ranks([strength(p) for p in (17.0, 16.7, 16.5, 16.2, 3.0)])
    assert found == [(1, 2), (1, 2), (3, 4), (3, 4), (5, 5)]


def test_ranks__without_noise_everybody_has_a_place():
    assert ranks([strength(2.0, 0.0), strength(1.9, 0.0)]) == [(1, 1), (2, 2)]


def test_half_of__a_quarter_is_cut_off_at_either_end():
    assert half_of((0.25, 0.25, 0.25, 0.25)) == (1, 3)
    assert half_of((0.24, 0.26, 0.25, 0.25)) == (2, 3)
    assert half_of((0.04, 0.02, 0.9, 0.04), 0.9) == (2, 3)


def test_places_of__races_count_alike_whatever_their_cars():
    rows = [
        driver("A Norris", 0.5, p_position=(0.5, 0.5)),
        driver("A Norris", 0.5, p_position=(0.1, 0.2, 0.7)),
    ]
    races = [RaceOf("Belgian", event([row]), "a-norris", row, None) for row in rows]
    assert places_of(races) == pytest.approx((0.3, 0.35, 0.35))


def test_error_of_place__is_that_of_a_mean():
    # Half first, half third: a spread of one place, over 100 simulations.
    assert level.error_of_place((0.5, 0.0, 0.5), 100) == pytest.approx(0.1)


def test_spread_of__is_that_of_a_normal():
    assert level.error_of_mean(level.spread_of(100.0, 132.898), 100) == pytest.approx(1.0)


def test_is_within__errors_are_added():
    assert level.is_within(0.4, 0.1, 0.1)
    assert not level.is_within(-0.41, 0.1, 0.1)
