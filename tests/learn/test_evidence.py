"""A weight is earned on races, or it is none."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.learn.outcome.evidence import (
    MIN_RACES,
    WEIGHTS,
    RaceEvidence,
    choose_weight,
    race_evidence,
)
from predictor.learn.outcome.pool import doubly_stochastic
from predictor.vocabulary import Horizon


def race(gain: float, number: int = 0, winner: tuple[float, ...] = ()) -> RaceEvidence:
    """Give a race in which each .05 of weight gains so much, and as much on the winner."""
    losses = tuple(2.0 - gain * step for step in range(len(WEIGHTS)))
    return RaceEvidence(
        f"2020-{number}",
        2020,
        Horizon.BEFORE_WEEKEND,
        "2020-07-05",
        losses,
        winner or losses,
        2.1,
        2.4,
    )


def races(*gains: float) -> list[RaceEvidence]:
    return [race(gain, number) for number, gain in enumerate(gains)]


def test_race_evidence__is_the_mean_log_loss_of_own_places():
    published = np.array([[0.5, 0.3, 0.2], [0.3, 0.5, 0.2], [0.2, 0.2, 0.6]])
    model = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]])
    grid = np.full((3, 3), 1 / 3)
    found = race_evidence(
        "2020-x", 2020, Horizon.AFTER_QUALIFYING, "2020-07-05",
        published=published, model=model, grid=grid,
    )  # fmt: skip
    assert found.losses[0] == pytest.approx(-(2 * math.log(0.5) + math.log(0.6)) / 3)
    assert found.winner_losses[0] == pytest.approx(-math.log(0.5))
    assert found.model_loss == pytest.approx(-math.log(0.8))
    assert found.grid_loss == pytest.approx(math.log(3.0))
    # The model is surer of what came true, and so is every pool with more of it.
    assert list(found.losses) == sorted(found.losses, reverse=True)


def test_race_evidence__an_impossible_place_costs_no_more_than_one_in_ten_thousand():
    published = np.array([[0.0, 1.0], [1.0, 0.0]])
    found = race_evidence(
        "2020-x", 2020, Horizon.AFTER_QUALIFYING, "2020-07-05",
        published=published, model=published, grid=published,
    )  # fmt: skip
    assert found.losses[0] == pytest.approx(math.log(1e4))


def test_choose_weight__the_largest_gain_that_is_no_chance_is_used():
    choice = choose_weight(races(*([0.01, 0.02] * MIN_RACES)))
    assert choice.weight == choice.best == WEIGHTS[-1]
    assert choice.gain == pytest.approx(6 * 0.015)
    n = 2 * MIN_RACES
    assert choice.se == pytest.approx(6 * 0.005 * math.sqrt(n / (n - 1)) / math.sqrt(n))
    assert choice.n_races == n


def test_choose_weight__a_gain_within_its_error_earns_nothing():
    gains = [0.1, -0.099] * MIN_RACES  # mean .0005, standard error .011
    choice = choose_weight(races(*gains))
    assert choice.weight == 0.0
    assert choice.best == WEIGHTS[-1]
    assert 0.0 < choice.gain < choice.se


def test_choose_weight__too_few_races_earn_nothing():
    assert choose_weight(races(*([0.01] * (MIN_RACES - 1)))).weight == 0.0
    assert choose_weight(races(*([0.01] * MIN_RACES))).weight == WEIGHTS[-1]


def test_choose_weight__what_costs_on_the_winner_is_no_choice():
    up_to_two = (1.5, 1.4, 1.5, 1.51, 1.52, 1.53, 1.54)  # .1 costs nothing, .15 does
    found = choose_weight([race(0.01, number, up_to_two) for number in range(MIN_RACES)])
    assert (found.weight, found.best) == (0.1, 0.1)
    assert found.gain == pytest.approx(0.02)
    assert found.winner_gain == pytest.approx(0.0)
    all_cost = (1.5, 1.51, 1.52, 1.53, 1.54, 1.55, 1.56)
    found = choose_weight([race(0.01, number, all_cost) for number in range(MIN_RACES)])
    assert (found.weight, found.best, found.gain) == (0.0, 0.0, 0.0)


def test_choose_weight__without_races_there_is_no_figure():
    choice = choose_weight(())
    assert (choice.weight, choice.gain, choice.se, choice.n_races) == (0.0, 0.0, 0.0, 0)


def test_choose_weight__a_harmful_model_gets_none():
    choice = choose_weight(races(*([-0.01] * MIN_RACES)))
    assert (choice.weight, choice.best, choice.gain) == (0.0, 0.0, 0.0)


@given(st.lists(st.floats(-0.2, 0.2), max_size=60), st.randoms())
def test_choose_weight__does_not_depend_on_the_order_of_races(gains, shuffler):
    one = races(*gains)
    other = list(one)
    shuffler.shuffle(other)
    a, b = choose_weight(one), choose_weight(other)
    assert a.weight == b.weight
    assert a.gain == pytest.approx(b.gain)


@given(st.integers(2, 8), st.integers(0, 2**32 - 1))
def test_race_evidence__no_weight_is_the_published_forecast(n_drivers, seed):
    rng = np.random.default_rng(seed)
    tables = [doubly_stochastic(rng.normal(size=(n_drivers, n_drivers))) for _ in range(3)]
    found = race_evidence(
        "2020-x", 2020, Horizon.AFTER_QUALIFYING, "2020-07-05",
        published=tables[0], model=tables[1], grid=tables[2],
    )  # fmt: skip
    assert found.losses[0] == pytest.approx(-np.log(np.diag(tables[0])).mean())
    assert len(found.losses) == len(WEIGHTS)
