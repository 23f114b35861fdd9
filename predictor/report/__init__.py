"""Forecasts as the season document. Computes no probability of its own."""
