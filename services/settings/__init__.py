"""What a run is asked for and where it runs: limits, requests, constants, machine, log."""
