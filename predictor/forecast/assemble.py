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
from predictor.forecast.scenarios import circuit_in, conditions_in
from predictor.simulator.outcomes import finish_counts
from predictor.simulator.race_inputs import (
    RaceInputs,
    no_stop_strategies,
    share_of_full_race,
)
from predictor.vocabulary import Backend, Scenario

__all__ = [
    "Floats",
    "RaceConfig",
    "RaceSetup",
    "ScenarioForecast",
    "event_inputs",
    "finishes",
    "forecast_race",
    "mixture",
    "race_inputs",
]

Floats = NDArray[np.float64]
_USUAL_RACE_S = 5400.0


@dataclass(frozen=True, slots=True)
class RaceConfig:
    """How strength becomes lap time.

    Source: chosen on the races of 2014-2018 by winner log loss and RPS, paired with the
    plain reverse Plackett-Luce race; ``tests/validation/simulator_skill.py`` prints both.
    Scale and spread of the setbacks chosen again on 2012-2021; the scale once more on 2014-2021,
    when races had come to hold more luck of their own.
    """

    pace_per_strength: float = 0.47  # % of lap time per unit of log-strength
    usual_spread: float = 2.37  # %, 5th to 95th percentile of believed gaps over one lap
    spread_power: float = 0.3  # of how far apart a season's cars are
    setback_scale: float = 0.40  # of a Gumbel draw; the rest of a race's noise is in its laps
    disorder_sd: float = 0.4  # of the logarithm of that scale, from race to race
    loss_from: float = 1.0  # units of a setback from which on it is time lost once
    loss_s: float = 2.0  # per further unit, in a race of an hour and a half
    highest_loss_s: float = 60.0  # who loses more has retired
    tail_in_pace: float = 0.8  # share of what is further that is pace all the same
    grid_in_pace: float = 0.8  # share of a slot's worth; track position gives the rest
    threshold_scale: float = 0.88  # of the fitted threshold: cars' real paces hold their traffic
    fitted_hazards: float = 0.0  # power of the circuit's hazards over the usual ones
    highest_pace_s: float = 6.0  # per lap; by judgement: a car slower than that has retired
    sprint_hazard: float = 0.4  # of a race's, over a third of its laps; by judgement


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
    threshold = config.threshold_scale * circuit.parameters.overtaking_threshold_s
    parameters = replace(circuit.parameters, overtaking_threshold_s=threshold)
    lap_s = circuit.lap_s(facts.length_km)
    n_drivers = draws.skill.shape[1]
    more = np.maximum(draws.setback - config.loss_from, 0.0)
    pace = _pace(draws, more, outlook, lap_s, config)
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
        loss_s=_lost_at_once(draws, more, facts.n_laps * lap_s, config),
        circuit=circuit_in(scenario, parameters),
        conditions=conditions,
    )


def _pace(draws: Draws, more: Floats, outlook: Outlook, lap_s: float, config: RaceConfig) -> Floats:
    """Return every car's pace, float64[N, D], s per lap over a typical front-runner's."""
    # Whoever stands behind is behind in the race that is run, too: that part is not pace.
    of_track = (1.0 - config.grid_in_pace) * draws.of_slot
    strength = draws.skill + draws.from_grid - of_track
    scale = config.setback_scale * np.exp(config.disorder_sd * draws.disorder)
    steady = draws.setback - (1.0 - config.tail_in_pace) * more
    strength = strength - scale[:, None] * steady
    # Relative to a typical front-runner, so that the reference lap is one that is driven. From
    # the belief, not the draws: a sim must not depend on which others are drawn with it.
    front = np.sort(outlook.strength_mean[: draws.skill.shape[1]])[-3:].mean()
    reference = front - config.setback_scale * np.euler_gamma
    unit = config.pace_per_strength * _closeness(outlook.gap_mean, config)
    pace: Floats = -unit / 100.0 * lap_s * (strength - reference)
    return np.clip(pace, -config.highest_pace_s, config.highest_pace_s)


def _closeness(gap_mean: Floats, config: RaceConfig) -> float:
    """Return how far apart cars are, 1 in a usual season: a unit of strength is worth as much."""
    low, high = np.quantile(gap_mean, (0.05, 0.95))
    apart = (high - low) / config.usual_spread
    least, most = 0.6, 1.4
    # Where nothing is known of anybody yet, the season is a usual one.
    return float(np.clip(apart**config.spread_power, least, most)) if apart > 0.0 else 1.0


def _lost_at_once(
    draws: Draws, more: Floats, race_s: float, config: RaceConfig
) -> NDArray[np.float32]:
    """Return what each car loses on one lap, s: more in a race of disorder, and in a long one."""
    disorder = np.exp(config.disorder_sd * draws.disorder)[:, None]
    loss = config.loss_s * race_s / _USUAL_RACE_S * disorder * more
    lost: NDArray[np.float32] = np.minimum(loss, config.highest_loss_s).astype(np.float32)
    return lost


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
        finish_counts(outcomes) / counts.n_sims,
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
    forecasts: Mapping[Scenario, ScenarioForecast], probability: Mapping[Scenario, float]
) -> Floats:
    """Return the headline p_finish: the scenarios by probability."""
    weights = [probability[scenario] for scenario in forecasts]
    return np.tensordot(weights, np.stack([f.p_finish for f in forecasts.values()]), 1)
