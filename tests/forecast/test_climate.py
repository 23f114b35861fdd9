from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.forecast.climate import Climate, ClimateConfig, ClimateKind, chances_of

CONFIG = ClimateConfig(
    wet_share=0.1, wet_share_races=10, wet_kind_races=10, wet_circuit_races=10,
    safety_car_share=0.5, safety_car_races=4,
)  # fmt: skip
SPA = Climate(ClimateKind.RAINY, dry=(2014, 2016), safety_car=(2015, 2017), wet=(2018, 2021))
DESERT = Climate(ClimateKind.ARID, dry=(2014, 2015, 2016, 2017))


def test_chances_of__by_hand_from_all_through_its_kind_to_the_circuit():
    # Before 2019: one wet race of nine; one of five at circuits of its kind, and here.
    found = chances_of(SPA, [SPA, DESERT], 2019, CONFIG)
    share = (1 + 1) / (9 + 10)
    kind = (1 + 10 * share) / (5 + 10)
    assert found.wet == pytest.approx((1 + 10 * kind) / (5 + 10))
    assert found.safety_car == pytest.approx((2 + 2) / (4 + 4))


def test_chances_of__a_circuit_that_nothing_is_known_of_has_the_share_of_all():
    found = chances_of(Climate(), [SPA, DESERT], 2019, CONFIG)
    assert found.wet == pytest.approx((1 + 1) / (9 + 10))
    assert found.safety_car == 0.5


def test_chances_of__a_new_circuit_in_the_desert_is_as_dry_as_its_kind():
    new = Climate(ClimateKind.ARID)
    found = chances_of(new, [SPA, DESERT, new], 2019, CONFIG)
    assert found.wet == pytest.approx(10 * (2 / 19) / (4 + 10))


@given(st.lists(st.integers(2019, 2030)), st.sampled_from(["dry", "safety_car", "wet"]))
def test_chances_of__no_race_of_the_season_or_later_counts(later, scenario):
    known = {"dry": SPA.dry, "safety_car": SPA.safety_car, "wet": (2018,)}
    before = Climate(SPA.kind, **known)
    more = replace(before, **{scenario: (*known[scenario], *later)})
    found = chances_of(more, [more, DESERT], 2019, CONFIG)
    assert found == chances_of(before, [before, DESERT], 2019, CONFIG)


def test_chances_of__two_races_of_one_season_count_as_two():
    twice = replace(SPA, wet=(2018, 2018))
    share = (2 + 1) / (10 + 10)
    kind = (2 + 10 * share) / (6 + 10)
    found = chances_of(twice, [twice, DESERT], 2019, CONFIG)
    assert found.wet == pytest.approx((2 + 10 * kind) / (6 + 10))
