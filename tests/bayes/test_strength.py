import itertools
import math

import numpy as np
import pytest

from predictor.bayes import strength
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.strength import StrengthConfig

DRIVERS, TEAMS = ["a", "b", "c"], ["x", "x", "y"]
NO_X = np.zeros((3, len(strength.COVARIATES)))


def test_log_likelihood__is_drawn_from_the_back():
    # last: e^1 / (e^-1 + e^0 + e^1); then of the other two: e^0 / (e^-1 + e^0)
    by_hand = math.log(math.e / (1 / math.e + 1 + math.e)) + math.log(1 / (1 / math.e + 1))
    assert strength.log_likelihood(np.array([1.0, 0.0, -1.0])) == pytest.approx(by_hand)


def test_log_likelihood__sums_to_one_over_all_orders():
    eta = np.array([0.3, -1.2, 0.8, 2.0])
    total = sum(
        math.exp(strength.log_likelihood(eta[list(order)]))
        for order in itertools.permutations(range(4))
    )
    assert total == pytest.approx(1.0)


def test_observe_order__lands_on_the_mode_of_the_posterior():
    config = StrengthConfig(temperature=1.0, newton_steps=30)
    prior = strength.observe_order(NamedGaussian.empty(), DRIVERS, TEAMS, NO_X, [0], config)
    posterior = strength.observe_order(prior, DRIVERS, TEAMS, NO_X, [2, 0, 1], config)
    driver = posterior.index([f"driver:{d}" for d in DRIVERS])
    team = posterior.index([f"team:{t}" for t in TEAMS])
    precision = np.linalg.inv(prior.cov)

    late = posterior.index([f"driver_lately:{d}" for d in DRIVERS])
    late_team = posterior.index([f"team_lately:{t}" for t in TEAMS])

    def log_posterior(theta):
        eta = theta[driver] + theta[team] + theta[late] + theta[late_team]
        gone = theta - prior.mean
        return strength.log_likelihood(eta[[2, 0, 1]]) - 0.5 * gone @ precision @ gone

    step = 1e-5
    for i in range(len(posterior.mean)):
        e = np.zeros(len(posterior.mean))
        e[i] = step
        slope = (log_posterior(posterior.mean + e) - log_posterior(posterior.mean - e)) / (2 * step)
        assert slope == pytest.approx(0.0, abs=1e-6)


def test_observe_order__covariance_is_the_inverse_curvature_at_the_mode():
    config = StrengthConfig(temperature=1.0, newton_steps=30)
    prior = strength.observe_order(NamedGaussian.empty(), DRIVERS, TEAMS, NO_X, [0], config)
    posterior = strength.observe_order(prior, DRIVERS, TEAMS, NO_X, [2, 0, 1], config)
    driver = posterior.index([f"driver:{d}" for d in DRIVERS])
    team = posterior.index([f"team:{t}" for t in TEAMS])
    a = np.zeros((3, len(posterior.mean)))
    a[range(3), driver] += 1
    a[range(3), team] += 1
    a[range(3), posterior.index([f"driver_lately:{d}" for d in DRIVERS])] += 1
    a[range(3), posterior.index([f"team_lately:{t}" for t in TEAMS])] += 1
    a = a[[2, 0, 1]]
    eta = a @ posterior.mean
    step, n = 1e-4, 3
    hessian = np.zeros((n, n))
    for i, j in itertools.product(range(n), repeat=2):
        for si, sj in itertools.product((1, -1), repeat=2):
            moved = eta.copy()
            moved[i] += si * step
            moved[j] += sj * step
            hessian[i, j] += si * sj * strength.log_likelihood(moved) / (4 * step**2)
    by_hand = np.linalg.inv(np.linalg.inv(prior.cov) - a.T @ hessian @ a)
    assert posterior.cov == pytest.approx(by_hand, abs=1e-5)


