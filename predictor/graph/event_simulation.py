"""Plan the simulation of one event upon the graph of its season."""

from __future__ import annotations

from predictor.errors import UsageError
from predictor.forecast.counts import RaceCounts
from predictor.forecast.feasible import why_no_sprint, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.graph.event_races import (
    EventRequest,
    blocks_of,
    count_block,
    count_shard,
    shard_sims,
    tell_race,
)
from predictor.graph.plan import Group, Literal, Node, NodeRef, Plan, Stage
from predictor.graph.season_plan import build_plan
from predictor.graph.simulation.part import forecast_id
from predictor.graph.upstream import upstream_of
from predictor.season.lookup import find_event
from predictor.season.state import EventState, SeasonState

__all__ = ["event_plan"]

_COUNT_BLOCK = Stage("simulated-block", 2, count_block, RaceCounts)
_COUNT = Stage("simulated-counts", 3, count_shard, bytes)
_TELL = Stage("simulated-race", 2, tell_race, bytes)


def event_plan(
    season: SeasonState,
    history: NodeRef | None,
    options: ForecastOptions,
    *,
    history_digest: str,
    request: EventRequest,
) -> Plan:
    """Plan the simulation of one event; the last node's value is JSON.

    Parameters
    ----------
    season, history, options, history_digest
        As `predictor.graph.season_plan.build_plan`.
    request : EventRequest

    Raises
    ------
    UsageError
        If there is no such event, or none that can be simulated; if a weight names nobody.
    """
    event = find_event(season.season, season.events, request.event)
    _check(request, options.n_simulations)
    plan = build_plan(season, history, options, history_digest=history_digest)
    nodes = {node.id: node for node in plan.nodes}
    own_id = forecast_id(event.event_id, options.scenarios[0], sprint=request.sprint)
    forecast = nodes.get(own_id)
    if forecast is None:
        raise _without(event, sprint=request.sprint)
    own = {"scenario", "n_sims"}
    inputs = {**forecast.inputs, "event": Literal(event), "options": Literal(options)}
    config = {name: value for name, value in forecast.config.items() if name not in own}
    blocks: dict[str, Node] = {}
    told = dict(inputs)
    if request.shard:
        sims = shard_sims(options.n_simulations, request.shard)
        for name, scenario, block in blocks_of(sims, options):
            count = {**config, "scenario": scenario, "first": block.start, "end": block.stop}
            blocks[name] = Node(f"counted/{event.event_id}/{name}", _COUNT_BLOCK, inputs, count)
        told["blocks"] = Group({name: NodeRef(node.id) for name, node in blocks.items()})
    stage = _COUNT if request.shard else _TELL
    last = Node(f"simulated/{event.event_id}", stage, told, {**config, "request": request})
    nodes |= {node.id: node for node in blocks.values()}
    return Plan((*upstream_of(last, nodes), last), plan.given)


def _without(event: EventState, *, sprint: bool) -> UsageError:
    reason = why_not_forecast(event)
    if sprint and reason is None:
        return UsageError(
            "this event has no sprint to simulate",
            where=event.event_id,
            got=why_no_sprint(event) or "a weekend without a sprint",
            expected="an event with a sprint whose laps can be simulated",
            do="name another event, or leave --sprint out",
        )
    return UsageError(
        "this event has no forecast",
        where=event.event_id,
        got=reason or event.status.value,
        expected="an event that is not cancelled, whose field and laps can be simulated",
        do="name another event",
    )


def _check(request: EventRequest, n_sims: int) -> None:
    if request.shard:
        shard_sims(n_sims, request.shard)
    if request.sim is not None and not 0 <= request.sim < n_sims:
        raise UsageError(
            "no such simulated race",
            where="--sim",
            got=str(request.sim),
            expected=f"0 to {n_sims - 1}",
            do="name another, or raise --num-simulations",
        )
