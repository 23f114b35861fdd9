"""Constants of circuits and pit crews, fitted from laps, stops and results.

Arrays of past races go in, numbers with their standard deviations come out; `services` reads
the laps and writes the files. May import `simulator` and `features` and what is below them,
never `forecast` beside it.
"""
