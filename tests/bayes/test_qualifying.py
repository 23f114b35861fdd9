from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes import qualifying
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.qualifying import QualifyingConfig, SessionGaps

DRIVERS, TEAMS = ["a", "b", "c", "d"], ["x", "x", "y", "y"]
EMPTY = NamedGaussian.empty()
# Prior variance of a driver with his team .36 + .64 = 1; linear, and the intercepts free.
ROUND = QualifyingConfig(
    driver_sd=0.6, team_sd=0.8, team_weekend_sd=0.5, noise_sd=0.5, practice_noise_sd=1.0,
    practice_team_sd=0.5, robust_dof=1e9, intercept_sd=1e3,
)  # fmt: skip


def sessions(in_qualifying, in_practice, config):
    """The sessions of a weekend as the filter learns from them."""
    return [
        SessionGaps(np.array(in_qualifying), config.noise_sd, 0.0),
        SessionGaps(np.array(in_practice), config.practice_noise_sd, config.practice_team_sd),
    ]


def from_qualifying(drivers, teams, gaps, config):
    """What is believed after one weekend without practice."""
    seen = sessions(gaps, np.full(len(gaps), np.nan), config)
    return qualifying.observe_weekend(EMPTY, drivers, teams, seen, config)


def paces(belief, drivers, teams):
    return qualifying.predict_gaps(belief, drivers, teams, ROUND)


def test_observe_weekend__team_mates_share_what_is_learnt_of_the_team():
    belief = from_qualifying(DRIVERS, TEAMS, [0.0, 0.1, 2.0, 2.1], QualifyingConfig())
    team = dict(zip(belief.names, belief.mean, strict=True))
    assert team["team:y"] - team["team:x"] > 1.0
    assert abs(team["driver:a"] - team["driver:c"]) < abs(team["team:y"] - team["team:x"])


def test_observe_weekend__a_common_offset_teaches_nothing():
    # With a nearly free intercept everyone 1 % slower is the same session.
    gaps = np.array([0.0, 0.3, 0.6, 0.9])
    config = QualifyingConfig(intercept_sd=1e3)
    near = from_qualifying(DRIVERS, TEAMS, gaps, config)
    far = from_qualifying(DRIVERS, TEAMS, gaps + 1.0, config)
    assert far.mean == pytest.approx(near.mean, abs=1e-4)


def test_observe_weekend__one_spin_moves_less_than_a_linear_filter_would():
    config = QualifyingConfig(gap_cap=50.0)
    linear = QualifyingConfig(gap_cap=50.0, robust_dof=1e9)
    gaps = np.array([0.0, 0.1, 0.2, 12.0])
    robust = from_qualifying(DRIVERS, TEAMS, gaps, config)
    plain = from_qualifying(DRIVERS, TEAMS, gaps, linear)
    at = robust.index(["driver:d"])[0]
    assert 0 < robust.mean[at] < 0.6 * plain.mean[at]


def test_observe_weekend__matches_the_kalman_update_by_hand_for_two_drivers():
    # Two teams, so the difference of both gaps is all that is seen: variance of prior
    # 2 (.36 + .64), of noise 2 (.5^2 + .5^2); the intercept is all but free.
    belief = from_qualifying(["a", "b"], ["x", "y"], [0.0, 1.0], ROUND)
    mean, cov = paces(belief, ["a", "b"], ["x", "y"])
    gain = 2.0 / (2.0 + 1.0)
    assert mean[1] - mean[0] == pytest.approx(gain * 1.0, rel=1e-4)
    assert difference_of(cov, 0, 1) == pytest.approx(2.0 * (1.0 - gain), rel=1e-4)


def test_observe_weekend__matches_the_joint_update_by_hand_of_qualifying_and_practice():
    # Of the difference d = b - a, prior variance 2: qualifying shows d + w + q, practice
    # d + w + t + p, with var w = 2 (.5^2) of the weekend in both, var q = 2 (.5^2),
    # var t = 2 (.5^2), var p = 2. So S = [[2 + .5 + .5, 2 + .5], [2 + .5, 2 + .5 + .5 + 2]]
    # = [[3, 2.5], [2.5, 5]], det 8.75, and y = (1, .4).
    seen = sessions([0.0, 1.0], [-0.2, 0.2], ROUND)
    belief = qualifying.observe_weekend(EMPTY, ["a", "b"], ["x", "y"], seen, ROUND)
    mean, cov = paces(belief, ["a", "b"], ["x", "y"])
    # 1' S^-1 y = (5 - 1 - 2.5 + 1.2) / 8.75, and 1' S^-1 1 = (5 - 5 + 3) / 8.75
    assert mean[1] - mean[0] == pytest.approx(2.0 * 2.7 / 8.75, rel=1e-4)
    assert difference_of(cov, 0, 1) == pytest.approx(2.0 - 4.0 * 3.0 / 8.75, rel=1e-4)


