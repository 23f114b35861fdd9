"""The learned forecast tilts the simulated one, and nothing else of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.features.weekend import RaceOutcome
from predictor.forecast.assemble import ScenarioForecast, mixture
from predictor.forecast.blend import RaceName, blend, blended, evidence_of
from predictor.learn.outcome.evidence import MIN_RACES, WEIGHTS, RaceEvidence
from predictor.learn.outcome.orders import OrderForecast
from predictor.learn.outcome.pool import doubly_stochastic, pooled
from predictor.vocabulary import Horizon, Scenario

RACE = RaceName("2020-x", 2020, Horizon.AFTER_QUALIFYING, "2020-07-05")
SHARES = {Scenario.DRY: 0.5, Scenario.WET: 0.2, Scenario.SAFETY_CAR: 0.3}


def table(rng: np.random.Generator, n_drivers: int) -> np.ndarray:
    return doubly_stochastic(rng.normal(size=(n_drivers, n_drivers)))


def scenarios(rng: np.random.Generator, n_drivers: int) -> dict[Scenario, ScenarioForecast]:
    return {scenario: scenario_of(rng, n_drivers) for scenario in Scenario}


def scenario_of(rng: np.random.Generator, n_drivers: int) -> ScenarioForecast:
    p_position = table(rng, n_drivers)
    p_finish = p_position * rng.uniform(size=(n_drivers, n_drivers))
    return ScenarioForecast(
        driver_ids=tuple(f"driver-{i}" for i in range(n_drivers)),
        n_sims=10,
        p_position=p_position,
        p_dnf=1.0 - p_finish.sum(axis=1),
        p_fastest_lap=rng.uniform(size=(n_drivers, 2)),
        position=np.zeros((10, n_drivers), np.uint8),
        fastest_lap=np.zeros(10, np.uint8),
        p_finish=p_finish,
    )


def learned(rng: np.random.Generator, n_drivers: int) -> OrderForecast:
    nothing = np.zeros(n_drivers)
    return OrderForecast(nothing, nothing, table(rng, n_drivers))


def earlier(date: str = "2020-06-28", horizon: Horizon = RACE.horizon) -> list[RaceEvidence]:
    """Give enough races to earn the largest weight."""
    losses = tuple(2.0 - weight for weight in WEIGHTS)
    return [
        RaceEvidence(f"2019-{number}", 2019, horizon, date, losses, losses, 2.0, 2.0)
        for number in range(MIN_RACES)
    ]


def drawn_and_blended(n_drivers, seed):
    """Give the blend of drawn scenarios with a drawn model, and the scenarios as it tilts them."""
    rng = np.random.default_rng(seed)
    forecasts = scenarios(rng, n_drivers)
    found = blend(forecasts, SHARES, learned(rng, n_drivers), earlier(), RACE)
    return found, blended(forecasts, found.tilt)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 22), st.integers(0, 2**32 - 1))
def test_blended__every_place_is_taken_once_in_every_scenario(n_drivers, seed):
    found, tilted = drawn_and_blended(n_drivers, seed)
    assert found.choice.weight == WEIGHTS[-1]
    for one in tilted.values():
        np.testing.assert_allclose(one.p_position.sum(axis=0), 1.0, atol=1e-12)
        np.testing.assert_allclose(one.p_position.sum(axis=1), 1.0, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 22), st.integers(0, 2**32 - 1))
def test_blended__places_of_finishes_move_with_the_others_and_as_many_retire(n_drivers, seed):
    _, tilted = drawn_and_blended(n_drivers, seed)
    for one in tilted.values():
        np.testing.assert_allclose(one.p_finish.sum(axis=1), 1.0 - one.p_dnf, atol=1e-9)
        assert (one.p_finish <= one.p_position + 1e-12).all()
        assert (one.p_finish >= 0.0).all()


def test_blended__who_is_moved_forward_finishes_further_forward():
    # Alike, and a half of either's races end in last place by a retirement.
    p = np.full((2, 2), 0.5)
    finishes = np.array([[0.45, 0.05], [0.45, 0.05]])
    rng = np.random.default_rng(7)
    plain = replace(scenario_of(rng, 2), p_position=p, p_finish=finishes, p_dnf=np.full(2, 0.5))
    (one,) = blended({Scenario.DRY: plain}, np.log([[4.0, 1.0], [1.0, 4.0]])).values()
    # Places are .8 and .2 now; odds of a finish were 9 in first place and 1/9 in second.
    first, second = one.p_finish[0]
    odds = [first / (0.8 - first), second / (0.2 - second)]
    assert odds[0] / odds[1] == pytest.approx(81.0)
    assert first + second == pytest.approx(0.5)
    mean = (first + 2.0 * second) / 0.5
    assert mean < (0.45 + 2.0 * 0.05) / 0.5


def test_blended__who_never_or_always_finishes_still_does():
    rng = np.random.default_rng(8)
    plain = scenario_of(rng, 3)
    p_finish = plain.p_position * [[0.0], [1.0], [0.5]]
    plain = replace(plain, p_finish=p_finish, p_dnf=1.0 - p_finish.sum(axis=1))
    (one,) = blended({Scenario.DRY: plain}, rng.normal(size=(3, 3))).values()
    np.testing.assert_allclose(one.p_finish.sum(axis=1), 1.0 - plain.p_dnf, atol=1e-8)


def test_blended__with_one_scenario_the_headline_is_the_pool():
    rng = np.random.default_rng(1)
    forecasts = {Scenario.DRY: scenarios(rng, 20)[Scenario.DRY]}
    model = learned(rng, 20)
    found = blend(forecasts, {Scenario.DRY: 1.0}, model, earlier(), RACE)
    headline, p_dnf, _ = mixture(blended(forecasts, found.tilt), {Scenario.DRY: 1.0})
    expected = pooled(forecasts[Scenario.DRY].p_position, model.p_position, WEIGHTS[-1])
    np.testing.assert_allclose(headline, expected, atol=1e-9)
    np.testing.assert_array_equal(p_dnf, forecasts[Scenario.DRY].p_dnf)


def test_blended__the_headline_of_scenarios_is_near_the_pool():
    rng = np.random.default_rng(2)
    forecasts, model = scenarios(rng, 20), learned(rng, 20)
    before, _, _ = mixture(forecasts, SHARES)
    expected = pooled(before, model.p_position, WEIGHTS[-1])
    found = blend(forecasts, SHARES, model, earlier(), RACE)
    headline, _, _ = mixture(blended(forecasts, found.tilt), SHARES)
    # Scenarios as unlike as random tables are; real ones are nearer.
    assert np.abs(headline - expected).max() < 0.2 * np.abs(expected - before).max()


def test_blended__without_a_weight_the_forecasts_are_the_same_objects():
    rng = np.random.default_rng(3)
    forecasts = scenarios(rng, 4)
    found = blend(forecasts, SHARES, learned(rng, 4), (), RACE)
    assert found.choice.weight == 0.0
    assert all(one is forecasts[name] for name, one in blended(forecasts, found.tilt).items())
    assert all(one is forecasts[name] for name, one in blended(forecasts, None).items())


@pytest.mark.parametrize(
    "evidence",
    [earlier("2020-07-05"), earlier("2020-07-12"), earlier(horizon=Horizon.BEFORE_WEEKEND)],
    ids=["same day", "later", "other horizon"],
)
def test_blend__only_earlier_races_of_the_same_horizon_count(evidence):
    rng = np.random.default_rng(4)
    found = blend(scenarios(rng, 4), SHARES, learned(rng, 4), evidence, RACE)
    assert (found.choice.weight, found.choice.n_races) == (0.0, 0)


def test_blend__a_model_that_may_not_be_asked_has_no_say():
    rng = np.random.default_rng(5)
    forecasts, model = scenarios(rng, 4), learned(rng, 4)
    for one, reason in ((model, "has seen the race"), (None, "damaged")):
        found = blend(forecasts, SHARES, one, earlier(), RACE, reason=reason)
        assert (found.choice.weight, found.choice.best) == (0.0, WEIGHTS[-1])
        assert (found.reason, found.tilt.any()) == (reason, np.False_)


def test_evidence_of__rows_are_those_of_the_result():
    rng = np.random.default_rng(6)
    forecasts, model = scenarios(rng, 3), learned(rng, 3)
    nothing = np.full(3, np.nan)
    outcome = RaceOutcome((2, 0), (2, 0, 1), np.array([False, True, False]), nothing, nothing)
    found = evidence_of(forecasts, SHARES, model, np.full((3, 3), 1 / 3), outcome, RACE)
    own = [model.p_position[2, 0], model.p_position[0, 1], model.p_position[1, 2]]
    assert found.model_loss == pytest.approx(-np.log(own).mean())
    assert found.grid_loss == pytest.approx(np.log(3.0))
    headline, _, _ = mixture(forecasts, SHARES)
    own = [headline[2, 0], headline[0, 1], headline[1, 2]]
    assert found.losses[0] == pytest.approx(-np.log(own).mean())
