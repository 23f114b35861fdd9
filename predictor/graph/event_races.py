"""One event's races as the forecast draws them: the counts of some, or one of them told.

The belief, the draws and the simulator are those of the forecast, so sim i here is sim i there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

import msgspec

from predictor.bayes.online import FormState, Outlook, outlook
from predictor.bayes.sampled import SampledState, learned
from predictor.errors import UsageError
from predictor.features.race_facts import RaceFacts
from predictor.features.weekend import Weekend
from predictor.fingerprint import digest
from predictor.forecast.assemble import RaceSetup, event_inputs, finishes, mixture
from predictor.forecast.counts import RaceCounts, add_counts, count_races, frequencies
from predictor.forecast.options import ForecastOptions
from predictor.report.forecast_block import probabilities
from predictor.report.rows import Pays, driver_rows, rounded
from predictor.report.shards import Identity, Shard
from predictor.report.simulated_race import (
    gap_bands,
    leader_odds,
    most_typical,
    nearest_races,
    told_race,
    typicality,
)
from predictor.season.points import fastest_lap_point, race_points, sprint_points
from predictor.season.state import EventState
from predictor.simulator.outcomes import Outcomes, concatenate
from predictor.simulator.race_inputs import RaceInputs
from predictor.simulator.trace import gaps_to_leader, trace_race
from predictor.vocabulary import Scenario, SessionKind

__all__ = ["EventRequest", "blocks_of", "count_block", "count_shard", "shard_sims", "tell_race"]

SCHEMA_VERSION = "1.3.0"
BLOCK = 2**13  # sims drawn at a time, so that a million of them need little memory
TRACED = 200  # races run by the referee for the bands of gaps
LED = 1000  # and for chances by who leads, of which few have the told race's leader


@dataclass(frozen=True, slots=True)
class EventRequest:
    """What is asked of one event's simulation."""

    event: str  # id, name, round, or a part of id or name that no other event has
    sim: int | None = None  # the race to tell; None: a typical one
    bands: bool = False  # whether gaps of many races are wanted too
    leads: bool = False  # whether chances by who leads are, for which more races are run
    sprint: bool = False  # its sprint, not its race
    shard: tuple[int, int] | None = None  # (i, n): count the i-th of n parts, from 1
    code: str = ""  # digest of the code
    environment: str = ""  # see `services.settings.environment`


