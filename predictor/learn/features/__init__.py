"""What a model is told of a driver before a race, counted from earlier races alone.

Definitions of the features, the ledger of the past that they are counted from, and one race as
a table. May import `bayes`, `features` and what is below them; no other room of `learn`.
"""
