"""Posterior, weekend and scenario become simulated races and position counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.online import FilterConfig, Outlook
from predictor.features.race_facts import RaceFacts
from predictor.features.weekend import Weekend
from predictor.forecast.circuits import Crew, PitBoxes, RaceModel, pit_boxes
from predictor.forecast.counts import count_races, frequencies
from predictor.forecast.draws import Draws, draw_weekend
from predictor.forecast.race_pace import (
    RaceConfig,
    closeness_of,
    lost_at_once_s,
    pace_s,
    threshold_s,
)
from predictor.forecast.scenarios import circuit_in, conditions_in
from predictor.simulator.race_inputs import (
    RaceInputs,
    no_stop_strategies,
    share_of_full_race,
)
from predictor.vocabulary import Backend, Scenario

__all__ = [
    "Floats",
    "RaceSetup",
    "ScenarioForecast",
    "event_inputs",
    "finishes",
    "forecast_race",
    "mixture",
    "race_inputs",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RaceSetup:
    """What an event's races are made with, beside what is known of the weekend.

    Attributes
    ----------
    shift : float64[D]
        User weights as a shift of log-strength; zeros for none.
    circuit : RaceModel
        The event's.
    crews : mapping of lineage to Crew
    gpu : str
        Device and compiler, empty for the CPU: another may round otherwise.
    """

    seed: int
    shift: Floats
    filter: FilterConfig
    race: RaceConfig
    circuit: RaceModel
    crews: Mapping[str, Crew]
    backend: Backend = Backend.CPU
    gpu: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioForecast:
    """Counts of one event in one scenario.

    Attributes
    ----------
    p_position : float64[D, D]
        Rows drivers, columns positions; rows and columns sum to one.
    p_dnf : float64[D]
    p_fastest_lap : float64[D, 2]
        Fastest lap of the race; the same while finishing in the top ten.
    position : uint8[N, D]
        Every simulated finishing position, for title odds.
    fastest_lap : uint8[N]
        Driver index; 255 where no car set one.
    p_finish : float64[D, D]
        As ``p_position``, but only of races that the driver finished: a row sums to one less
        his retirements.
    """

    driver_ids: tuple[str, ...]
    n_sims: int
    p_position: Floats
    p_dnf: Floats
    p_fastest_lap: Floats
    position: NDArray[np.uint8]
    fastest_lap: NDArray[np.uint8]
    p_finish: Floats


def race_inputs(
    draws: Draws,
    outlook: Outlook,
    facts: RaceFacts,
    scenario: Scenario,
    setup: RaceSetup,
    *,
    pit_lane_start: NDArray[np.bool_],
    sims: range,
    boxes: PitBoxes | None = None,
) -> RaceInputs:
    """Turn draws into lap times and hazards for the simulator.

    Parameters
    ----------
    setup : RaceSetup
        Its shift is in the draws, and its crews in the boxes.
    """
    config, circuit = setup.race, setup.circuit
    closeness = closeness_of(outlook.gap_mean, config)
    threshold = threshold_s(circuit.parameters.overtaking_threshold_s, closeness, config)
    parameters = replace(circuit.parameters, overtaking_threshold_s=threshold)
    lap_s = circuit.lap_s(facts.length_km)
    n_drivers = draws.skill.shape[1]
    front = np.sort(outlook.strength_mean[:n_drivers])[-3:].mean()
    pace = pace_s(draws, front, lap_s, closeness, config)
    length = config.sprint_hazard if facts.is_sprint else 1.0
    failure, accident = (x**config.fitted_hazards for x in (circuit.failure, circuit.accident))
    p_failure = length * failure * (1.0 - outlook.accident_share) * outlook.hazard
    p_accident = length * accident * outlook.accident_share * outlook.hazard
    p_failure, p_accident = (np.minimum(p, 1.0) for p in (p_failure, p_accident))
    conditions = conditions_in(
        scenario,
        circuit.parameters,
        p_failure,
        p_accident,
        length=share_of_full_race(facts.n_laps, lap_s),
    )
    return RaceInputs(
        event=facts.event,
        seed=setup.seed,
        first_sim=sims.start,
        n_laps=facts.n_laps,
        lap_s=lap_s,
        pace_s=pace.astype(np.float32),
        grid=draws.grid.astype(np.int16),
        p_failure=np.broadcast_to(p_failure, pace.shape).astype(np.float32),
        p_accident=np.broadcast_to(p_accident, pace.shape).astype(np.float32),
        strategies=no_stop_strategies(n_drivers)
        if facts.is_sprint
        else circuit.strategies(n_drivers).within(facts.n_laps),
        pit_lane_start=pit_lane_start,
        team=boxes.team if boxes else None,
        crew=boxes.crew if boxes else None,
        crews=boxes.crews if boxes else None,
        loss_s=lost_at_once_s(draws, facts.n_laps * lap_s, config),
        circuit=circuit_in(scenario, parameters),
        conditions=conditions,
    )


def forecast_race(
    outlook: Outlook,
    weekend: Weekend,
    facts: RaceFacts,
    scenario: Scenario,
    setup: RaceSetup,
    *,
    n_sims: int,
) -> ScenarioForecast:
    """Forecast one race in one scenario."""
    from predictor.simulator.simulate import simulate  # noqa: PLC0415 - numba loads here

    inputs = event_inputs(outlook, weekend, facts, scenario, setup, sims=range(n_sims))
    outcomes = simulate(inputs, setup.backend)
    counts = count_races(outcomes)
    p = frequencies(counts)
    return ScenarioForecast(
        weekend.driver_ids,
        counts.n_sims,
        p.p_position,
        p.p_dnf,
        p.p_fastest_lap,
        outcomes.position,
        outcomes.fastest_lap,
        p.p_finish,
    )


def event_inputs(
    outlook: Outlook,
    weekend: Weekend,
    facts: RaceFacts,
    scenario: Scenario,
    setup: RaceSetup,
    *,
    sims: range,
) -> RaceInputs:
    """Draw some of an event's sims and make race inputs of them; see `forecast_race`.

    A sim's row is the same whichever others are drawn with it.
    """
    draws = draw_weekend(
        outlook,
        weekend,
        setup.filter,
        seed=setup.seed,
        sims=sims,
        event=facts.event,
        grid_order=weekend.grid if weekend.grid_source else None,
    )
    draws = replace(draws, skill=draws.skill + setup.shift)
    return race_inputs(
        draws,
        outlook,
        facts,
        scenario,
        setup,
        pit_lane_start=weekend.pit_lane_start,
        sims=sims,
        boxes=pit_boxes(weekend.lineages, setup.crews),
    )


class HasFrequencies(Protocol):
    """A forecast of one scenario, however many of its races are kept."""

    @property
    def p_position(self) -> Floats:
        """float64[D, D]."""

    @property
    def p_dnf(self) -> Floats:
        """float64[D]."""

    @property
    def p_fastest_lap(self) -> Floats:
        """float64[D, 2]."""

    @property
    def p_finish(self) -> Floats:
        """float64[D, D]."""


def mixture(
    forecasts: Mapping[Scenario, HasFrequencies], probability: Mapping[Scenario, float]
) -> tuple[Floats, Floats, Floats]:
    """Give the headline p_position, p_dnf and p_fastest_lap: the scenarios by probability."""
    weights = [probability[scenario] for scenario in forecasts]
    parts = list(forecasts.values())
    return (
        np.tensordot(weights, np.stack([f.p_position for f in parts]), 1),
        np.tensordot(weights, np.stack([f.p_dnf for f in parts]), 1),
        np.tensordot(weights, np.stack([f.p_fastest_lap for f in parts]), 1),
    )


def finishes(
    forecasts: Mapping[Scenario, HasFrequencies], probability: Mapping[Scenario, float]
) -> Floats:
    """Return the headline p_finish: the scenarios by probability."""
    weights = [probability[scenario] for scenario in forecasts]
    return np.tensordot(weights, np.stack([f.p_finish for f in forecasts.values()]), 1)
