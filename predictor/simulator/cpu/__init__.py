"""The race kernel compiled by Numba for processors.

Loops and memory of many races side by side; every rule comes from `physics.py` and `drawn.py`.
May import what lies at the top of `simulator`, never `cuda` beside it.
"""
