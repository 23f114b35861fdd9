"""Records of many files -> one state per season, and its points.

`fold.fold` is the way in; `state.EventState` and `state.SeasonState` are what the rest of the
library reads. Reads no file and knows no provider's format (that is `predictor.formats`). May
import `records` and what is below it. This page imports nothing: what reads a state would reach
the whole fold.
"""
