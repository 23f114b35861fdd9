"""The chance of a wet race: the climate, what the weekend shows, and a forecast of rain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from predictor.features.rain_signs import RainSigns
from predictor.forecast.climate import ClimateConfig
from predictor.vocabulary import RainSource

__all__ = ["Rain", "chance_of_rain"]


@dataclass(frozen=True, slots=True)
class Rain:
    """The chance of a wet race, and where it comes from."""

    wet: float
    source: RainSource
    climate: float  # the chance by the races of earlier seasons alone
    signs: RainSigns = RainSigns()
    weight: float = 0.0  # of the forecast


def chance_of_rain(climate: float, signs: RainSigns, config: ClimateConfig) -> Rain:
    """Join the climate with what is known of the weekend.

    Sessions change the odds. A forecast is averaged with what comes of that, by a weight
    that halves with every so many days between its issue and the race: a forecast may be
    too sure, and says less the earlier it is made.
    """
    if not signs.compared and signs.forecast is None:
        return Rain(climate, RainSource.CLIMATE, climate)
    wet = climate
    if signs.compared:
        odds = config.odds_after_wet if signs.wet else config.odds_after_dry
        wet = _from_odds(odds * climate / (1.0 - climate))
    if signs.forecast is None:
        return Rain(wet, RainSource.WEEKEND, climate, signs)
    halvings = signs.lead_days / config.forecast_half_life_days
    weight = config.forecast_weight * math.exp2(-halvings)
    wet = weight * signs.forecast.chance + (1.0 - weight) * wet
    return Rain(wet, RainSource.FORECAST, climate, signs, weight)


def _from_odds(odds: float) -> float:
    return odds / (1.0 + odds)
