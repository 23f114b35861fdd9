"""A server that is asked about a published forecast."""

from __future__ import annotations

import pytest

from services.web.world_reader import read_world
from tests.web.server_process import ServerProcess

TOKEN = "a-token-that-nobody-guesses"  # noqa: S105 - it opens nothing


@pytest.fixture(scope="session")
def world(forecast):
    return read_world(forecast.folder)


@pytest.fixture(scope="session")
def asked_server(forecast):
    """A server with a token, for tests that publish nothing."""
    with ServerProcess(forecast.folder, environment={"F1_TOKEN": TOKEN}) as running:
        yield running.until_ready()
