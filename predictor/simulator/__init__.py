"""Lap-by-lap Monte Carlo simulation of races.

``race_inputs`` says what goes in, ``simulate`` runs it, ``outcomes`` is what comes out.
``reference`` is the same model, slow and readable. This package knows nothing of
forecasts: pace, hazards, grid and plans are given to it. May import ``random_streams`` and what
is below it, and numba.
"""

from predictor.simulator.simulate import warm

__all__ = ["warm"]
