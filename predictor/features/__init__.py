"""Session records as arrays. Holds no belief and no model.

One weekend as it was known at a horizon, how it ended, and how long its race is. May import
`season` and what is below it.
"""