@pytest.mark.parametrize("sd", [0.3, 2.0, 5.0])
def test_observe_order__finds_the_mode_however_little_was_known(sd):
    # Two races in opposite order, seen by a vague belief: undamped Newton steps run away here.
    config = StrengthConfig(driver_sd=sd, team_sd=sd, newton_steps=40)
    drivers = [f"d{i}" for i in range(20)]
    teams = [f"t{i // 2}" for i in range(20)]
    x = np.zeros((20, len(strength.COVARIATES)))
    before = NamedGaussian.empty()
    for seed in range(12):
        order = list(np.random.default_rng(seed).permutation(20))
        after = strength.observe_order(before, drivers, teams, x, order, config)
        known, a = strength.race_design(before, drivers, teams, x, order, config)
        # at the mode: mean - prior mean = C A' gradient
        weight = np.exp(-(a @ after.mean))
        drawn = np.array([sum(w / weight[: k + 1].sum() for k in range(i, 20))
                          for i, w in enumerate(weight)])  # fmt: skip
        pull = known.cov @ a.T @ (config.temperature * (drawn - 1.0))
        np.testing.assert_allclose(after.mean - known.mean, pull, atol=1e-6 * sd**2)
        before = after


def test_observe_order__a_win_raises_and_a_last_place_lowers():
    belief = strength.observe_order(
        NamedGaussian.empty(), DRIVERS, ["x", "y", "z"], NO_X, [1, 0, 2], StrengthConfig()
    )
    mean, _ = strength.predict_strength(belief, DRIVERS, ["x", "y", "z"], StrengthConfig())
    assert mean[1] > mean[0] > mean[2]


def test_observe_order__one_finisher_teaches_nothing():
    config = StrengthConfig()
    before = strength.observe_order(NamedGaussian.empty(), DRIVERS, TEAMS, NO_X, [], config)
    after = strength.observe_order(before, DRIVERS, TEAMS, NO_X, [1], config)
    assert after.mean.tolist() == before.mean.tolist()


def test_covariates__a_better_slot_and_a_smaller_gap_count_for_more():
    config = StrengthConfig()
    x = strength.covariates(
        np.array([1.0, 2.0]), np.array([1.0, 2.0]), np.array([0.0, 9.0]), np.array([0.0, 0.5]),
        np.array([-0.7, 9.0]), np.array([2.0, 1.0]), np.array([0.4, -0.1]),
        stickiness=0.2, config=config,
    )  # fmt: skip
    # The sprint's logarithms are -log 2.5 and -log 1.5; half their difference from the mean.
    sprint = (math.log(2.5) - math.log(1.5)) / 2
    front, behind = math.log(1.5), math.log(2.5)
    assert x[0].tolist() == pytest.approx([-front, 0.0, -0.2 * front, 0.0, 0.7, -sprint, 0.4, 0.0])
    assert x[1].tolist() == pytest.approx(
        [-behind, -config.gap_cap, -0.2 * behind, -0.5, -config.practice_cap, sprint, -0.1, 0.0]
    )


def test_covariates__out_of_its_place_a_car_has_the_slot_it_earned_and_the_places_behind_it():
    none = np.zeros(2)
    x = strength.covariates(
        np.array([14.0, 3.0]), np.array([2.0, 3.0]), none, none, none, np.full(2, np.nan), none,
        stickiness=0.2, config=StrengthConfig(),
    )  # fmt: skip
    of_grid = [strength.COVARIATES.index(n) for n in ("grid", "grid_stickiness", "out_of_place")]
    # Earned are slots 2 and 3; a sticky circuit holds a car where it stands; 12 places are 1.2.
    assert x[0, of_grid].tolist() == pytest.approx([-math.log(2.5), -0.2 * math.log(14.5), -1.2])
    assert x[1, of_grid].tolist() == pytest.approx([-math.log(3.5), -0.2 * math.log(3.5), 0.0])


def sprint_column(places, shape=()):
    zero = np.zeros((*shape, len(places)))
    return strength.covariates(
        zero + 1.0,
        zero + 1.0,
        zero,
        zero,
        zero,
        np.array(places),
        zero,
        stickiness=0.0,
        config=StrengthConfig(),
    )[..., strength.COVARIATES.index("sprint")]


