import math
from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes.online import FilterConfig, advance, initial_state, outlook
from predictor.features.weekend import race_outcome, weekend_of
from predictor.forecast.draws import draw_weekend
from predictor.learn.features.expectation import expected
from predictor.learn.features.expectation import normal_cdf as cdf
from predictor.vocabulary import Horizon

from .small import FIRST, SECOND, THIRD

CONFIG = FilterConfig()


def believed():
    state = initial_state()
    for event in (FIRST, SECOND):
        state = advance(state, weekend_of(event), race_outcome(event), CONFIG)
    return state


def test_normal_cdf__is_the_normal_distribution():
    z = np.linspace(-6, 6, 101)
    exact = [0.5 * math.erfc(-x / math.sqrt(2)) for x in z]
    np.testing.assert_allclose(cdf(z), exact, atol=2e-7)


@pytest.mark.parametrize("horizon", Horizon)
def test_expected__is_the_mean_of_many_drawn_weekends(horizon):
    event = replace(FIRST, event_id="2025-again", date="2025-04-20")
    weekend = weekend_of(event, horizon)
    ahead = outlook(believed(), weekend, 1.0, CONFIG)
    known = weekend.grid if weekend.grid_source else None
    draws = draw_weekend(
        ahead, weekend, CONFIG, seed=3, sims=range(20_000), event=event.event_id, grid_order=known
    )
    drawn = (draws.skill + draws.from_grid).mean(axis=0)
    own = expected(ahead, weekend, CONFIG)
    np.testing.assert_allclose(own.strength, drawn - drawn.mean(), atol=0.06)
    assert own.strength.sum() == pytest.approx(0.0, abs=1e-9)
    assert (own.strength_sd > 0.0).all()


def test_expected__a_session_to_come_has_the_noise_that_a_forecast_draws():
    weekend = weekend_of(replace(FIRST, event_id="2025-again"), Horizon.BEFORE_WEEKEND)
    ahead = outlook(believed(), weekend, 1.0, CONFIG)
    q = CONFIG.qualifying
    half = replace(CONFIG, qualifying=replace(q, noise_sd=0.6, drawn_noise=0.5))
    whole = replace(CONFIG, qualifying=replace(q, noise_sd=0.3, drawn_noise=1.0))
    by_half = expected(replace(ahead, team_weekend_sd=0.8), weekend, half)
    by_whole = expected(replace(ahead, team_weekend_sd=0.4), weekend, whole)
    assert by_half.strength == pytest.approx(by_whole.strength, abs=1e-12)


def test_expected__with_the_grid_known_is_the_belief_times_the_regressors():
    # Four cars are too few for the middle of a practice field, so it is put in by hand.
    practice = np.array([-1.5, -0.5, 0.5, 1.5])
    weekend = replace(weekend_of(FIRST), practice_gap=practice)
    ahead = outlook(initial_state(), weekend, 1.0, CONFIG)
    # Before any race driver and team count nothing, and weights stand at their prior.
    # Their gaps are 0 to 3 %, 1.5 in the middle: of the last .75 beyond that are believed.
    grid, gap = -np.log(np.arange(1, 5) + 0.5), np.array([0.0, 1.0, 2.0, 2.25])
    b = CONFIG.strength.beta_mean
    strength = b[0] * grid - b[1] * gap - b[4] * practice
    own = expected(ahead, weekend, CONFIG)
    assert own.strength == pytest.approx(strength - strength.mean(), abs=1e-9)
    assert own.hazard == pytest.approx([CONFIG.hazard.prior_rate] * 4)


def test_expected__a_car_moved_back_keeps_what_it_earned():
    weekend = replace(
        weekend_of(FIRST), practice_gap=np.zeros(4), grid=np.array([4.0, 1.0, 2.0, 3.0])
    )
    ahead = outlook(initial_state(), weekend, 1.0, CONFIG)
    # The fastest of qualifying starts last: the second slot is earned, and two tenths of ten
    # places are lost.
    slots, lost = np.array([2.0, 1.0, 2.0, 3.0]), np.array([0.2, 0.0, 0.0, 0.0])
    b, gap = CONFIG.strength.beta_mean, np.array([0.0, 1.0, 2.0, 2.25])
    strength = -b[0] * np.log(slots + 0.5) - b[1] * gap - b[7] * lost
    own = expected(ahead, weekend, CONFIG)
    assert own.strength == pytest.approx(strength - strength.mean(), abs=1e-9)


def test_expected__cars_that_nobody_can_tell_apart_are_alike():
    weekend = weekend_of(THIRD)
    own = expected(outlook(initial_state(), weekend, 1.0, CONFIG), weekend, CONFIG)
    assert own.strength == pytest.approx([0.0] * 4, abs=1e-9)
    assert own.pace == pytest.approx([0.0] * 4, abs=1e-9)
