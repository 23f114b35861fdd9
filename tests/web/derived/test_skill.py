"""Whether races tell two forecasts apart, and the sentences made of it."""

from __future__ import annotations

import math

import pytest

from services.web.derived.skill import (
    Difference,
    difference,
    horizon_sentence,
    skill_clause,
    skill_sentence,
)

BETTER, LEVEL, WORSE = Difference(9, 0.3, 0.1), Difference(9, 0.1, 0.2), Difference(9, -0.3, 0.1)


def test_difference__is_of_the_races_that_both_have():
    # Differences 0.5 and 0.1: mean 0.3, standard deviation 0.2828, error 0.2, twice of it 0.4.
    found = difference({"a": 1.0, "b": 2.0, "c": 9.0}, {"a": 1.5, "b": 2.1, "d": 0.0})
    assert (found.n, found.mean, found.margin) == (2, pytest.approx(0.3), pytest.approx(0.4))
    assert found.word == "level"
    assert difference({"a": 1.0}, {"a": 5.0}).word == "level"  # one race says nothing
    assert difference({}, {}) == Difference(0, 0.0, math.inf)


def test_word__is_of_the_one_who_lost_less():
    assert [one.word for one in (BETTER, LEVEL, WORSE)] == ["better", "level", "worse"]


def test_skill_sentence__tells_losses_first_and_ranks_nothing_that_is_level():
    others = {"elo": LEVEL, "reverse_plackett_luce": WORSE, "grid_frequency": BETTER}
    assert skill_sentence(others) == (
        "Worse than a plain form model; better than the grid; level with form ratings"
    )
    assert skill_sentence({"uniform": BETTER}) == "Better than everyone alike"
    assert skill_sentence({}) == "Nobody to compare with yet"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (BETTER, "we beat the grid"),
        (LEVEL, "we are level with the grid"),
        (WORSE, "the grid beat us"),
    ],
)
def test_skill_clause__is_of_the_grid_alone(one, said):
    assert skill_clause({"grid_frequency": one, "elo": WORSE}) == said
    assert skill_clause({"elo": BETTER}) == ""


@pytest.mark.parametrize(
    ("practice", "qualifying", "said"),
    [
        (LEVEL, BETTER, "Qualifying tells a lot, practice little"),
        (LEVEL, LEVEL, "No session has made a clear difference"),
        (WORSE, BETTER, "Forecasts did not get better with practice"),
        (
            BETTER,
            Difference(9, 0.5, 0.1),
            "Every session makes forecasts better, qualifying most",
        ),
    ],
)
def test_horizon_sentence__says_what_each_session_is_worth(practice, qualifying, said):
    assert horizon_sentence([("practice", practice), ("qualifying", qualifying)]) == said


def test_horizon_sentence__of_fewer_states_of_knowledge():
    assert horizon_sentence([("qualifying", BETTER)]) == "Qualifying makes forecasts better"
    assert horizon_sentence([]) == "One state of knowledge so far"