def shard_sims(n_sims: int, shard: tuple[int, int]) -> range:
    """Give the sims of the i-th of n parts, from 1; together the parts are all sims.

    Raises
    ------
    UsageError
        If some part would be empty.
    """
    part, of = shard
    if of > n_sims:
        raise UsageError(
            "a shard without a race",
            where="--shard",
            got=f"{part}/{of} of {n_sims} simulations",
            expected=f"at most {n_sims} shards",
            do="ask for fewer shards or for more simulations",
        )
    return range(n_sims * (part - 1) // of, n_sims * part // of)


class _Given(TypedDict):
    """What both stages take of the event's forecast, and of what is asked."""

    form: FormState | SampledState
    weekend: Weekend
    facts: RaceFacts
    steps: int
    setup: RaceSetup
    event: EventState
    options: ForecastOptions


@dataclass(frozen=True, slots=True)
class _Races:
    """Everything an event's races are drawn from."""

    event: EventState
    weekend: Weekend
    facts: RaceFacts
    belief: Outlook
    setup: RaceSetup
    options: ForecastOptions

    @classmethod
    def of(cls, **given: Unpack[_Given]) -> _Races:
        """Look ahead from the belief before the event, as the forecast does."""
        form, setup, weekend = given["form"], given["setup"], given["weekend"]
        if isinstance(form, SampledState):
            setup, form = replace(setup, filter=learned(form, setup.filter)), form.form
        belief = outlook(form, weekend, float(given["steps"]), setup.filter)
        return cls(given["event"], weekend, given["facts"], belief, setup, given["options"])

    def inputs(self, scenario: Scenario, sims: range) -> RaceInputs:
        return event_inputs(
            self.belief,
            self.weekend,
            self.facts,
            scenario,
            self.setup,
            sims=sims,
        )

    def outcomes(self, scenario: Scenario, sims: range) -> Outcomes:
        from predictor.simulator.simulate import simulate  # noqa: PLC0415 - numba loads here

        return concatenate(
            [simulate(self.inputs(scenario, block), self.setup.backend) for block in _blocks(sims)]
        )

    @property
    def probability(self) -> dict[Scenario, float]:
        sprint = self.facts if self.facts.is_sprint else None
        return probabilities(self.event, self.options, sprint)

    @property
    def pays(self) -> Pays:
        season = self.event.season
        if self.facts.is_sprint:
            return Pays(sprint_points(season), 0.0)
        return Pays(race_points(season, event_id=self.event.event_id), fastest_lap_point(season))

    def inputs_digest(self) -> str:
        """Give one digest of all that the races depend on beside seed, sims and code."""
        setup = replace(self.setup, seed=0)
        return digest((self.belief, self.weekend, self.facts, setup, self.probability))


def _blocks(sims: range) -> list[range]:
    return [sims[i : i + BLOCK] for i in range(0, len(sims), BLOCK)]


def blocks_of(sims: range, options: ForecastOptions) -> Iterator[tuple[str, Scenario, range]]:
    """Yield what is counted in a stage each, for progress and threads: name, scenario, sims."""
    for scenario in options.scenarios:
        for block in _blocks(sims):
            yield f"{scenario.value}/{block.start}", scenario, block


def count_block(scenario: Scenario, first: int, end: int, **given: Unpack[_Given]) -> RaceCounts:
    """Return the counts of some races of a scenario."""
    return count_races(_Races.of(**given).outcomes(scenario, range(first, end)))


def count_shard(
    request: EventRequest, blocks: Mapping[str, RaceCounts], **given: Unpack[_Given]
) -> bytes:
    """Give the counts of a shard as JSON."""
    races = _Races.of(**given)
    options, event = races.options, races.event
    sims = shard_sims(options.n_simulations, request.shard or (1, 1))
    identity = Identity(
        event_id=event.event_id,
        event=f"{event.name}, sprint" if races.facts.is_sprint else event.name,
        seed=races.setup.seed,
        num_simulations=options.n_simulations,
        horizon=races.weekend.horizon,
        scenarios=races.probability,
        inputs_digest=races.inputs_digest(),
        code_digest=request.code,
        environment=request.environment,
        points_by_position=tuple(races.pays.by_position.tolist()),
        fastest_lap_point=float(races.pays.fastest_lap),
        drivers=tuple(event.entries),
    )
    of_scenario: dict[Scenario, list[RaceCounts]] = {}
    for name, scenario, _ in blocks_of(sims, options):
        of_scenario.setdefault(scenario, []).append(blocks[name])
    counted = {scenario: add_counts(found) for scenario, found in of_scenario.items()}
    return msgspec.json.encode(Shard.of(identity, sims.start, counted))


def tell_race(request: EventRequest, **given: Unpack[_Given]) -> bytes:
    """Give one told race and the distribution it comes from, as JSON."""
    races = _Races.of(**given)
    options, event, probability = races.options, races.event, races.probability
    n_sims = options.n_simulations
    scenario = max(probability, key=lambda one: probability[one])
    found = {}
    for one in options.scenarios:
        outcomes = races.outcomes(one, range(n_sims))
        found[one] = frequencies(count_races(outcomes))
        if one is scenario:
            all_told = outcomes
    sims = nearest_races(all_told) if request.sim is None else [request.sim]
    traces = [trace_race(races.inputs(scenario, range(one, one + 1)), 0) for one in sims]
    chosen = most_typical(traces)
    sim, trace = sims[chosen], traces[chosen]
    codes = [entry.code for entry in event.entries]
    headline, finished = mixture(found, probability), finishes(found, probability)
    rows = driver_rows(event.entries, headline, finished, races.pays, in_full=True)
    bands = leads = None
    if request.bands or request.leads:
        several = range(min(LED if request.leads else TRACED, n_sims))
        gaps = gaps_to_leader(races.inputs(scenario, several))
        bands = gap_bands(gaps, trace, codes)
        if request.leads:
            leads = leader_odds(gaps, all_told.position[: len(several)], trace, codes)
    value = {
        "kind": "simulated_race",
        "schema_version": SCHEMA_VERSION,
        "event": _event(races),
        "settings": {
            "seed": races.setup.seed,
            "num_simulations": n_sims,
            "scenarios": {one.value: rounded(p, 6) for one, p in probability.items()},
            "driver_weights": dict(options.driver_weights),
            "team_weights": dict(options.team_weights),
            "use_bayesian": options.use_bayesian,
            "inputs_digest": races.inputs_digest(),
            "code_digest": request.code,
        },
        "told": {
            "sim": sim,
            "scenario": scenario.value,
            "chosen": "typical in order and stops" if request.sim is None else "asked for",
        },
        "race": told_race(trace, event.entries),
        "typicality": typicality(all_told, sim, codes),
        "distribution": rows,
        "gap_bands": bands,
        "leader_odds": leads,
    }
    return json.dumps(value, allow_nan=False, ensure_ascii=False).encode()


def _event(races: _Races) -> dict[str, Any]:
    event = races.event
    return {
        "event_id": event.event_id,
        "name": event.name,
        "season": event.season,
        "round": event.round,
        "date": event.date,
        "circuit": event.circuit_id,
        "session": (SessionKind.SPRINT if races.facts.is_sprint else SessionKind.RACE).value,
        "horizon": races.weekend.horizon.value,
        "grid_from": races.weekend.grid_source or None,
    }
