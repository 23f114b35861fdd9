from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from predictor.features.weekend import RaceOutcome
from predictor.learn.features.examples import RaceExample
from predictor.learn.outcome.finishes import Finishes, logit
from predictor.learn.outcome.orders import place_log_loss, position_matrix
from predictor.learn.outcome.race_mixture import (
    PLAIN,
    RaceMixture,
    fit_race_mixture,
    mixture_forecast,
)
from predictor.vocabulary import Horizon
from tests.learn.races import examples, outcome, table

C = Horizon.AFTER_QUALIFYING


def test_mixture_forecast__of_two_alike_is_the_filters_own():
    one = table(1)
    found = mixture_forecast(PLAIN, C, one.base_strength, one.base_hazard)
    assert found.p_position == pytest.approx(
        position_matrix(one.base_strength, one.base_hazard), abs=1e-12
    )
    assert found.p_retire == pytest.approx(one.base_hazard)


def test_mixture_forecast__weighs_two_races():
    one = table(2)
    mixture = RaceMixture((1.5,) * 3, (0.5,) * 3, (-1.0,) * 3, (1.0,) * 3, (-0.2,) * 3, (0.4,) * 3)
    found = mixture_forecast(mixture, C, one.base_strength, one.base_hazard, share=1.0)
    odds = logit(one.base_hazard)
    both = [
        position_matrix(tau * one.base_strength, 1.0 / (1.0 + np.exp(-odds - shift)))
        for tau, shift in ((1.5, -0.2), (0.5, 0.4))
    ]
    assert found.p_position == pytest.approx(0.5 * both[0] + 0.5 * both[1], abs=1e-12)
    assert np.abs(found.p_position.sum(axis=0) - 1.0).max() < 1e-12


def mixture_loss(mixture, races):
    return np.mean([
        place_log_loss(
            mixture_forecast(
                mixture, e.table.horizon, e.table.base_strength, e.table.base_hazard
            ).p_position,
            e.outcome,
        )
        for e in races
    ])  # fmt: skip


def test_fit_race_mixture__finds_that_strengths_are_less_certain_than_they_look():
    # Half of the strength that decides is not known to the filter: its own must count for less.
    learnt, ahead = examples(90, effect=1.5), examples(60, effect=1.5, first=500)
    fitted = fit_race_mixture(learnt)
    assert all(scale < 1.0 for scale in fitted.eventful)
    assert mixture_loss(fitted, ahead) < mixture_loss(PLAIN, ahead)


def test_fit_race_mixture__trusts_a_filter_that_is_right():
    fitted = fit_race_mixture(examples(200, effect=0.0))
    p_eventful = 1.0 / (1.0 + np.exp(-np.array(fitted.share)))
    scale = (1.0 - p_eventful) * fitted.calm + p_eventful * fitted.eventful
    assert scale == pytest.approx(1.0, abs=0.3)
    assert np.array(fitted.odds) == pytest.approx(1.0, abs=0.3)


def test_fit_race_mixture__is_the_same_in_any_order_of_races():
    races = examples(12)
    turned = fit_race_mixture(races[::-1])
    for name, values in fit_race_mixture(races).as_settings().items():
        assert values == pytest.approx(turned.as_settings()[name], abs=1e-4)


def test_race_mixture__survives_as_plain_values():
    fitted = fit_race_mixture(examples(12))
    assert RaceMixture.of_settings(fitted.as_settings()) == fitted
    with pytest.raises(ValueError, match="constants"):
        RaceMixture.of_settings({**fitted.as_settings(), "share": [1.0]})


def order_log_likelihood(log_strength, order):
    """Add up the rings: the last place goes first, each among those who are still there."""
    rate = np.exp(-log_strength)
    drawn = [rate[car] / rate[list(order[: k + 1])].sum() for k, car in enumerate(order)]
    return np.sum(np.log(drawn))


def test_finishes__of_four_cars_by_hand():
    # Rates 1, 2 and 4, winner first: the last rings first with 4/7, then the second with 2/3.
    one = replace(
        table(1, 4),
        base_strength=-np.log([2.0, 1.0, 4.0, 9.0]),
        base_hazard=np.array([0.1, 0.2, 0.3, 0.4]),
    )
    nothing = np.full(4, np.nan)
    ended = RaceOutcome((1, 0, 2), (1, 0, 2, 3), np.arange(4) == 3, nothing, nothing)
    found = Finishes([RaceExample(one, ended, "2020-05-01")])
    assert found.order(found.eta)[0] == pytest.approx(np.log(4 / 7 * 2 / 3))
    assert found.retirements(found.logit)[0] == pytest.approx(np.log(0.9 * 0.8 * 0.7 * 0.4))


def test_finishes__have_the_likelihood_and_the_slope_of_one_race_at_a_time():
    races = examples(4)
    found = Finishes(races)
    orders, slope, bend = found.order(found.eta)
    retirements = found.retirements(found.logit)[0]
    step = 1e-4
    for i, one in enumerate(races):
        order, strength, p = one.outcome.order, one.table.base_strength, one.table.base_hazard
        here = order_log_likelihood(strength, order)
        assert orders[i] == pytest.approx(here)
        kept = np.isin(np.arange(len(p)), order)
        assert retirements[i] == pytest.approx(np.log(np.where(kept, 1.0 - p, p)).sum())
        for place, car in enumerate(order):
            move = step * (np.arange(len(p)) == car)
            low, high = (order_log_likelihood(strength + m, order) for m in (-move, move))
            assert slope[i, place] == pytest.approx((high - low) / (2 * step), abs=1e-6)
            assert bend[i, place] == pytest.approx(-(high - 2 * here + low) / step**2, abs=1e-6)


def test_finishes__know_how_likely_the_winner_was():
    races = examples(4)
    found = Finishes(races)
    log_p, by_eta, by_odds = found.winners(found.eta, found.logit)
    for i, one in enumerate(races):
        exact = position_matrix(one.table.base_strength, one.table.base_hazard)
        none_left = np.prod(one.table.base_hazard) / len(exact)
        p_win = exact[one.outcome.order[0], 0] - none_left  # if nobody finishes, nobody wins
        assert np.exp(log_p[i]) == pytest.approx(p_win, abs=1e-6)
    step = 1e-5
    for place in (0, 3):
        move = np.zeros_like(found.eta)
        move[:, place] = step
        by_eta_now = found.winners(found.eta + move, found.logit)[0] - log_p
        by_odds_now = found.winners(found.eta, found.logit + move)[0] - log_p
        assert by_eta[:, place] == pytest.approx(by_eta_now / step, abs=1e-4)
        assert by_odds[:, place] == pytest.approx(by_odds_now / step, abs=1e-4)


def test_finishes__take_a_race_that_nobody_finished():
    one = table(5)
    nobody = outcome(one, 5)
    nobody = type(nobody)((), nobody.ranking, np.ones(8, dtype=bool), *([np.full(8, np.nan)] * 2))
    races = [type(e)(one, nobody, "2020-05-01") for e in examples(1)[:1]]
    found = Finishes(races)
    assert found.order(found.eta)[0] == pytest.approx([0.0])
    assert found.winners(found.eta, found.logit)[0] == pytest.approx([0.0])
    assert np.isfinite(fit_race_mixture(races).calm).all()
