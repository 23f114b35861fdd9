"""Plan a what-if upon the graph of a season: its forecast as published, and with an opinion.

Both sides have one belief and one seed, so sim i is the same race with other strengths. What the
published forecast has stored is reused: its side costs nothing where the sims are as many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from predictor.errors import UsageError
from predictor.forecast.feasible import why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.forecast.weights import match_drivers, match_teams
from predictor.graph.plan import Group, Input, Literal, Node, NodeRef, Plan, Stage
from predictor.graph.season_plan import build_plan
from predictor.graph.upstream import upstream_of
from predictor.report.what_if import Opinion, what_if_answer
from predictor.season.state import EventState, SeasonState
from predictor.vocabulary import EventStatus

__all__ = ["what_if_plan"]

_WHAT_IF = Stage("what-if", 1, what_if_answer, bytes)
_CHANGED = "what-if/"


def what_if_plan(
    season: SeasonState,
    history: NodeRef | None,
    options: ForecastOptions,
    *,
    history_digest: str,
    opinion: Opinion,
) -> Plan:
    """Plan the comparison; the last node's value is JSON, a `WhatIf`.

    Parameters
    ----------
    season, history, options, history_digest
        As `predictor.graph.season_plan.build_plan`.
    opinion : Opinion

    Raises
    ------
    UsageError
        If the event is not one to come that has a forecast, or a weight, that of the published
        forecast included, is beyond its limits.
    """
    event = _event(season, opinion.event_id)
    weighed = replace(
        options,
        driver_weights=_together(
            match_drivers(options.driver_weights, season), opinion.driver_weights
        ),
        team_weights=_together(match_teams(options.team_weights, season), opinion.team_weights),
    )
    base, changed = (
        build_plan(season, history, one, history_digest=history_digest)
        for one in (options, weighed)
    )
    nodes = {node.id: node for node in base.nodes}
    wanted = [*_wanted(season, event, opinion)]
    inputs: dict[str, Input] = {
        "season": Literal(season),
        "base": Group({one: NodeRef(one) for one in nodes if _is_of(one, wanted)}, "base/"),
    }
    of_changed = [node for node in changed.nodes if _is_of(node.id, wanted)]
    inputs["changed"] = Group({node.id: NodeRef(_CHANGED + node.id) for node in of_changed})
    inputs |= {key: one for key, one in base.final.inputs.items() if key == "layer"}
    nodes |= {_CHANGED + node.id: replace(node, id=_CHANGED + node.id) for node in of_changed}
    config = {"opinion": opinion, "options": replace(options, layer=None)}
    last = Node("what-if", _WHAT_IF, inputs, config)
    return Plan((*upstream_of(last, nodes), last), base.given)


def _event(season: SeasonState, event_id: str) -> EventState:
    found = next((one for one in season.events if one.event_id == event_id), None)
    reason = "no event of the season" if found is None else why_not_forecast(found)
    if found is not None and found.status is EventStatus.COMPLETED:
        reason = "its race is run"
    if found is None or reason is not None:
        raise UsageError(
            "nothing can be asked about this event",
            where=event_id,
            got=reason or "",
            expected="an event to come that has a forecast",
            do="name another event",
        )
    return found


def _together(published: Mapping[str, float], opinion: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of both: what has one already is weighed once more."""
    return {
        name: published.get(name, 1.0) * opinion.get(name, 1.0)
        for name in sorted({*published, *opinion})
    }


def _wanted(season: SeasonState, event: EventState, opinion: Opinion) -> Iterator[str]:
    """Give the beginnings of the ids of all forecasts that the answer takes."""
    events = season.events if opinion.titles else (event,)
    for one in events:
        if one is event or one.status is not EventStatus.COMPLETED:
            yield f"forecast/{one.event_id}/"


def _is_of(node_id: str, beginnings: list[str]) -> bool:
    return "/unweighted/" not in node_id and node_id.startswith(tuple(beginnings))
