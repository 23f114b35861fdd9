import numpy as np
import pytest

from predictor.bayes.hazard import (
    HazardBelief,
    HazardConfig,
    accident_share,
    hazard,
    observe_retirements,
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
    driver, team = (1 + 4 * base) / 5, (1 + 8 * base) / 9
    assert hazard(after, ["a"], ["x"], config)[0] == pytest.approx(driver * team / base)


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
