"""The forecasting library: values in, values out.

Nothing in this package opens a file, a socket or a thread, reads a clock or
keeps global random state; ``services`` does all of that.
"""
