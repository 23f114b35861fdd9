"""Fits of small seasons; all of one padded shape, so that one compiled model serves them all."""

from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.diagnostics import GateConfig
from predictor.bayes.fit import FitConfig, fit_season, posterior_of, trouble_of
from predictor.bayes.gaussian import NamedGaussian
from predictor.bayes.online import advance
from predictor.bayes.season_data import season_data
from predictor.fingerprint import decode, digest, encode
from tests.bayes.seasons import BLIND, DRIVERS, TEAMS, nothing_known, simulated

pytest.importorskip("nutpie")
QUICK = FitConfig(draws=300, tune=200, gate=GateConfig(lowest_ess=80.0))
LONGER = replace(QUICK, draws=800)
TRUTH = np.repeat(np.linspace(1.0, -1.0, 6), 2) + np.tile([0.3, -0.3], 6)
RACES = simulated(20, TRUTH, seed=4)


def centred(belief):
    """Sums of driver and team, relative to the field's mean; mean and covariance."""
    a = np.zeros((len(DRIVERS), len(belief.names)))
    a[range(12), belief.index([f"driver:{d}" for d in DRIVERS])] = 1.0
    a[range(12), belief.index([f"team:{t}" for t in TEAMS])] = 1.0
    a -= a.mean(axis=0)
    return a @ belief.mean, a @ belief.cov @ a.T


@pytest.fixture(scope="module")
def fitted():
    return fit_season(nothing_known(), RACES, seed=1, config=BLIND, fit=QUICK)


def test_fit_season__recovers_the_strengths_that_races_were_drawn_from(fitted):
    assert fitted.accepted, fitted
    mean, cov = centred(fitted.posterior.strength)
    z = (mean - TRUTH) / np.sqrt(np.diag(cov))
    assert np.abs(z).max() < 3.5
    assert np.mean(np.abs(z) < 1.645) >= 0.7  # of twelve: nine or more inside 90 %
    assert np.corrcoef(mean, TRUTH)[0, 1] > 0.9


def test_fit_season__gives_the_same_bytes_for_the_same_seed_and_others_for_another(fitted):
    again = fit_season(nothing_known(), RACES, seed=1, config=BLIND, fit=QUICK)
    other = fit_season(nothing_known(), RACES, seed=2, config=BLIND, fit=QUICK)
    assert digest(again) == digest(fitted)
    assert digest(other) != digest(fitted)
    assert digest(decode(encode(fitted), type(fitted))) == digest(fitted)


def test_fit_season__is_the_filter_where_the_posterior_is_normal():
    # A tight prior and no walk to speak of: the likelihood is nearly quadratic within it.
    config = replace(
        BLIND,
        strength=replace(
            BLIND.strength, driver_sd=0.1, team_sd=0.1, driver_walk=1e-4, team_walk=1e-4
        ),
    )
    state = nothing_known()
    for race in RACES:
        state = advance(state, race.weekend, race.outcome, config)
    fit = fit_season(nothing_known(), RACES, seed=1, config=config, fit=replace(QUICK, draws=1000))
    by_filter, by_fit = centred(state.strength), centred(fit.posterior.strength)
    sd = np.sqrt(np.diag(by_filter[1]))
    assert np.abs(by_fit[0] - by_filter[0]).max() < 0.2 * sd.min()
    assert np.sqrt(np.diag(by_fit[1])) == pytest.approx(sd, rel=0.1)


def test_fit_season__learns_who_retires():
    often = np.where(np.arange(12) < 2, 0.4, 0.08)
    races = simulated(20, TRUTH, hazard=often, seed=1)
    rates = fit_season(nothing_known(), races, seed=1, config=BLIND, fit=LONGER).posterior.rates
    assert rates.drivers["driver-00"] > 1.1 * rates.drivers["driver-08"]
    assert rates.teams["team-0"] > 1.2 * rates.teams["team-4"]


def test_fit_season__a_fit_that_does_not_pass_the_gate_has_no_posterior():
    strict = replace(QUICK, gate=GateConfig(lowest_ess=1e9))
    fit = fit_season(nothing_known(), RACES[:2], seed=1, config=BLIND, fit=strict)
    assert not fit.accepted
    assert "effective sample size" in fit.complaints[0]
    assert fit.diagnostics.draws == 600
    assert not trouble_of(fit)  # another try would give the same


def test_fit_season__an_error_of_the_sampler_is_told_and_kept_from_the_store():
    fit = fit_season(
        nothing_known(), RACES[:2], seed=1, config=BLIND, fit=replace(QUICK, chains=-1)
    )
    assert not fit.accepted
    assert fit.error
    assert f": {fit.error}: " in trouble_of(fit)


def test_fit_season__who_was_absent_is_kept_and_follows_those_he_is_tied_to(fitted):
    state = nothing_known()
    # He shared a team with driver-00 before; then he was seen no more.
    belief = advance(state, RACES[0].weekend, RACES[0].outcome, BLIND).strength
    names = (*belief.names, "driver:gone")
    mean, cov = np.append(belief.mean, 0.2), np.zeros((len(names), len(names)))
    cov[:-1, :-1] = belief.cov
    cov[-1, -1] = 0.09
    tie = names.index("team:team-0")
    cov[-1, tie] = cov[tie, -1] = -0.1
    before = replace(state, strength=type(belief)(names, mean, cov))
    season = season_data(before, RACES, BLIND)
    assert "driver:gone" not in season.prior.names
    fit = fit_season(before, RACES, seed=1, config=BLIND, fit=QUICK)
    after = fit.posterior.strength
    assert set(names) <= set(after.names)
    gone, team = after.names.index("driver:gone"), after.names.index("team:team-0")
    assert after.cov[gone, team] < 0
    assert np.linalg.eigvalsh(after.cov).min() > -1e-10
    # The same tie by hand: his mean moves against the team's, less the level of all drivers.
    assert after.mean[gone] < 0.2


def test_posterior_of__what_the_absent_had_of_late_fades_over_the_season():
    names = ("driver:gone", "driver_lately:gone")
    belief = NamedGaussian(names, np.array([0.3, 0.5]), np.diag([0.04, 0.09]))
    season = season_data(replace(nothing_known(), strength=belief), RACES[:3], BLIND)
    assert not set(names) & set(season.prior.names)
    n_hazards = len(season.hazard_drivers) + len(season.hazard_teams)
    shapes = {
        "start": len(season.prior.names), "end": len(season.prior.names), "log_scale": 4,
        "effect": n_hazards, "of_race": 3,
    }  # fmt: skip
    draws = {name: np.zeros((2, 5, n)) for name, n in shapes.items()}
    after = posterior_of({**draws, "field": np.zeros((2, 5))}, season, BLIND).strength
    at = after.index(names)
    s = BLIND.strength
    keep = s.lately_keep**2  # from the first race, whose drift is in the prior, to the third
    start = season.start.strength
    mean, variance = (x[start.index(names)] for x in (start.mean, np.diag(start.cov)))
    assert after.mean[at] == pytest.approx([mean[0], keep * mean[1]])
    assert np.diag(after.cov)[at] == pytest.approx(
        [
            variance[0] + 2 * s.driver_walk**2,
            keep**2 * variance[1] + (1 - keep**2) * s.driver_lately_sd**2,
        ]
    )
