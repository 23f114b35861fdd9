from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.simulator.cpu.kernel import run
from predictor.simulator.outcomes import Outcomes, concatenate
from predictor.simulator.race_inputs import conditions_for
from predictor.simulator.reference.races import simulate_slowly
from predictor.simulator.simulate import simulate
from predictor.vocabulary import Scenario
from tests.simulator.builders import QUIET, grand_prix, race, shard


def assert_same(a: Outcomes, b: Outcomes) -> None:
    for field in fields(Outcomes):
        np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name), field.name)


@pytest.fixture(scope="module")
def outcomes():
    return simulate(grand_prix(2000))


@settings(max_examples=25, deadline=None)
@given(
    n_drivers=st.integers(2, 32),
    n_laps=st.integers(1, 100),
    n_sims=st.integers(1, 70),
    hazard=st.floats(0, 1, width=32),
    scenario=st.sampled_from(list(Scenario)),
)
def test_simulate__always_gives_a_permutation(n_drivers, n_laps, n_sims, hazard, scenario):
    p = np.full((n_sims, n_drivers), hazard, np.float32)
    result = simulate(
        grand_prix(
            n_sims,
            n_drivers=n_drivers,
            n_laps=n_laps,
            p_failure=p,
            p_accident=p,
            conditions=conditions_for(scenario),
        )
    )
    assert (np.sort(result.position, axis=1) == np.arange(1, n_drivers + 1)).all()
    assert ((result.laps_completed >= 0) & (result.laps_completed <= n_laps)).all()
    assert (result.laps_completed[result.retired] < n_laps).all()
    assert np.isnan(result.gap_s[result.retired]).all()
    assert (result.gap_s[~result.retired] >= 0).all()
    assert (result.n_stops <= 3).all()


def test_simulate__retired_cars_stand_behind_all_others(outcomes):
    running = np.where(outcomes.retired, 0, outcomes.position).max(axis=1)
    stopped = np.where(outcomes.retired, outcomes.position, 99).min(axis=1)
    assert (running < stopped).all()


def test_simulate__gaps_are_in_the_order_of_positions(outcomes):
    order = outcomes.position.argsort(axis=1)
    gaps = np.take_along_axis(np.nan_to_num(outcomes.gap_s, nan=np.inf), order, axis=1)
    assert (gaps[:, :-1] <= gaps[:, 1:]).all()
    assert (gaps[:, 0] == 0).all()


def test_simulate__retirements_have_the_probability_asked_for(outcomes):
    # a failure may come after an accident: 1 - (1 - .07)(1 - .075)
    assert outcomes.retired.mean() == pytest.approx(0.1398, abs=4 * np.sqrt(0.12 / 40_000))


def test_simulate__the_fastest_lap_is_a_starter(outcomes):
    assert (outcomes.fastest_lap < 20).all()


def test_simulate__no_car_sets_a_fastest_lap_in_a_race_of_one_lap():
    assert simulate(race([0.0, 0.5], n_laps=1)).fastest_lap.tolist() == [255]


@pytest.mark.parametrize("cuts", [(0, 300), (0, 1, 300), (0, 64, 128, 300), (0, 97, 211, 300)])
def test_simulate__sharding_changes_no_race(cuts):
    inputs = grand_prix(300, first_sim=17)
    shards = [simulate(shard(inputs, a, b)) for a, b in pairwise(cuts)]
    assert_same(simulate(inputs), concatenate(shards))


def test_simulate__threads_change_no_race():
    inputs = grand_prix(300)
    with ThreadPoolExecutor(4) as pool:
        shards = list(
            pool.map(lambda cut: simulate(shard(inputs, *cut)), pairwise(range(0, 301, 50)))
        )
    assert_same(simulate(inputs), concatenate(shards))


def test_simulate__no_races_give_no_outcomes():
    assert simulate(shard(grand_prix(4), 0, 0)).position.shape == (0, 20)


def test_simulate__the_seed_and_the_event_choose_the_races():
    inputs = grand_prix(64)
    same = simulate(replace(inputs)).position
    np.testing.assert_array_equal(same, simulate(inputs).position)
    for other in (replace(inputs, seed=4), replace(inputs, event="2025-other")):
        assert not np.array_equal(same, simulate(other).position)


def test_simulate__a_faster_car_finishes_no_worse_on_average():
    inputs = grand_prix(1000)
    means = []
    for gain in (0.0, 0.1, 0.3, 0.6):
        pace = inputs.pace_s.copy()
        pace[:, 9] -= gain
        means.append(simulate(replace(inputs, pace_s=pace)).position.mean(axis=0)[9])
    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] > 2


def test_simulate__a_better_grid_slot_is_worth_places_to_the_same_car():
    inputs = grand_prix(1000)
    rows = np.arange(1000)
    front, back = inputs.grid.copy(), inputs.grid.copy()
    for grid, slot in ((front, 1), (back, 20)):
        other = grid.argmax(axis=1) if slot == 20 else grid.argmin(axis=1)
        grid[rows, other] = grid[:, 9]
        grid[:, 9] = slot
    ahead = simulate(replace(inputs, grid=front)).position.mean(axis=0)[9]
    behind = simulate(replace(inputs, grid=back)).position.mean(axis=0)[9]
    assert ahead + 2 < behind


