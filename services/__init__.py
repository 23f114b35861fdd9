"""The house around the library: files, clocks, threads, processes, the command line.

Nothing here knows racing; what a number means is settled in ``predictor``, which it may import
and which never imports it.
"""

__version__ = "0.1.0"
