"""What the simulator takes: a belief, and the stage that forecasts from it."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.forecast.assemble import ScenarioForecast
from predictor.graph.part import Slot
from predictor.graph.plan import NodeRef, Stage
from predictor.graph.simulation.scenario import forecast_scenario

__all__ = ["BELIEF", "FORECAST", "Belief"]

FORECAST = Stage("forecast", 2, forecast_scenario, ScenarioForecast)


@dataclass(frozen=True, slots=True)
class Belief:
    """What forecasts rest on: a node, and the stage that forecasts from its value."""

    node: NodeRef
    forecast: Stage[ScenarioForecast]


BELIEF: Slot[Belief] = Slot("belief that forecasts rest on")
