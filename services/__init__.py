"""The house around the library: files, clocks, threads, processes, the command line.

Nothing here knows racing; what a number means is settled in ``predictor``.
"""

__version__ = "0.1.0"
