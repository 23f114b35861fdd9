"""What a run is asked for and where it runs: limits, requests, constants, machine, log.

`config/` and options become checked values here, once. May import `disk`; the library is given
plain values and never comes here.
"""