@pytest.mark.parametrize(
    ("in_practice", "noise"),
    # Of a team's mean: the weekend .25, what practice adds for the team .25, half of a lap's.
    [(False, 0.25 + 0.25 / 2), (True, 0.25 + 0.25 + 1.0 / 2)],
)
def test_observe_weekend__team_mates_share_the_noise_of_their_team(in_practice, noise):
    seen, nothing = np.array([0.0, 0.0, 1.0, 1.0]), np.full(4, np.nan)
    gaps = (nothing, seen) if in_practice else (seen, nothing)
    belief = qualifying.observe_weekend(EMPTY, DRIVERS, TEAMS, sessions(*gaps, ROUND), ROUND)
    mean, _ = paces(belief, DRIVERS, TEAMS)
    prior = 0.64 + 0.36 / 2  # of a team's mean; both teams' differ by twice prior and noise
    assert mean[2:].mean() - mean[:2].mean() == pytest.approx(prior / (prior + noise), rel=1e-4)
    assert mean[0] == pytest.approx(mean[1])


@pytest.mark.parametrize("session", ["qualifying", "practice"])
def test_observe_weekend__each_session_has_an_offset_of_its_own(session):
    # d misses qualifying: with one offset for both sessions he would look slow or fast.
    gaps = {"qualifying": np.array([0.0, 0.3, 0.6, np.nan]), "practice": np.zeros(4) - 0.4}
    moved = gaps | {session: gaps[session] + 1.0}
    near, far = (
        qualifying.observe_weekend(EMPTY, DRIVERS, TEAMS, sessions(*one.values(), ROUND), ROUND)
        for one in (gaps, moved)
    )
    assert far.mean == pytest.approx(near.mean, abs=1e-4)


def test_observe_weekend__without_practice_its_noise_means_nothing():
    gaps = [0.0, 0.3, 0.6, 0.9]
    other = replace(ROUND, practice_noise_sd=9.0, practice_team_sd=9.0)
    one, same = (from_qualifying(DRIVERS, TEAMS, gaps, config) for config in (ROUND, other))
    np.testing.assert_array_equal(one.mean, same.mean)
    np.testing.assert_array_equal(one.cov, same.cov)


def test_observe_weekend__a_driver_without_a_time_keeps_his_prior():
    teams = ["x", "y", "z", "w"]
    belief = from_qualifying(DRIVERS, teams, [0, 0.1, 0.2, np.nan], QualifyingConfig())
    at = belief.index(["driver:d", "team:w"])
    assert belief.mean[at].tolist() == [0.0, 0.0]


def test_observe_weekend__one_car_alone_teaches_nothing():
    gaps, nothing = np.array([np.nan, 0.7, np.nan, np.nan]), np.full(4, np.nan)
    for pair in ((gaps, nothing), (nothing, gaps)):
        belief = qualifying.observe_weekend(EMPTY, DRIVERS, TEAMS, sessions(*pair, ROUND), ROUND)
        assert not belief.mean.any()


def test_predict_gaps__newcomers_start_behind_once_a_race_is_known():
    config = replace(ROUND, new_driver_mean=0.2, new_team_mean=0.5)
    first = from_qualifying(["a", "b"], ["x", "y"], [0.0, 0.0], config)
    assert not first.mean.any()  # of the first race all are new
    drivers, teams = ["a", "c", "d"], ["x", "y", "z"]
    mean, _ = qualifying.predict_gaps(first, drivers, teams, config)
    assert mean.tolist() == pytest.approx([0.0, 0.2, 0.2 + 0.5])


def difference_of(cov, i, j):
    return cov[i, i] + cov[j, j] - 2 * cov[i, j]


def test_condition__practice_narrows_the_belief_and_follows_the_times():
    config = QualifyingConfig()
    mean, cov = qualifying.predict_gaps(EMPTY, DRIVERS, TEAMS, config)
    after, narrower = qualifying.condition(
        mean, cov, np.array([0.0, 0.2, 1.5, 1.7]), TEAMS, noise_sd=0.8, team_sd=0.4, config=config
    )
    assert after[0] < after[2]
    assert np.all(np.diag(narrower) < np.diag(cov))


def test_condition__no_times_change_nothing():
    config = QualifyingConfig()
    mean, cov = qualifying.predict_gaps(EMPTY, DRIVERS, TEAMS, config)
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


def test_predict_gaps__newcomers_stand_behind_the_field_with_a_margin_of_their_own():
    config = replace(
        ROUND, new_driver_mean=0.3, new_driver_sd=0.4, new_team_mean=1.2, new_team_sd=0.5
    )
    known = NamedGaussian(
        ("driver:a", "driver:b", "team:x", "team:y"),
        np.array([0.1, 0.5, -1.0, 2.0]),
        np.diag([0.04, 0.08, 0.12, 0.2]),
    )
    # A debutant beside b, and another in a team that is new as well.
    mean, cov = qualifying.predict_gaps(known, ["a", "b", "c", "d"], ["x", "y", "y", "z"], config)
    driver, team = (0.1 + 0.5) / 2 + 0.3, (-1.0 + 2.0) / 2 + 1.2
    assert mean == pytest.approx([0.1 - 1.0, 0.5 + 2.0, driver + 2.0, driver + team])
    of_driver, of_team = (0.04 + 0.08) / 4 + 0.4**2, (0.12 + 0.2) / 4 + 0.5**2
    assert np.diag(cov) == pytest.approx([0.16, 0.28, of_driver + 0.2, of_driver + of_team])
