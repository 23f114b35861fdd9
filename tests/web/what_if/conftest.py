"""A server that is asked about a published forecast."""

from __future__ import annotations

import pytest

from services.web.world_reader import read_world
from tests.web.server_process import PATIENCE_S, ServerProcess

TOKEN = "a-token-that-nobody-guesses"  # noqa: S105 - it opens nothing


@pytest.fixture(scope="session")
def world(forecast):
    return read_world(forecast.folder)


@pytest.fixture(scope="session")
def asked_server(forecast, tmp_path_factory):
    """A server with a token, for tests that publish nothing; it waits for kernels to compile."""
    settings = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings.write_text(f"[what_if]\nseconds = {PATIENCE_S}\n", encoding="utf-8")
    options = ("--settings", str(settings))
    with ServerProcess(forecast.folder, *options, environment={"F1_TOKEN": TOKEN}) as running:
        yield running.until_ready()
