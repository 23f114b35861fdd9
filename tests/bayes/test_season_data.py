from dataclasses import replace

import numpy as np
import pytest

from predictor.bayes import strength
from predictor.bayes.online import advance, drifted, strength_design
from predictor.bayes.season_data import PADDING, kinds_that_walk, pad, season_data
from predictor.features.weekend import RaceOutcome
from tests.bayes.seasons import CONFIG, DRIVERS, nothing_known, simulated

RACES = simulated(3, np.linspace(1.0, -1.0, 12))


def test_kinds_that_walk__are_those_of_the_filter():
    names = ("beta:grid", "driver:a", "team:x", "driver_lately:a")
    found = kinds_that_walk(names, CONFIG)
    assert found == pytest.approx(
        {
            "driver": CONFIG.strength.driver_walk,
            "team": CONFIG.strength.team_walk,
            "driver_lately": 0.2 * 0.6,  # sqrt(1 - .8^2) of its sd comes anew
        }
    )


def test_season_data__designs_are_those_the_filter_learns_from():
    season = season_data(nothing_known(), RACES, CONFIG)
    state = nothing_known()
    for race, design in zip(RACES, season.designs, strict=True):
        ahead = drifted(state, 2025, 1.0, CONFIG)
        belief, by_filter = strength_design(ahead, race.weekend, race.outcome, CONFIG)
        theta = np.random.default_rng(0).normal(size=len(belief.names))
        column = [belief.names.index(name) for name in season.prior.names]
        assert design @ theta[column] == pytest.approx(by_filter @ theta)
        state = advance(state, race.weekend, race.outcome, CONFIG)
    np.testing.assert_array_equal(season.end.strength.mean, state.strength.mean)


def test_season_data__a_race_without_grid_teaches_retirements_only():
    blind = replace(RACES[1].weekend, grid=np.full(12, np.nan), grid_source="")
    season = season_data(
        nothing_known(), (RACES[0], replace(RACES[1], weekend=blind), RACES[2]), CONFIG
    )
    assert len(season.designs[1]) == 0
    assert len(season.cars[1]) == 12


def test_season_data__new_rules_grow_old_before_races_to_come():
    config = replace(CONFIG, new_regulations=(2025,))
    of_hazard = replace(CONFIG.hazard, highest=1.0)
    config = replace(config, hazard=of_hazard)
    races = (RACES[0], replace(RACES[1], steps=3), RACES[2])
    before = replace(nothing_known(), season=2024)
    season = season_data(before, races, config)
    rise, keep = of_hazard.new_rules_rise, of_hazard.new_rules_keep
    assert [rates.mean() for rates in season.hazard_before] == pytest.approx(
        [of_hazard.prior_rate * (1 + rise * keep**age) for age in (0, 3, 4)]
    )


def test_season_data__who_comes_later_stands_at_his_prior():
    late = replace(RACES[1].weekend, driver_ids=(*DRIVERS[:-1], "rookie"))
    order = tuple(range(12))
    race = replace(RACES[1], weekend=late, outcome=RaceOutcome(
        order, order, np.zeros(12, bool), *np.full((2, 12), np.nan)))  # fmt: skip
    season = season_data(nothing_known(), (RACES[0], race), CONFIG)
    at = season.prior.names.index("driver:rookie")
    others = season.prior.index([f"driver:{d}" for d in DRIVERS[:-1]])
    # He stands beside the field as it was believed before the season, and shares its doubt.
    assert season.prior.mean[at] == pytest.approx(CONFIG.strength.new_driver_mean)
    of_field = season.prior.cov[np.ix_(others, others)].mean(axis=0)
    assert season.prior.cov[at, others] == pytest.approx(of_field)
    assert season.prior.cov[at, at] == pytest.approx(of_field.mean() + CONFIG.strength.driver_sd**2)
    # Those of the first race ever are not newcomers: there is nobody to be behind.
    assert not season.prior.mean[others].any()


def test_pad__shapes_are_the_same_for_seasons_of_any_length():
    one, three = (pad(season_data(nothing_known(), RACES[:n], CONFIG), CONFIG) for n in (1, 3))
    assert {k: v.shape for k, v in one.items()} == {k: v.shape for k, v in three.items()}
    assert one["x"].shape == (PADDING.races, PADDING.cars, PADDING.statics)


def test_pad__centring_takes_the_mean_from_drivers_and_teams():
    season = season_data(nothing_known(), RACES, CONFIG)
    centring = pad(season, CONFIG)["centring"]
    level = np.random.default_rng(0).normal(size=len(centring)) @ centring
    for kind in ("driver", "team"):
        own = [i for i, name in enumerate(season.walkers) if name.startswith(f"{kind}:")]
        assert level[own].mean() == pytest.approx(0.0, abs=1e-12)


def test_race_design__times_the_belief_is_what_the_likelihood_is_of():
    belief, a = strength.race_design(
        nothing_known().strength, DRIVERS[:3], ["x", "x", "y"],
        np.zeros((3, len(strength.COVARIATES))), [2, 0], CONFIG.strength,
    )  # fmt: skip
    theta = np.arange(len(belief.names), dtype=float)
    at = belief.names.index
    by_hand = [
        sum(
            theta[at(name)]
            for name in ("driver:driver-02", "driver_lately:driver-02", "team:y", "team_lately:y")
        ),
        sum(
            theta[at(name)]
            for name in ("driver:driver-00", "driver_lately:driver-00", "team:x", "team_lately:x")
        ),
    ]
    assert (a @ theta).tolist() == by_hand
