"""Constants and session files made from other people's data.

Reads laps and results that are not shipped and writes `config/` and `race-data/`; no forecast
comes here. May import `forecasting` and what is below it, never `backtesting` beside it.
"""
