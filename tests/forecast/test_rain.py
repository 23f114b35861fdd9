"""The chance of a wet race, worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.features.rain_signs import RainSigns
from predictor.forecast.climate import ClimateConfig
from predictor.forecast.rain import chance_of_rain
from predictor.records import RainForecast
from predictor.vocabulary import RainSource, SessionKind

CONFIG = ClimateConfig(
    odds_after_wet=2.0, odds_after_dry=0.5, forecast_weight=0.8, forecast_half_life_days=2.0
)
BOTH = (SessionKind.FP1, SessionKind.FP2)


def forecast(chance, lead_days, compared=(), wet=()):
    said = RainForecast("2025-05-25T10:00:00Z", chance)
    return RainSigns(compared, wet, said, lead_days)


def test_chance_of_rain__without_a_sign_it_is_the_climates():
    found = chance_of_rain(0.2, RainSigns(), CONFIG)
    assert (found.wet, found.source, found.climate) == (0.2, RainSource.CLIMATE, 0.2)


@pytest.mark.parametrize(("wet", "expected"), [(BOTH[:1], 1 / 3), ((), 1 / 9)])
def test_chance_of_rain__sessions_change_the_odds(wet, expected):
    found = chance_of_rain(0.2, RainSigns(BOTH, wet), CONFIG)
    assert found.wet == pytest.approx(expected)
    assert (found.source, found.climate) == (RainSource.WEEKEND, 0.2)


@pytest.mark.parametrize(("lead_days", "weight"), [(0.0, 0.8), (2.0, 0.4), (4.0, 0.2)])
def test_chance_of_rain__a_forecast_counts_less_the_earlier_it_was_made(lead_days, weight):
    found = chance_of_rain(0.2, forecast(0.9, lead_days), CONFIG)
    assert found.weight == pytest.approx(weight)
    assert found.wet == pytest.approx(weight * 0.9 + (1 - weight) * 0.2)
    assert found.source is RainSource.FORECAST


def test_chance_of_rain__a_forecast_is_averaged_with_what_sessions_say():
    found = chance_of_rain(0.2, forecast(0.9, 2.0, BOTH, BOTH[:1]), CONFIG)
    assert found.wet == pytest.approx(0.4 * 0.9 + 0.6 / 3)


@given(st.floats(0.01, 0.99), st.floats(0, 1), st.floats(0, 300))
def test_chance_of_rain__is_never_certain(climate, chance, lead_days):
    found = chance_of_rain(climate, forecast(chance, lead_days), ClimateConfig())
    assert 0.0 < found.wet < 1.0
    assert min(climate, chance) - 1e-12 <= found.wet <= max(climate, chance) + 1e-12
