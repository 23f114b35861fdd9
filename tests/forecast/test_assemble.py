from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, initial_state, outlook
from predictor.features.race_facts import RaceFacts
from predictor.features.weekend import Weekend
from predictor.forecast.assemble import (
    RaceSetup,
    ScenarioForecast,
    event_inputs,
    finishes,
    forecast_race,
    mixture,
    race_inputs,
)
from predictor.forecast.circuits import RaceModel
from predictor.forecast.draws import draw_weekend
from predictor.forecast.race_pace import RaceConfig
from predictor.simulator.race_inputs import default_circuit
from predictor.vocabulary import Backend, Horizon, Scenario

IDS = tuple("abcdef")
FILTER, RACE = FilterConfig(), RaceConfig()


def weekend(**fields):
    n = len(IDS)
    known = Weekend(
        "2025-x", 2025, "monaco", Horizon.AFTER_QUALIFYING, IDS, tuple(f"t{d}" for d in IDS),
        np.full(n, np.nan), np.full(n, np.nan), np.linspace(0, 1, n), np.full(n, np.nan),
        np.arange(1.0, n + 1), np.zeros(n, bool), "published grid",
    )  # fmt: skip
    return replace(known, **fields)


def setup(**fields):
    known = RaceSetup(1, np.zeros(len(IDS)), FILTER, RACE, RaceModel(), {})
    return replace(known, **fields)


def forecast(scenario=Scenario.WET, shift=None, *, n_sims=400, known=None, backend=Backend.CPU):
    known = known or weekend()
    return forecast_race(
        outlook(initial_state(), known, 1.0, FILTER),
        known,
        RaceFacts("2025-x", 30, 5.225),
        scenario,
        setup(shift=np.zeros(len(IDS)) if shift is None else shift, backend=backend),
        n_sims=n_sims,
    )


def test_forecast_race__rows_and_columns_sum_to_one_and_nothing_is_impossible():
    p = forecast(n_sims=5).p_position  # 36 cells cannot all come up in 5 races
    np.testing.assert_allclose(p.sum(axis=0), 1.0)
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    assert p.min() == pytest.approx((1 / 6) / 6)


def test_forecast_race__the_first_sims_are_the_same_whatever_their_number():
    np.testing.assert_array_equal(forecast().position[:100], forecast(n_sims=100).position)


def test_forecast_race__a_weight_helps_its_driver_and_nobody_else():
    shift = np.zeros(len(IDS))
    shift[3] = 1.0
    plain, helped = forecast().p_position, forecast(shift=shift).p_position
    assert helped[3, 0] > plain[3, 0]
    # Races differ from the first pass on that the weight brings about: by chance, too.
    assert (np.delete(helped[:, 0], 3) <= np.delete(plain[:, 0], 3) + 0.01).all()


def test_forecast_race__before_qualifying_the_front_of_the_grid_is_open():
    unknown = np.full(len(IDS), np.nan)
    open_ = weekend(grid=unknown, qualifying_gap=unknown, grid_source="")
    p_win = forecast(known=open_).p_position[:, 0]
    assert np.ptp(p_win) < np.ptp(forecast().p_position[:, 0])


def steady(draws):
    """What of a setback is pace: all of its first unit, four fifths of the rest."""
    return np.where(draws.setback > 1.0, 0.2 + 0.8 * draws.setback, draws.setback)


def test_race_inputs__beyond_its_first_unit_a_setback_is_lost_at_once_too():
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    drawn = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(2), event="x", grid_order=known.grid
    )
    setback = np.array([[-1.0, 0.5, 1.0, 1.5, 3.0, 90.0], [2.0] * 6])
    drawn = replace(drawn, setback=setback, disorder=np.array([0.0, 1.0]))
    config = replace(RACE, loss_s=2.0, loss_from=1.0, disorder_sd=0.5, highest_loss_s=60.0)
    inputs = race_inputs(
        drawn, ahead, RaceFacts("x", 60, 5.225), Scenario.DRY, setup(race=config),
        pit_lane_start=known.pit_lane_start, sims=range(2),
    )  # fmt: skip
    # 60 laps of 90 s are an hour and a half: two seconds a unit, and more in disorder
    np.testing.assert_allclose(inputs.loss_s[0], [0.0, 0.0, 0.0, 1.0, 4.0, 60.0], rtol=1e-6)
    np.testing.assert_allclose(inputs.loss_s[1], 2.0 * np.exp(0.5), rtol=1e-6)


