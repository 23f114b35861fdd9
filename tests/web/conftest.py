"""Published documents, made once, and a server that tests share which change nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.forecasting.small_season import SmallSeason
from tests.web.server_process import ServerProcess

NAME = "season_2025_incremental.json"


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
