"""The sampled posterior as the belief that forecasts rest on, as nodes.

Holds its part of the graph. May import `predictor.bayes`, the parts of the filter and of the
simulator, and what a part is.
"""
