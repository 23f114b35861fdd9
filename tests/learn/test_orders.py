from __future__ import annotations

import itertools

import numpy as np
import pytest

from predictor.errors import F1Error
from predictor.features.weekend import RaceOutcome
from predictor.learn.outcome.orders import place_log_loss, position_matrix


def by_enumeration(log_strength, p_retire):
    """Add up every set of retired cars and every order of the others."""
    n, rate = len(log_strength), np.exp(-log_strength)
    table = np.zeros((n, n))
    for out in itertools.product([False, True], repeat=n):
        p_out = np.prod(np.where(out, p_retire, 1.0 - p_retire))
        running = [i for i in range(n) if not out[i]]
        for i in set(range(n)) - set(running):
            table[i, len(running) :] += p_out / (n - len(running))
        for order in itertools.permutations(running):
            p = p_out
            for k in range(len(order)):
                p *= rate[order[k]] / rate[list(order[: k + 1])].sum()
            table[list(order), range(len(order))] += p
    return table


def outcome_of(order, n):
    ranking = (*order, *(i for i in range(n) if i not in order))
    nothing = np.full(n, np.nan)
    return RaceOutcome(tuple(order), ranking, ~np.isin(range(n), order), nothing, nothing)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
@pytest.mark.parametrize("spread", [0.3, 1.0, 4.0])
def test_position_matrix__equals_the_sum_over_all_orders(n, spread):
    rng = np.random.default_rng(n)
    log_strength, p_retire = spread * rng.normal(size=n), rng.uniform(0.0, 0.9, size=n)
    exact = by_enumeration(log_strength, p_retire)
    assert np.abs(position_matrix(log_strength, p_retire) - exact).max() < 1e-13


def test_position_matrix__of_two_cars_by_hand():
    # The weaker rings first three times in four: rates 1 and 3. Nobody else can be out.
    table = position_matrix(np.array([np.log(3.0), 0.0]), np.array([0.0, 0.0]))
    assert table == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]), abs=1e-13)
    table = position_matrix(np.array([np.log(3.0), 0.0]), np.array([1.0, 0.0]))
    assert table == pytest.approx(np.array([[0.0, 1.0], [1.0, 0.0]]), abs=1e-13)


def test_position_matrix__equals_what_simulated_races_show():
    rng = np.random.default_rng(7)
    n, n_races = 20, 100_000
    log_strength, p_retire = rng.normal(size=n), rng.uniform(0.02, 0.4, size=n)
    clock = rng.exponential(size=(n_races, n)) * np.exp(log_strength)
    out = rng.uniform(size=(n_races, n)) < p_retire
    clock = np.where(out, rng.uniform(size=(n_races, n)) - 2.0, clock)  # behind, in random order
    place = (-clock).argsort(axis=1).argsort(axis=1)
    seen = np.stack([(place == k).mean(axis=0) for k in range(n)], axis=1)
    expected = position_matrix(log_strength, p_retire)
    error = np.sqrt(np.maximum(expected, 1e-5) / n_races)
    assert np.abs((seen - expected) / error).max() < 4.7  # of 400 cells; 1e-3 by chance


@pytest.mark.parametrize("n", [2, 20, 32])
@pytest.mark.parametrize("spread", [0.0, 1.0, 6.0])
def test_position_matrix__every_row_and_column_sums_to_one(n, spread):
    rng = np.random.default_rng(n)
    log_strength = np.clip(spread * rng.normal(size=n), -15.0, 15.0)
    table = position_matrix(log_strength, rng.uniform(0.0, 1.0, size=n))
    assert np.abs(table.sum(axis=0) - 1.0).max() < 1e-12
    assert np.abs(table.sum(axis=1) - 1.0).max() < 1e-12
    assert (table >= 0.0).all()


def test_position_matrix__alike_cars_have_every_place_alike():
    assert position_matrix(np.full(20, 3.0), np.full(20, 0.1)) == pytest.approx(0.05, abs=1e-13)


@pytest.mark.parametrize(
    ("log_strength", "p_retire"),
    [
        ([0.0, np.nan], [0.1, 0.1]),
        ([0.0, 40.0], [0.1, 0.1]),
        ([0.0, 1.0], [0.1, 1.1]),
        ([0.0, 1.0], [0.1, np.nan]),
        ([0.0, 1.0], [0.1]),
        ([], []),
    ],
)
def test_position_matrix__refuses_what_is_no_forecast(log_strength, p_retire):
    with pytest.raises(F1Error):
        position_matrix(np.array(log_strength), np.array(p_retire))


def test_place_log_loss__is_the_mean_over_starters_and_looks_no_deeper_than_its_floor():
    table = np.array([[0.6, 0.4, 0.0], [0.2, 0.4, 0.4], [0.2, 0.2, 0.6]])
    loss = place_log_loss(table, outcome_of((0, 1, 2), 3))
    assert loss == pytest.approx(-np.log(0.6 * 0.4 * 0.6) / 3)
    assert place_log_loss(table, outcome_of((1, 2, 0), 3)) == pytest.approx(
        -np.log(0.2 * 0.2 * 1e-4) / 3
    )
