"""Outcome models that learn from past races what the filter misses, and their features."""