@pytest.mark.parametrize(
    ("apart", "unit"), [(2.37, 1.0), (4.74, 2.0**0.3), (90.0, 1.4), (0.01, 0.6), (0.0, 1.0)]
)
def test_race_inputs__in_a_close_season_strength_is_less_time(apart, unit):
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    drawn = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(2), event="x", grid_order=known.grid
    )
    config = replace(RACE, pace_closeness=0.3, setback_closeness=0.0, highest_pace_s=1e9)

    def pace(gaps):
        return race_inputs(
            drawn, replace(ahead, gap_mean=gaps), RaceFacts("x", 60, 5.225), Scenario.DRY,
            setup(race=config), pit_lane_start=known.pit_lane_start, sims=range(2),
        ).pace_s  # fmt: skip

    # of six values evenly apart, 5th and 95th percentile lie at .9 of what they span
    close, usual = (pace(np.linspace(0.0, span / 0.9, 6)) for span in (apart, 2.37))
    np.testing.assert_allclose(close, unit * usual, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("grid", [(1, 2, 3, 4, 5, 6), (6, 1, 2, 3, 4, 5)])
def test_race_inputs__strength_is_pace_and_the_slot_is_partly_left_to_the_track(grid):
    known = weekend(grid=np.array(grid, dtype=float))
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    draws = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(8), event="2025-x", grid_order=known.grid
    )
    inputs = race_inputs(
        draws, ahead, RaceFacts("2025-x", 30, 5.225), Scenario.DRY, setup(),
        pit_lane_start=known.pit_lane_start, sims=range(8),
    )  # fmt: skip
    low, high = np.quantile(ahead.gap_mean, (0.05, 0.95))
    closeness = ((high - low) / RACE.usual_spread) ** RACE.pace_closeness
    scale = closeness * RACE.setback_scale * np.exp(RACE.disorder_sd * draws.disorder)[:, None]
    by_hand = draws.skill + draws.from_grid - 0.2 * draws.of_slot - scale * steady(draws)
    gap = inputs.pace_s[:, 0] - inputs.pace_s[:, 1]
    unit = RACE.pace_per_strength * closeness
    expected = -unit / 100 * 90.0 * (by_hand[:, 0] - by_hand[:, 1])
    np.testing.assert_allclose(gap, expected, atol=1e-5)


def test_race_inputs__a_disorderly_race_has_larger_setbacks_of_all_cars():
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    drawn = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(3), event="x", grid_order=known.grid
    )
    calm = replace(drawn, disorder=np.zeros(3))

    def pace(draws, disorder_sd):
        config = replace(RACE, disorder_sd=disorder_sd, highest_pace_s=1e9, pace_closeness=0.0)
        return race_inputs(
            draws, ahead, RaceFacts("x", 30, 5.225), Scenario.DRY, setup(race=config),
            pit_lane_start=known.pit_lane_start, sims=range(3),
        ).pace_s  # fmt: skip

    np.testing.assert_array_equal(pace(drawn, 0.0), pace(calm, 0.5))
    # One sd more than usual: exp(.5) - 1 of a setback more, for every car of the race.
    wild = replace(drawn, disorder=np.array([0.0, 1.0, 0.0]))
    more = pace(wild, 0.5) - pace(calm, 0.5)
    slower = RACE.pace_per_strength / 100 * 90.0 * RACE.setback_scale * (np.exp(0.5) - 1)
    np.testing.assert_array_equal(more[[0, 2]], 0.0)
    np.testing.assert_allclose(more[1], slower * steady(drawn)[1], atol=1e-4)


