"""Forecast a Formula 1 season: ``python run_full_season_incremental.py --help``."""

import sys

from services.cli import forecast, main

if __name__ == "__main__":
    sys.exit(main(forecast))
