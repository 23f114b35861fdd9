"""Past seasons forecast again as of their day, scored, and drawn.

It runs the product and reads its document; learned models are handed to it. May import
`forecasting` and what is below it, never `calibration` beside it; matplotlib in `plots.py`.
"""
