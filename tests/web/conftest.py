"""Published documents, made once, and a server that tests share which change nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from predictor.as_of import AsOf
from services.forecasting.one_run import run_job
from services.settings.run_request import RunRequest
from tests.backtesting.backtest_data import folder_of_seasons
from tests.forecasting.small_season import SmallSeason
from tests.web.server_process import ServerProcess

NAME = "season_2025_incremental.json"
SIMS = 120  # of the forecast below, per event and scenario


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """Two documents of one season as two runs published them: one race later."""
    season = SmallSeason(tmp_path_factory.mktemp("published") / "season")
    kept = []
    for number in range(2):
        if number:
            season.add("04-bahrain/qualifying.json")
            season.add("04-bahrain/race.json")
        season.run()
        kept.append(season.output.with_name(f"kept-{number}.json"))
        shutil.copy(season.output, kept[-1])
    return tuple(kept)


@pytest.fixture(scope="session")
def forecast(tmp_path_factory):
    """The request of a forecast of three real events, two of them run, as it was published.

    One driver has a weight in it already.
    """
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


@pytest.fixture
def folder(tmp_path, published):
    """An output folder in which the first document is published."""
    folder = tmp_path / "predictions"
    folder.mkdir()
    shutil.copy(published[0], folder / NAME)
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory, published):
    """A server of the first document, for tests that change nothing."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(published[0], folder / NAME)
    with ServerProcess(folder) as running:
        yield running.until_ready()


def publish(document: Path, folder: Path) -> None:
    """Put a document into an output folder as a run does, by a rename."""
    beside = folder / ".coming.tmp"
    shutil.copy(document, beside)
    beside.rename(folder / NAME)
