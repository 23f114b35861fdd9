"""A season's forecasts as they were published, beside reference models and the results.

The forecasts are those of `predictor.graph.season_plan`, read out of the season document that it
makes; only the reference models are added to the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from msgspec import UNSET

from predictor.evaluate.baselines import BaselineForecast, baseline_forecasts
from predictor.evaluate.race_forecast import RaceForecast
from predictor.features.weekend import race_outcome, weekend_of
from predictor.forecast.options import ForecastOptions
from predictor.graph.belief.part import RACES
from predictor.graph.belief.past_races import PastRace
from predictor.graph.part import Board, Part, SeasonAsked
from predictor.graph.parts import PARTS
from predictor.graph.plan import Literal, Node, NodeRef, Plan, Stage
from predictor.graph.season_plan import build_plan
from predictor.published.season_types import SeasonForecast
from predictor.season.state import SeasonState
from predictor.vocabulary import Horizon, ResultStatus

__all__ = ["BASELINES_NODE", "backtest_plan", "race_forecasts"]

BASELINES_NODE = "baselines"


def backtest_plan(
    season: SeasonState,
    history: NodeRef | None,
    options: ForecastOptions,
    *,
    history_digest: str = "",
) -> Plan:
    """Plan the forecast of a season as `build_plan` does, and the reference models beside it.

    Returns
    -------
    Plan
        Its last node, ``document``, is that of `build_plan`; `BASELINES_NODE` gives the
        reference models' forecasts of all finished races at every horizon.
    """
    parts = (*PARTS, BaselinePart)
    return build_plan(season, history, options, history_digest=history_digest, parts=parts)


def race_forecasts(
    document: bytes, baselines: Sequence[BaselineForecast], horizon: Horizon
) -> tuple[RaceForecast, ...]:
    """Read the forecasts of finished races out of a season document.

    Parameters
    ----------
    document : bytes
        As the last node of the plan gives it.
    baselines : sequence of BaselineForecast
        Of every finished race; their drivers are in the order of their ids.
    horizon : Horizon
        That the document was made for.

    Returns
    -------
    tuple of RaceForecast
        In calendar order.
    """
    content = msgspec.json.decode(document, type=SeasonForecast)
    by_event: dict[str, dict[str, Any]] = {}
    for one in baselines:
        if one.horizon == horizon:
            by_event.setdefault(one.event_id, {})[one.name] = one.p_position
    found = []
    for event in content.predictions.values():
        metadata = event.metadata
        if event.scores is UNSET or event.result is UNSET or metadata.horizon is None:
            continue
        result = event.result.order
        order = [row.driver_id for row in result]
        rows = {row.driver_id: row for row in event.predictions}
        place = np.searchsorted(sorted(rows), order)
        found.append(
            RaceForecast(
                season=content.metadata.season,
                round=metadata.round,
                event_id=metadata.event_id,
                horizon=horizon,
                known=metadata.horizon,
                driver_ids=tuple(order),
                p_position=np.array([rows[driver].p_position for driver in order]),
                p_points=np.array([rows[driver].p_points for driver in order]),
                p_dnf=np.array([rows[driver].p_dnf for driver in order]),
                in_points=np.array([row.points > 0.0 for row in result]),
                retired=np.array([row.status is ResultStatus.DNF for row in result]),
                baselines={
                    name: p_position[place]
                    for name, p_position in by_event[metadata.event_id].items()
                },
            )
        )
    return tuple(found)


@dataclass(slots=True)
class BaselinePart(Part):
    """Reference models, walked over the races that have been run."""

    asked: SeasonAsked
    name: str = "baselines"

    def finish(self, board: Board) -> Iterator[Node]:
        """Forecast every finished race with each of them."""
        races = Literal(_finished_races(self.asked.season))
        inputs = {"past": board.get(RACES), "races": races}
        yield Node(BASELINES_NODE, _BASELINES, inputs, {"horizons": tuple(Horizon)})


def _finished_races(season: SeasonState) -> tuple[PastRace, ...]:
    found = ((weekend_of(event), race_outcome(event)) for event in season.events)
    return tuple(PastRace(weekend, outcome) for weekend, outcome in found if outcome is not None)


_BASELINES = Stage("baselines", 1, baseline_forecasts, tuple[BaselineForecast, ...])
