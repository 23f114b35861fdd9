"""Forecast a Formula 1 season: ``python run_full_season_incremental.py --help``."""

from services.cli import forecast
from services.process import run

if __name__ == "__main__":
    run(forecast)
