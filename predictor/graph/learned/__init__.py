"""The ML layer as nodes: features, learned forecasts, their weight, and what is told of them.

Holds its stages' functions and its part of the graph. May import `predictor.learn`, the parts of
the filter and of the simulator, and what a part is.
"""
