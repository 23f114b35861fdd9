"""The parts of a forecast, in the order in which they are asked for nodes.

A new part is one line here. Each maker chooses by the options; the document comes after all.
"""

from __future__ import annotations

from predictor.graph.belief.part import filter_part
from predictor.graph.learned.part import learned_part
from predictor.graph.part import MakePart
from predictor.graph.sampled.part import sampled_part
from predictor.graph.simulation.part import simulation_part

__all__ = ["PARTS"]

PARTS: tuple[MakePart, ...] = (filter_part, sampled_part, simulation_part, learned_part)
