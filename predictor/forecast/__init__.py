"""Beliefs, season and scenario become race inputs and odds. Runs no clock, reads no file.

Posterior draws, scenarios and their odds, user weights, title odds and the blend with a
learned forecast live here. May import `bayes`, `simulator`, `learn` and what is below them,
never `evaluate` or `report`.
"""
