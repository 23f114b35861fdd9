"""Outcome models that learn from races what the filter misses. Reads and writes no file.

A trained model as a value, its card, and how it serves; the rooms below hold its features,
forecasts, training and monitoring. May import `bayes` and what is below it, never
`forecast`, which asks it.
"""
