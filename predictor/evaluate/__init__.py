"""Scores of forecasts against results. Makes no forecast that is published.

Scores, calibration, paired differences and the judge of what is level live here, and the
reference models that a forecast is measured by; these share no filter with the product. May
import everything below `report`.
"""
