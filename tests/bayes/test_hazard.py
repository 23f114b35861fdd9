import numpy as np
import pytest

from predictor.bayes.hazard import (
    HazardBelief,
    HazardConfig,
    accident_share,
    grown_old,
    hazard,
    observe_retirements,
    open_season,
)

NAN = float("nan")


def test_hazard__before_any_race_everyone_has_the_prior_rate():
    config = HazardConfig(prior_rate=0.1)
    assert hazard(HazardBelief(), ["a", "b"], ["x", "y"], config).tolist() == pytest.approx(
        [0.1, 0.1]
    )


def test_hazard__one_race_by_hand():
    config = HazardConfig(prior_rate=0.1, prior_races=9, driver_prior_starts=4, team_prior_starts=8)
    after = observe_retirements(
        HazardBelief(),
        ["a", "b"],
        ["x", "y"],
        np.array([True, False]),
        np.array([1.0, NAN]),
        config,
    )
    base = (0.5 + 9 * 0.1) / (1 + 9)
    often = (1 + 4 * base) / 5 * (1 + 8 * base) / 9
    seldom = 4 * base / 5 * 8 * base / 9
    rates = hazard(after, ["a", "b"], ["x", "y"], config)
    assert rates.mean() == pytest.approx(base)  # apart, and in the mean what the field does
    assert rates[0] / rates[1] == pytest.approx(often / seldom)


def test_hazard__new_rules_raise_all_rates_and_the_rise_fades():
    config = HazardConfig(prior_rate=0.1, new_rules_rise=0.5, new_rules_keep=0.8)
    new = open_season(HazardBelief(), new_regulations=True)
    assert hazard(new, ["a"], ["x"], config)[0] == pytest.approx(0.15)
    assert hazard(grown_old(new, 2.0, config), ["a"], ["x"], config)[0] == pytest.approx(
        0.1 * (1 + 0.5 * 0.64)
    )
    raced = observe_retirements(new, ["a"], ["x"], np.array([False]), np.array([NAN]), config)
    assert raced.newness == pytest.approx(0.8)
    assert open_season(raced, new_regulations=False).newness == 0.0


def test_hazard__an_old_retirement_weighs_half_after_its_half_life():
    config = HazardConfig(half_life_races=2)
    belief = HazardBelief()
    for out in (True, False, False):
        belief = observe_retirements(belief, ["a"], ["x"], np.array([out]), np.array([NAN]), config)
    assert belief.drivers["a"][0] == pytest.approx(0.5)


def test_accident_share__ignores_unknown_reasons():
    config = HazardConfig(accident_share=0.4, prior_races=10)
    belief = observe_retirements(
        HazardBelief(), ["a", "b"], ["x", "y"], np.array([True, True]), np.array([1.0, NAN]), config
    )
    assert accident_share(belief, config) == pytest.approx((1 + 10 * 0.4) / 11)
