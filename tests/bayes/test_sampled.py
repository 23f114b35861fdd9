from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.fit import FitPosterior, Rates, SeasonFit
from predictor.bayes.hazard import driver_rate, field_rate, team_rate
from predictor.bayes.online import advance
from predictor.bayes.sampled import SampledState, advance_sampled, learned, start_sampled
from predictor.fingerprint import digest
from tests.bayes.seasons import CONFIG, nothing_known, simulated

RACES = simulated(4, np.linspace(1.0, -1.0, 12), 0.2)


def by_filter(n_races):
    state = nothing_known()
    for race in RACES[:n_races]:
        state = advance(state, race.weekend, race.outcome, CONFIG)
    return state


def a_fit(**changed):
    belief = by_filter(3).strength
    rates = Rates(0.15, {"driver-00": 0.3, "driver-01": 0.05}, {"team-0": 0.2})
    found = FitPosterior(
        replace(belief, mean=belief.mean + 1.0), {"driver": 2.0, "team": 0.5}, rates
    )
    return SeasonFit("2025-event-03", ("2025-event-00",), **{"posterior": found, **changed})


def test_advance_sampled__without_a_fit_is_the_filter_bit_for_bit():
    state = start_sampled(nothing_known(), CONFIG)
    rejected = a_fit(posterior=None, complaints=("R-hat",))
    for race in RACES:
        state = advance_sampled(state, race.weekend, race.outcome, 1, CONFIG, rejected)
    assert digest(state.form) == digest(by_filter(4))
    assert learned(state, CONFIG) == CONFIG


def test_advance_sampled__takes_over_an_accepted_fit():
    before = SampledState(by_filter(3))
    race = RACES[3]
    after = advance_sampled(before, race.weekend, race.outcome, 1, CONFIG, a_fit())
    fit = a_fit().posterior
    np.testing.assert_array_equal(after.form.strength.mean, fit.strength.mean)
    assert digest(after.form.qualifying) == digest(by_filter(4).qualifying)
    assert after.form.stickiness == by_filter(4).stickiness
    strength = learned(after, CONFIG).strength
    assert strength.driver_walk == 2.0 * CONFIG.strength.driver_walk
    assert strength.team_walk == 0.5 * CONFIG.strength.team_walk


def test_learned__of_what_fades_the_spread_is_scaled():
    by_fit = {"driver_lately": 2.0, "team_lately": 0.5}
    strength = learned(SampledState(nothing_known(), by_fit), CONFIG).strength
    assert strength == replace(
        CONFIG.strength,
        driver_lately_sd=2.0 * CONFIG.strength.driver_lately_sd,
        team_lately_sd=0.5 * CONFIG.strength.team_lately_sd,
    )


def test_advance_sampled__walks_at_the_learned_pace_after_a_fit():
    race = RACES[3]
    slow = SampledState(by_filter(3))
    fast = SampledState(by_filter(3), {"driver": 5.0, "team": 5.0})
    after = [
        advance_sampled(state, race.weekend, race.outcome, 1, CONFIG).form.strength
        for state in (slow, fast)
    ]
    assert np.trace(after[1].cov) > np.trace(after[0].cov)


def test_start_sampled__counts_say_the_rates_of_the_fit_and_weigh_what_they_did():
    before = by_filter(3)
    state = start_sampled(before, CONFIG, a_fit()).form.hazard
    assert field_rate(state, CONFIG.hazard) == pytest.approx(0.15)
    assert driver_rate(state, "driver-00", CONFIG.hazard) == pytest.approx(0.3)
    assert team_rate(state, "team-0", CONFIG.hazard) == pytest.approx(0.2)
    for name, (_, starts) in before.hazard.drivers.items():
        assert state.drivers[name][1] == starts
    assert state.drivers["driver-02"] == before.hazard.drivers["driver-02"]
    # What no count of retirements can say is as near as one can: none.
    assert state.drivers["driver-01"][0] == 0.0
