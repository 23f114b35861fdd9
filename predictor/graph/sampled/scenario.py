"""One race in one scenario, simulated from the sampled belief and its learned walks."""

from __future__ import annotations

from dataclasses import replace

from predictor.bayes.sampled import SampledState, learned
from predictor.features.race_facts import RaceFacts
from predictor.features.weekend import Weekend
from predictor.forecast.assemble import RaceSetup, ScenarioForecast
from predictor.graph.simulation.scenario import forecast_scenario
from predictor.vocabulary import Scenario

__all__ = ["forecast_sampled"]


def forecast_sampled(
    form: SampledState,
    weekend: Weekend,
    facts: RaceFacts,
    scenario: Scenario,
    steps: int,
    n_sims: int,
    setup: RaceSetup,
) -> ScenarioForecast:
    """Forecast one race in one scenario, as `forecast_scenario` does from the filter's belief."""
    walked = replace(setup, filter=learned(form, setup.filter))
    return forecast_scenario(form.form, weekend, facts, scenario, steps, n_sims, walked)
