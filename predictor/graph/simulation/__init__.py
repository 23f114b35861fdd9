"""The simulated races of every event and scenario, as nodes.

Holds one simulated scenario and its part of the graph. May import `predictor.bayes`,
`predictor.forecast`, and what a part is.
"""
