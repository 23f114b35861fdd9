"""Forecasts as the season document. Computes no probability of its own.

Its rows and notes, one simulated race told, and the counts of shards. May import
everything below `graph`: it shows scores, so it stands above `evaluate`.
"""
