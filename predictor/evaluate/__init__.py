"""Scores of forecasts against results. Makes no forecast that is published.

Scores, calibration and paired differences live here, and the reference models that a
forecast is measured by; these share no filter with the product. May import everything below
`report`.
"""
