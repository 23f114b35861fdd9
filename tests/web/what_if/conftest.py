"""A published forecast of three real events, two of them run, and a server that is asked."""

from __future__ import annotations

import pytest

from predictor.as_of import AsOf
from services.forecasting.one_run import run_job
from services.settings.run_request import RunRequest
from services.web.world_reader import read_world
from tests.backtesting.backtest_data import folder_of_seasons
from tests.web.server_process import ServerProcess

TOKEN = "a-token-that-nobody-guesses"  # noqa: S105 - it opens nothing
SIMS = 120


@pytest.fixture(scope="session")
def forecast(tmp_path_factory):
    """The request of a forecast that was published; one driver has a weight in it already."""
    folder = tmp_path_factory.mktemp("asked")
    request = RunRequest(
        train_data=folder_of_seasons(folder) / "2025",
        output=folder / "predictions" / "season_2025_incremental.json",
        n_simulations=SIMS,
        as_of=AsOf(round=2),
        driver_weights={"HAM": 1.5},
        incremental=True,
    )
    run_job(request)
    return request


@pytest.fixture(scope="session")
def world(forecast):
    return read_world(forecast.folder)


@pytest.fixture(scope="session")
def asked_server(forecast):
    """A server with a token, for tests that publish nothing."""
    with ServerProcess(forecast.folder, environment={"F1_TOKEN": TOKEN}) as running:
        yield running.until_ready()
