"""The season document as the last node.

Holds its part of the graph. May import `predictor.report`, and what a part is.
"""
