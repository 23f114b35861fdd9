"""Scores of forecasts against results. Makes no forecast."""
