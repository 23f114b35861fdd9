"""What the simulations of past races start from: the forecast's own inputs, or the real pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from predictor.bayes.online import outlook
from predictor.circuit_fit.race_control import season_rates
from predictor.circuit_fit.race_laps import RaceLaps
from predictor.circuit_fit.simulated_moments import race_inputs_of
from predictor.features.race_facts import race_facts
from predictor.features.weekend import with_horizon
from predictor.forecast.assemble import RaceSetup, event_inputs
from predictor.forecast.circuits import pit_boxes
from predictor.forecast.options import ModelConfig
from predictor.forecast.scenarios import circuit_in, conditions_in, scenario_probabilities
from predictor.simulator.race_inputs import RaceInputs, share_of_full_race
from predictor.vocabulary import Horizon, Scenario
from tests.validation.lap_charts import LapChart
from tests.validation.race_cells import scenario_of
from tests.validation.simulator_skill import walk

__all__ = ["ToSimulate", "forecast_inputs", "real_pace_inputs"]

DRY_SCENARIOS = (Scenario.DRY, Scenario.SAFETY_CAR)


class ToSimulate(NamedTuple):
    """A past race's inputs, and the odds of a safety car or red flag in it, were it dry."""

    race: int
    inputs: RaceInputs
    p_safety_car: float


def forecast_inputs(
    races: Sequence[RaceLaps], charts: Sequence[LapChart], model: ModelConfig, n_sims: int
) -> Iterator[ToSimulate]:
    """Walk the seasons, and give the inputs of the forecasts made after qualifying."""
    scenarios = {race.race: scenario_of(chart) for race, chart in zip(races, charts, strict=True)}
    for event, weekend, _outcome, state in walk():
        race = 100 * event.season + event.round
        if race not in scenarios:
            continue
        known = with_horizon(weekend, Horizon.AFTER_QUALIFYING)
        setup = RaceSetup(
            1,
            np.zeros(len(known.driver_ids)),
            model.filter,
            model.race,
            model.circuit(event.circuit_id).race,
            model.crews,
        )
        inputs = event_inputs(
            outlook(state, known, 1.0, model.filter),
            known,
            race_facts(event),
            scenarios[race],
            setup,
            sims=range(n_sims),
        )
        yield ToSimulate(race, inputs, _p_safety_car(model, event.circuit_id, event.season))


def real_pace_inputs(
    races: Sequence[RaceLaps], charts: Sequence[LapChart], model: ModelConfig, n_sims: int
) -> Iterator[ToSimulate]:
    """Give inputs with the real grid and every car's median green lap: the race model alone."""
    rates = season_rates(races)
    for race, chart in zip(races, charts, strict=True):
        circuit = model.circuit(race.circuit_id).race
        accident, failure = rates[race.season]
        inputs = race_inputs_of(
            race,
            n_sims,
            circuit=circuit.parameters,
            strategies=circuit.strategies,
            p_failure=min(1.0, failure * circuit.failure),
            p_accident=min(1.0, accident * circuit.accident),
        )
        if inputs is None:
            continue
        boxes = pit_boxes(race.teams, model.crews)
        scenario = scenario_of(chart)
        conditions = conditions_in(
            scenario,
            circuit.parameters,
            inputs.p_failure[0].astype(float),
            inputs.p_accident[0].astype(float),
            length=share_of_full_race(inputs.n_laps, inputs.lap_s),
        )
        yield ToSimulate(
            race.race,
            replace(
                inputs,
                team=boxes.team,
                crew=boxes.crew,
                crews=boxes.crews,
                circuit=circuit_in(scenario, circuit.parameters),
                conditions=conditions,
            ),
            _p_safety_car(model, race.circuit_id, race.season),
        )


def _p_safety_car(model: ModelConfig, circuit: str, season: int) -> float:
    chances = model.chances(circuit, season)
    return scenario_probabilities(DRY_SCENARIOS, chances)[Scenario.SAFETY_CAR]
