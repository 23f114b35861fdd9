"""The simulator's part of the graph: each race and sprint in every scenario, and unweighted."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from predictor.features.race_facts import RaceFacts, race_facts, sprint_facts
from predictor.features.weekend import Weekend, sprint_weekend_of
from predictor.forecast.assemble import Floats, RaceSetup
from predictor.forecast.circuits import crews_at
from predictor.forecast.feasible import why_no_sprint
from predictor.forecast.weights import match_drivers, match_teams, strength_shift
from predictor.graph.part import Board, EventAhead, Part, SeasonAsked, Slot
from predictor.graph.plan import (
    FORECAST_PART,
    Fields,
    Group,
    Literal,
    Node,
    NodeRef,
    Tags,
)
from predictor.graph.simulation.belief import BELIEF, Belief
from predictor.vocabulary import Scenario

__all__ = ["UNWEIGHTED", "SimulationPart", "forecast_id", "simulation_part"]

UNWEIGHTED: Slot[Mapping[str, NodeRef]] = Slot(
    "the event's forecasts without user weights, by scenario"
)


@dataclass(slots=True)
class SimulationPart(Part):
    """Simulated races, and which of them the document tells."""

    asked: SeasonAsked
    driver_weights: Mapping[str, float]
    team_weights: Mapping[str, float]
    told: dict[str, NodeRef] = field(default_factory=dict)
    name: str = FORECAST_PART

    def before_event(self, ahead: EventAhead, board: Board) -> Iterator[Node]:
        """Simulate a race and its sprint, with and without user weights.

        A sprint that is run as well: its forecast is told beside its result, as a race's is.
        """
        event, options = ahead.event, self.asked.options
        shift = strength_shift(
            event.entries, self.driver_weights, self.team_weights, options.model.weights.kappa
        )
        prefix, facts, belief = _prefix(event.event_id), race_facts(event), board.get(BELIEF)
        weighted = shift.any()
        # The same call as in a run without weights, so that each reuses the other's result.
        none = np.zeros_like(shift)
        plain = yield from self._scenarios(prefix, ahead, ahead.weekend, facts, shift, belief)
        if weighted:
            plain = yield from self._scenarios(
                f"{prefix}/unweighted", ahead, ahead.weekend, facts, none, belief
            )
        board.put(UNWEIGHTED, plain)
        if event.sprint_format is None or why_no_sprint(event) is not None:
            return
        sprint, facts = sprint_weekend_of(event, options.horizon), sprint_facts(event)
        yield from self._scenarios(f"{prefix}/sprint", ahead, sprint, facts, shift, belief)
        if weighted:
            yield from self._scenarios(
                f"{prefix}/unweighted/sprint", ahead, sprint, facts, none, belief
            )

    def finish(self, board: Board) -> Iterable[Node]:
        """Have the document tell of all simulated races."""
        board.told["forecasts"] = Group(self.told)
        return ()

    def _scenarios(
        self,
        prefix: str,
        ahead: EventAhead,
        weekend: Weekend,
        facts: RaceFacts,
        shift: Floats,
        belief: Belief,
    ) -> Generator[Node, None, dict[str, NodeRef]]:
        options, model = self.asked.options, self.asked.options.model
        setup = RaceSetup(
            seed=options.seed,
            shift=shift,
            filter=model.filter,
            race=model.race,
            # Its own circuit's alone: another's may change without it.
            circuit=model.circuit(weekend.circuit_id).race,
            crews=crews_at(weekend.lineages, model.crews),
            backend=options.backend,
            gpu=options.gpu,
        )
        added = {}
        for scenario in options.scenarios:
            node_id = f"{prefix}/{scenario.value}"
            yield Node(
                node_id,
                belief.forecast,
                {"form": belief.node, "weekend": Literal(weekend), "facts": Literal(facts)},
                {
                    "scenario": scenario,
                    "steps": ahead.steps,
                    "n_sims": options.n_simulations,
                    "setup": Fields(setup),
                },
                Tags(scenario=scenario.value),
            )
            self.told[node_id] = added[scenario.value] = NodeRef(node_id)
        return added


def simulation_part(asked: SeasonAsked) -> SimulationPart:
    """Return the simulator's part; every forecast has it.

    Raises
    ------
    UsageError
        If a weight names nobody of the season.
    """
    options, season = asked.options, asked.season
    return SimulationPart(
        asked,
        match_drivers(options.driver_weights, season),
        match_teams(options.team_weights, season),
    )


def forecast_id(event_id: str, scenario: Scenario, *, sprint: bool = False) -> str:
    """Return the id of the node that forecasts a race or sprint, user weights included."""
    return f"{_prefix(event_id)}{'/sprint' if sprint else ''}/{scenario.value}"


def _prefix(event_id: str) -> str:
    return f"forecast/{event_id}"
