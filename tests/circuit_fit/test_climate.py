"""What past races were, and the seasons that are kept of them."""

from __future__ import annotations

import pytest

from predictor.circuit_fit.climate import climates_of, kept_seasons, scenario_of
from predictor.vocabulary import Scenario
from tests.circuit_fit.builders import race

INTERMEDIATE = 3


def rained_on(given, laps):
    """Put all cars on intermediates for the first laps."""
    given.compound[:, :laps] = INTERMEDIATE
    return given


@pytest.mark.parametrize(("laps", "was"), [(3, Scenario.DRY), (4, Scenario.WET)])
def test_scenario_of__one_lap_in_twenty_on_rain_tyres_is_not_yet_a_wet_race(laps, was):
    assert scenario_of(rained_on(race(n_laps=60), laps)) is was


def test_scenario_of__a_wet_race_with_a_safety_car_is_wet():
    dry = race(safety_cars=((12, 3),))
    assert scenario_of(dry) is Scenario.SAFETY_CAR
    assert scenario_of(rained_on(race(safety_cars=((12, 3),)), 30)) is Scenario.WET


def test_climates_of__every_race_of_a_circuit_is_in_one_list():
    twice = [race(season=2020, round=n, safety_cars=((3, 2),)) for n in (4, 5)]
    found = climates_of([rained_on(race(season=2021), 30), *twice, race(circuit="spa")])
    assert found == {
        "monza": {Scenario.DRY: (), Scenario.SAFETY_CAR: (2020, 2020), Scenario.WET: (2021,)},
        "spa": {Scenario.DRY: (2024,), Scenario.SAFETY_CAR: (), Scenario.WET: ()},
    }


def test_kept_seasons__what_was_counted_replaces_its_seasons_in_every_list():
    known = {"dry": (2015, 2018), "wet": (2016, 2019)}
    counted = {Scenario.WET: (2018,), Scenario.SAFETY_CAR: (2019,)}
    assert kept_seasons(known, counted) == {
        Scenario.DRY: (2015,),
        Scenario.WET: (2016, 2018),
        Scenario.SAFETY_CAR: (2019,),
    }
