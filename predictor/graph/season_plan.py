"""The graph of a season's forecast: its parts' nodes, event by event in calendar order.

history -> past races -> form before the season -> form after race 1 -> 2 -> ...
                                                        |
weekend j, facts j, scenario s ----------> forecast of event j in scenario s
                                                        |
season state, everything above ---------------------> document

Which parts there are is in `predictor.graph.parts`; nothing here knows one by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from predictor.features.weekend import race_outcome, weekend_of
from predictor.forecast.feasible import has_field, why_not_forecast
from predictor.forecast.options import ForecastOptions
from predictor.graph.document.part import DOCUMENT, document_part
from predictor.graph.part import Board, EventAhead, MakePart, Part, RaceRun, SeasonAsked
from predictor.graph.parts import PARTS
from predictor.graph.plan import Node, NodeRef, Plan
from predictor.report.forecast_block import probabilities
from predictor.season.state import SeasonState
from predictor.vocabulary import EventStatus

__all__ = ["DOCUMENT", "build_plan"]


def build_plan(
    season: SeasonState,
    history: NodeRef | None,
    options: ForecastOptions,
    *,
    history_digest: str = "",
    parts: Sequence[MakePart] = PARTS,
) -> Plan:
    """Plan the forecast of a season.

    Parameters
    ----------
    season : SeasonState
    history : NodeRef, optional
        Node of the same run whose value has the earlier seasons' ``states``.
    options : ForecastOptions
    history_digest : str
        Digest of the history's value; part of every event's ``data_hash``.
    parts : sequence of MakePart
        The document is made after them.

    Returns
    -------
    Plan
        Its last node, ``document``, gives the season document as JSON text, without what
        only files and clocks can tell.

    Raises
    ------
    UsageError
        If a weight names nobody of the season.
    """
    asked = SeasonAsked(season, options, history, history_digest)
    made = (make(asked) for make in (*parts, document_part))
    chosen = [part for part in made if part is not None]
    given = frozenset({history.node_id} if history is not None else ())
    return Plan(tuple(_nodes(asked, chosen)), given)


def _nodes(asked: SeasonAsked, parts: Sequence[Part]) -> Iterator[Node]:
    board = Board(frozenset(slot for part in parts for slot in part.needs))
    for part in parts:
        yield from _tagged(part, part.before_season(board))
    steps = 0
    for event in asked.season.events:
        if event.status is EventStatus.CANCELLED or not has_field(event):
            continue
        steps += 1
        known = weekend_of(event, asked.options.horizon)
        ahead = EventAhead(event, known, steps, probabilities(event, asked.options))
        if why_not_forecast(event) is None:
            for part in parts:
                yield from _tagged(part, part.before_event(ahead, board), event.event_id)
        outcome = race_outcome(event)
        if outcome is not None:
            # Learnt from the whole weekend, whatever the forecast may use.
            run = RaceRun(ahead, weekend_of(event), outcome)
            for part in parts:
                yield from _tagged(part, part.after_event(run, board), event.event_id)
            steps = 0
    for part in parts:
        yield from _tagged(part, part.finish(board))


def _tagged(part: Part, nodes: Iterable[Node], event_id: str = "") -> Iterator[Node]:
    for node in nodes:
        yield replace(node, tags=replace(node.tags, part=part.name, event_id=event_id))