def test_simulate__where_passing_is_easy_the_order_follows_pace():
    circuit = replace(QUIET, overtaking_threshold_s=0.0, duel_s=0.0)
    draw = np.random.default_rng(2)
    pace = draw.permuted(np.tile(np.linspace(0, 3.8, 20), (50, 1)), axis=1).astype(np.float32)
    inputs = race([0.0] * 20, n_sims=50, n_laps=57, circuit=circuit, pace_s=pace)
    expected = pace.argsort(axis=1).argsort(axis=1) + 1
    np.testing.assert_array_equal(simulate(inputs).position, expected)


def test_simulate__where_passing_is_harder_pace_counts_for_less():
    follows_pace, passes = [], []
    for threshold in (0.5, 1.0, 2.0, 4.0):
        circuit = replace(grand_prix(1).circuit, overtaking_threshold_s=threshold)
        inputs = grand_prix(500, circuit=circuit)
        result = simulate(inputs)
        running = ~result.retired
        follows_pace.append(np.corrcoef(inputs.pace_s[running], result.position[running])[0, 1])
        passes.append(result.passes.mean())
    assert follows_pace == sorted(follows_pace, reverse=True)
    assert passes == sorted(passes, reverse=True)


def test_simulate__a_longer_pit_lane_is_never_faster():
    inputs = grand_prix(500)
    shares = inputs.strategies.shares.copy()
    shares[9] = [0, 0, 0, 0, 0, 1]  # three stops; the others mostly stop once
    strategies = replace(inputs.strategies, shares=shares)
    means = []
    for loss in (5.0, 15.0, 25.0):
        circuit = replace(inputs.circuit, pit_loss_green_s=loss)
        result = simulate(replace(inputs, circuit=circuit, strategies=strategies))
        means.append(result.position.mean(axis=0)[9])
    assert means == sorted(means)


def test_simulate__the_safety_car_scenario_always_has_one():
    quiet = replace(QUIET, lap_noise_s=0.4)
    for circuit in (quiet, grand_prix(1).circuit, replace(quiet, p_red_flag_after_accident=1.0)):
        result = simulate(
            grand_prix(1000, circuit=circuit, conditions=conditions_for(Scenario.SAFETY_CAR))
        )
        assert result.safety_cars.min() >= 1
        assert (result.neutralised_laps >= result.safety_cars).all()


def test_simulate__scenarios_share_their_random_numbers():
    dry = simulate(grand_prix(500))
    forced = simulate(grand_prix(500, conditions=conditions_for(Scenario.SAFETY_CAR)))
    had_one = dry.safety_cars > 0
    np.testing.assert_array_equal(dry.position[had_one], forced.position[had_one])
    np.testing.assert_array_equal(dry.retired, forced.retired)


def test_simulate__rain_brings_more_retirements_and_safety_cars():
    dry = simulate(grand_prix(2000))
    wet = simulate(grand_prix(2000, conditions=conditions_for(Scenario.WET)))
    assert wet.retired.mean() > dry.retired.mean()
    assert wet.safety_cars.mean() > dry.safety_cars.mean()


def test_simulate__a_typical_race_looks_like_one(outcomes):
    # wide bounds around 2018-2025; tests/validation/simulator_realism.py has the comparison
    finished = ~outcomes.retired
    assert 1.4 < outcomes.n_stops[finished].mean() < 2.0
    assert 0.45 < (outcomes.safety_cars > 0).mean() < 0.65
    assert 0.05 < (outcomes.neutralised_laps / 57).mean() < 0.10
    assert 20 < outcomes.passes.mean() < 60


def test_simulate__other_types_of_inputs_do_not_compile_another_kernel():
    inputs = grand_prix(70)
    frozen = np.asfortranarray(inputs.grid.astype(np.int32))
    frozen.setflags(write=False)
    hazard = np.broadcast_to(np.float64(0.07), inputs.grid.shape)
    odd = replace(inputs, n_laps=np.int16(57), grid=frozen, p_failure=hazard)
    assert_same(simulate(inputs), simulate(odd))
    assert len(run.signatures) == 1


def test_simulate__extreme_constants_stay_within_the_integers():
    # everything at its allowed worst at once; the referee's integers have no bounds
    extreme = replace(
        grand_prix(1).circuit,
        tyre_offset_s=(100.0,) * 5,
        tyre_slope_s=(5.0,) * 5,
        lap_noise_s=20.0,
        cold_tyre_s=(100.0,) * 5,
        pit_loss_green_s=100.0,
        stationary_s=100.0,
        stationary_shape=1.0,
    )
    inputs = grand_prix(
        8,
        n_laps=100,
        circuit=extreme,
        pace_s=np.full((8, 20), 8.0, np.float32),
        tyre_wear=np.full(20, 5.0, np.float32),
    )
    result = simulate(inputs)
    np.testing.assert_array_equal(result.retired, simulate_slowly(inputs).retired)
    np.testing.assert_array_equal(result.n_stops, simulate_slowly(inputs).n_stops)
