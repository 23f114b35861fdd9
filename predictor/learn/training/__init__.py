"""How a model is trained; the only place that borrows torch or LightGBM.

Races in, files of a model out, the same bytes for the same seed. No forecast loads it. May
import `learn.outcome`, `learn.features` and what is below them.
"""
