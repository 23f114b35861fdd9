"""Beliefs about drivers and teams, updated race by race. Simulates nothing.

Filters of one-lap pace, race strength, form and retirements live here, and the sampled
posterior of whole seasons. May import `features` and what is below it, never `simulator` or
`learn` beside it; PyMC, nutpie and PyTensor in `model.py` alone, ArviZ in `diagnostics.py`.
"""
