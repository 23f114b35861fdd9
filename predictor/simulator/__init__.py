"""Lap-by-lap Monte Carlo simulation of races.

``race_inputs`` says what goes in, ``simulate`` runs it, ``outcomes`` is what comes out.
``reference`` is the same model, slow and readable. This package knows nothing of
forecasts: pace, hazards, grid and plans are given to it. The only room that borrows numba; may
import `random_streams` and what is below it. This page imports nothing: what prepares a race would
reach the kernels.
"""
