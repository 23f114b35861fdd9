import numpy as np

from predictor.simulator.outcomes import (
    concatenate,
    finish_counts,
    position_counts,
    retirement_counts,
)
from predictor.simulator.simulate import simulate
from tests.simulator.builders import grand_prix, race, shard


def test_position_counts__counts_each_driver_in_each_position():
    # the second car passes the first in every race; the third never meets anyone
    counts = position_counts(simulate(race([2.0, 0.0, 3.0], n_sims=5)))
    assert counts.tolist() == [[0, 5, 0], [5, 0, 0], [0, 0, 5]]


def test_position_counts__rows_and_columns_sum_to_the_sims():
    counts = position_counts(simulate(grand_prix(200)))
    assert (counts.sum(axis=0) == 200).all()
    assert (counts.sum(axis=1) == 200).all()


def test_retirement_counts__counts_retirements_by_driver():
    p = np.tile(np.array([1.0, 0.0], np.float32), (6, 1))
    assert retirement_counts(simulate(race([0.0, 1.0], n_sims=6, p_failure=p))).tolist() == [6, 0]


def test_finish_counts__a_race_without_the_flag_counts_nowhere():
    p = np.tile(np.array([1.0, 0.0], np.float32), (6, 1))
    found = finish_counts(simulate(race([0.0, 1.0], n_sims=6, p_failure=p)))
    assert found.tolist() == [[0, 0], [6, 0]]


def test_finish_counts__finishes_and_retirements_are_all_sims():
    outcomes = simulate(grand_prix(200))
    finished, counted = finish_counts(outcomes), position_counts(outcomes)
    assert (finished <= counted).all()
    assert (finished.sum(axis=1) + retirement_counts(outcomes) == 200).all()
    assert (finished[:, 0] == counted[:, 0]).all()  # nobody wins without the flag


def test_concatenate__keeps_the_order_of_the_shards():
    inputs = grand_prix(10)
    parts = [simulate(shard(inputs, 0, 4)), simulate(shard(inputs, 4, 10))]
    joined = concatenate(parts)
    assert joined.n_sims == 10
    np.testing.assert_array_equal(joined.position[4:], parts[1].position)
