import numpy as np
import pytest

from predictor.bayes import qualifying
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.qualifying import QualifyingConfig, SessionGaps

DRIVERS, TEAMS = ["a", "b", "c", "d"], ["x", "x", "y", "y"]


def test_observe_gaps__team_mates_share_what_is_learnt_of_the_team():
    belief = qualifying.observe_gaps(
        NamedGaussian.empty(), DRIVERS, TEAMS, np.array([0.0, 0.1, 2.0, 2.1]), QualifyingConfig()
    )
    team = dict(zip(belief.names, belief.mean, strict=True))
    assert team["team:y"] - team["team:x"] > 1.0
    assert abs(team["driver:a"] - team["driver:c"]) < abs(team["team:y"] - team["team:x"])


def test_observe_gaps__a_common_offset_teaches_nothing():
    # With a nearly free intercept everyone 1 % slower is the same session.
    gaps = np.array([0.0, 0.3, 0.6, 0.9])
    config = QualifyingConfig(intercept_sd=1e3)
    near = qualifying.observe_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, gaps, config)
    far = qualifying.observe_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, gaps + 1.0, config)
    assert far.mean == pytest.approx(near.mean, abs=1e-4)


def test_observe_gaps__one_spin_moves_less_than_a_linear_filter_would():
    config = QualifyingConfig(gap_cap=50.0)
    linear = QualifyingConfig(gap_cap=50.0, robust_dof=1e9)
    gaps = np.array([0.0, 0.1, 0.2, 12.0])
    robust = qualifying.observe_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, gaps, config)
    plain = qualifying.observe_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, gaps, linear)
    at = robust.index(["driver:d"])[0]
    assert 0 < robust.mean[at] < 0.6 * plain.mean[at]


def test_observe_gaps__matches_the_kalman_update_by_hand_for_two_drivers():
    # Two teams, so the difference of both gaps is all that is seen: variance of prior
    # 2 (.5^2 + 1^2), of noise 2 (.45^2 + .3^2); the intercept is all but free.
    config = QualifyingConfig(robust_dof=1e9, intercept_sd=1e4)
    belief = qualifying.observe_gaps(
        NamedGaussian.empty(), ["a", "b"], ["x", "y"], np.array([0.0, 1.0]), config
    )
    gain = 2 * 1.25 / (2 * 1.25 + 2 * (0.45**2 + 0.3**2))
    i = belief.index(["driver:a", "team:x", "driver:b", "team:y"])
    a, b = belief.mean[i[:2]].sum(), belief.mean[i[2:]].sum()
    assert b - a == pytest.approx(gain * 1.0, rel=1e-4)


def test_observe_gaps__a_driver_without_a_time_keeps_his_prior():
    belief = qualifying.observe_gaps(
        NamedGaussian.empty(),
        DRIVERS,
        ["x", "y", "z", "w"],
        np.array([0, 0.1, 0.2, np.nan]),
        QualifyingConfig(),
    )
    at = belief.index(["driver:d", "team:w"])
    assert belief.mean[at].tolist() == [0.0, 0.0]


def test_condition__practice_narrows_the_belief_and_follows_the_times():
    config = QualifyingConfig()
    mean, cov = qualifying.predict_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, config)
    after, narrower = qualifying.condition(
        mean, cov, np.array([0.0, 0.2, 1.5, 1.7]), TEAMS, noise_sd=0.8, team_sd=0.4, config=config
    )
    assert after[0] < after[2]
    assert np.all(np.diag(narrower) < np.diag(cov))


def test_condition__no_times_change_nothing():
    config = QualifyingConfig()
    mean, cov = qualifying.predict_gaps(NamedGaussian.empty(), DRIVERS, TEAMS, config)
    after, same = qualifying.condition(
        mean, cov, np.full(4, np.nan), TEAMS, noise_sd=0.8, team_sd=0.4, config=config
    )
    assert after is mean
    assert same is cov


def _difference_of_teams(sessions, config):
    belief = qualifying.observe_weekend(NamedGaussian.empty(), DRIVERS, TEAMS, sessions, config)
    i = belief.index(["team:x", "team:y"])
    by = np.array([-1.0, 1.0])
    return by @ belief.mean[i], by @ belief.cov[np.ix_(i, i)] @ by


def test_observe_weekend__every_further_session_teaches_more():
    config = QualifyingConfig(team_weekend_sd=0.0)
    one = SessionGaps(np.array([0.0, 0.1, 2.0, 2.1]), 0.4, 0.3)
    found = [_difference_of_teams([one] * n, config) for n in (1, 2, 3)]
    means, variances = zip(*found, strict=True)
    assert means[0] < means[1] < means[2] < 2.0
    assert variances[0] > variances[1] > variances[2]


def test_observe_weekend__what_team_mates_share_in_one_session_says_less_of_the_team():
    gaps = np.array([0.0, 0.1, 2.0, 2.1])
    config = QualifyingConfig()
    alone, _ = _difference_of_teams([SessionGaps(gaps, 0.4, 0.0)], config)
    shared, _ = _difference_of_teams([SessionGaps(gaps, 0.4, 1.0)], config)
    assert shared < 0.9 * alone


def test_observe_weekend__a_session_without_times_teaches_nothing():
    config = QualifyingConfig()
    seen = SessionGaps(np.array([0.0, 0.1, 2.0, 2.1]), 0.4, 0.3)
    none = SessionGaps(np.full(4, np.nan), 0.4, 0.3)
    assert _difference_of_teams([none, seen, none], config) == _difference_of_teams([seen], config)
