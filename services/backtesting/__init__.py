"""Past seasons forecast again as of their day, scored, and drawn.

It runs the product and reads its document; no season has a model of its own here. May import
`forecasting` and what is below it, never `calibration` beside it; matplotlib in `plots.py`.
"""