def test_race_inputs__a_shard_is_a_part_of_the_whole():
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)

    def inputs(sims):
        draws = draw_weekend(
            ahead, known, FILTER, seed=1, sims=sims, event="x", grid_order=known.grid
        )
        return race_inputs(
            draws, ahead, RaceFacts("x", 30, 5.225), Scenario.DRY, setup(),
            pit_lane_start=known.pit_lane_start, sims=sims,
        )  # fmt: skip

    np.testing.assert_array_equal(inputs(range(50)).pace_s[20:], inputs(range(20, 50)).pace_s)


def test_race_inputs__a_sprint_has_no_stops_and_a_share_of_the_hazard():
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    draws = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(4), event="x", grid_order=known.grid
    )
    common = {"pit_lane_start": known.pit_lane_start, "sims": range(4)}
    full = race_inputs(draws, ahead, RaceFacts("x", 57, 5.225), Scenario.DRY, setup(), **common)
    sprint = race_inputs(
        draws, ahead, RaceFacts("x", 19, 5.225, True), Scenario.DRY, setup(), **common
    )
    assert all(not plan.at for plan in sprint.strategies.plans)
    np.testing.assert_array_less(sprint.p_failure, full.p_failure)


def test_event_inputs__overtaking_is_as_hard_as_the_circuits_file_says():
    hard = replace(default_circuit(), overtaking_threshold_s=4.0)
    known = weekend()
    ahead = replace(outlook(initial_state(), known, 1.0, FILTER), stickiness=0.3)
    inputs = event_inputs(
        ahead, known, RaceFacts("x", 30, 5.225), Scenario.DRY,
        setup(circuit=RaceModel(hard)), sims=range(2),
    )  # fmt: skip
    low, high = np.quantile(ahead.gap_mean, (0.05, 0.95))
    closeness = ((high - low) / RACE.usual_spread) ** RACE.pace_closeness
    stretched = 4.0 * 2.0**RACE.threshold_stretch  # twice the usual threshold
    expected = stretched * RACE.threshold_scale * closeness**RACE.threshold_closeness
    assert inputs.circuit.overtaking_threshold_s == pytest.approx(expected)


def test_mixture__weighs_the_scenarios_by_their_probability():
    def certain(first):
        p = np.eye(2)[[0, 1] if first == 0 else [1, 0]]
        return ScenarioForecast(
            ("a", "b"), 1, p, np.array([0.5, 0.0]), np.zeros((2, 2)),
            np.zeros((0, 2), np.uint8), np.zeros(0, np.uint8), p * [[0.5], [1.0]],
        )  # fmt: skip

    p, dnf, _ = mixture(
        {Scenario.DRY: certain(0), Scenario.WET: certain(1)},
        {Scenario.DRY: 0.75, Scenario.WET: 0.25},
    )
    assert p[:, 0].tolist() == [0.75, 0.25]
    assert dnf.tolist() == [0.5, 0.0]
    # The first driver retires in half of the races, wherever he would have come.
    found = finishes(
        {Scenario.DRY: certain(0), Scenario.WET: certain(1)},
        {Scenario.DRY: 0.75, Scenario.WET: 0.25},
    )
    assert found.tolist() == [[0.375, 0.125], [0.25, 0.75]]


def test_race_inputs__the_circuits_hazards_count_as_far_as_they_are_told_to():
    known = weekend()
    ahead = outlook(initial_state(), known, 1.0, FILTER)
    draws = draw_weekend(
        ahead, known, FILTER, seed=1, sims=range(4), event="x", grid_order=known.grid
    )

    def hazard(power):
        given = race_inputs(
            draws, ahead, RaceFacts("x", 57, 5.225), Scenario.WET,
            setup(
                race=replace(RACE, fitted_hazards=power),
                circuit=RaceModel(accident=2.0, failure=0.5),
            ),
            pit_lane_start=known.pit_lane_start, sims=range(4),
        )  # fmt: skip
        return given.p_accident[0, 0], given.p_failure[0, 0]

    usual, fitted = hazard(0.0), hazard(1.0)
    assert fitted[0] == pytest.approx(2.0 * usual[0])
    assert fitted[1] == pytest.approx(0.5 * usual[1])
