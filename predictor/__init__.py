"""The forecasting library: values in, values out.

Nothing in this package opens a file, a socket or a thread, reads a clock, prints or keeps
global random state; ``services`` does all of that. It may import no other package of the
product, and importing it loads NumPy and msgspec at most.
"""
