"""The belief of the online filter, race by race, as nodes.

Holds what is folded and its part of the graph. May import `predictor.bayes`, and what a part is.
"""
