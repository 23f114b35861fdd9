"""One race in one scenario, simulated from the belief before it."""

from __future__ import annotations

from predictor.bayes.online import FormState, outlook
from predictor.features.race_facts import RaceFacts
from predictor.features.weekend import Weekend
from predictor.forecast.assemble import RaceSetup, ScenarioForecast, forecast_race
from predictor.vocabulary import Scenario

__all__ = ["forecast_scenario"]


def forecast_scenario(
    form: FormState,
    weekend: Weekend,
    facts: RaceFacts,
    scenario: Scenario,
    steps: int,
    n_sims: int,
    setup: RaceSetup,
) -> ScenarioForecast:
    """Forecast one race in one scenario, ``steps`` events after the last race that is known."""
    ahead = outlook(form, weekend, float(steps), setup.filter)
    return forecast_race(ahead, weekend, facts, scenario, setup, n_sims=n_sims)
