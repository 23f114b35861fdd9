"""Forecast a Formula 1 season: ``python run_full_season_incremental.py --help``."""

from services.cli.main import forecast
from services.cli.process import run

if __name__ == "__main__":
    run(forecast)