def test_covariates__a_sprint_says_nothing_of_who_did_not_finish_it():
    column = sprint_column([1.0, np.nan, 3.0, 8.0])
    logs = [-math.log(1.5), -math.log(3.5), -math.log(8.5)]
    mean = sum(logs) / 3
    assert column.tolist() == pytest.approx([logs[0] - mean, 0.0, logs[1] - mean, logs[2] - mean])
    assert column.sum() == pytest.approx(0.0)


def test_covariates__without_a_sprint_its_column_is_nought_in_every_draw():
    column = sprint_column([np.nan] * 3, shape=(2,))
    assert column.tolist() == [[0.0] * 3] * 2


def test_predict_strength__newcomers_start_behind_once_a_race_is_known():
    config = StrengthConfig(new_driver_mean=-0.15, new_team_mean=-0.3)
    first, _ = strength.predict_strength(NamedGaussian.empty(), DRIVERS, TEAMS, config)
    assert first[:3].tolist() == [0.0] * 3  # of the first race all are new
    known = strength.observe_order(NamedGaussian.empty(), DRIVERS, TEAMS, NO_X, [], config)
    later, _ = strength.predict_strength(known, ["a", "d"], ["x", "z"], config)
    assert later[:2].tolist() == pytest.approx([0.0, -0.15 - 0.3])
    assert later[2:].tolist() == list(config.beta_mean)


def test_open_season__regulations_shrink_and_widen_teams_and_leave_drivers():
    config = StrengthConfig()
    belief = NamedGaussian(("driver:a", "team:x"), np.array([0.4, 0.8]), np.diag([0.01, 0.04]))
    after = strength.open_season(belief, new_regulations=True, config=config)
    assert after.mean.tolist() == [0.4, 0.8 * config.regulation_shrink]
    assert np.diag(after.cov).tolist() == pytest.approx([0.01, 0.04 + config.regulation_sd**2])


def test_walk__what_is_of_late_fades_and_its_spread_stays():
    config = StrengthConfig(
        driver_lately_sd=0.2, team_lately_sd=0.1, lately_keep=0.5, driver_walk=0.0, team_walk=0.0
    )
    names = ("driver:a", "driver_lately:a", "team_lately:x")
    belief = NamedGaussian(names, np.array([1.0, 1.0, -2.0]), np.diag([0.5, 0.04, 0.01]))
    after = strength.walk(belief, 2.0, config)
    assert after.mean == pytest.approx([1.0, 0.25, -0.5])
    assert np.diag(after.cov) == pytest.approx([0.5, 0.04, 0.01])
    known = NamedGaussian(names, belief.mean, np.diag([0.5, 0.0, 0.0]))  # seen to the last digit
    assert np.diag(strength.walk(known, 1.0, config).cov) == pytest.approx([0.5, 0.03, 0.0075])


def test_walk__in_two_steps_is_the_same_as_in_one():
    config = StrengthConfig()
    belief = strength.observe_order(NamedGaussian.empty(), DRIVERS, TEAMS, NO_X, [2, 0, 1], config)
    one = strength.walk(belief, 3.0, config)
    two = strength.walk(strength.walk(belief, 1.0, config), 2.0, config)
    assert two.mean == pytest.approx(one.mean)
    assert two.cov == pytest.approx(one.cov)


def test_open_season__what_a_team_was_of_late_is_over_and_a_driver_stays_himself():
    config = StrengthConfig(team_lately_sd=0.2, season_shrink=0.5, season_sd=0.3)
    names = ("driver_lately:a", "team:x", "team_lately:x")
    cov = np.array([[0.03, 0.0, 0.01], [0.0, 0.1, 0.02], [0.01, 0.02, 0.05]])
    belief = NamedGaussian(names, np.array([0.4, 1.0, -0.6]), cov)
    after = strength.open_season(belief, new_regulations=False, config=config)
    assert after.mean == pytest.approx([0.4, 0.5, 0.0])
    assert after.cov == pytest.approx(np.diag([0.03, 0.1 + 0.09, 0.04]))
