"""Trained models made and compared, in pieces that a kill costs little of.

How a model learns is in `predictor.learn.training`; here are its data, processes and results.
May import everything below `daemon`.
"""
