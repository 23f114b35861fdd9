"""The client for Python asks a real server; types for TypeScript say what the description says."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys

import pytest

from services.web.api.clients.__main__ import main
from services.web.api.clients.files import client_files
from services.web.api.openapi import openapi
from tests.rules.sources import ROOT
from tests.web.api.conftest import PAST
from tests.web.conftest import publish
from tests.web.server_process import ServerProcess


@pytest.fixture(scope="module")
def module():
    """The client as it lies in ``clients/``."""
    name = "f1_forecast_client"
    spec = importlib.util.spec_from_file_location(name, ROOT / "clients" / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    yield loaded
    del sys.modules[name]


@pytest.fixture(scope="module")
def served(archived, tmp_path_factory):
    folder = tmp_path_factory.mktemp("of-clients") / "served"
    shutil.copytree(archived.world.output, folder)
    with ServerProcess(folder) as server:
        yield server.until_ready()


@pytest.fixture
def client(module, served):
    return module.Client(f"http://127.0.0.1:{served.port}")


def test_client__gives_what_the_server_says(client, archived):
    assert client.list_seasons() == archived.json("/v1/seasons")
    assert client.get_event("2025-miami") == archived.json("/v1/events/2025-miami")
    wet = client.get_forecast("2025-miami", scenario="wet", session="sprint")
    assert wet == archived.json("/v1/events/2025-miami/forecast?scenario=wet&session=sprint")
    assert client.get_season_document(PAST)["metadata"]["season"] == PAST
    assert client.get_diff(moved=True)["data"] == archived.json("/v1/diff?moved=true")["data"]
    assert client.is_alive() == "ok\n"


def test_client__follows_the_pages_to_the_last_row(client, module, archived, monkeypatch):
    monkeypatch.setattr(module, "_MOST_ROWS", 3)
    for rows, address in (
        (client.list_events(status="scheduled"), "/v1/events?status=scheduled"),
        (client.list_runs(order="newest"), "/v1/runs?order=newest"),
        (client.list_history("2025-first"), "/v1/history?event_id=2025-first"),
    ):
        assert list(rows) == archived.json(address)["data"]


def test_client__asks_for_nothing_twice_that_has_not_changed(client, served):
    def unchanged():
        return served.figure('f1_web_answers_total{status="304"}')

    first = client.get_event("2025-japan")
    before = unchanged()
    assert client.get_event("2025-japan") == first
    assert unchanged() == before + 1


def test_client__has_tables(client, archived):
    table = client.csv("/v1/drivers", season=2025)
    assert table == archived.ask("/v1/drivers?season=2025&format=csv").text


def test_client__a_problem_is_raised_with_its_kind_and_what_to_do(client, module):
    with pytest.raises(module.Problem) as caught:
        client.get_event("2025-nowhere")
    assert (caught.value.status, caught.value.type) == (404, "/api#unknown-id")
    assert "GET /v1/events" in caught.value.do
    with pytest.raises(module.Problem, match="422"):
        client.ask_what_if({"driver_weights": {"Fangio": 1.1}})
    with pytest.raises(ValueError, match="http"):
        module.Client("file:///etc/passwd")


def test_client__hears_of_a_run_that_is_published(module, tmp_path, forecasts):
    folder = tmp_path / "published"
    folder.mkdir()
    first, second = (tmp_path / f"{number}.json" for number in range(2))
    first.write_bytes(forecasts[0])
    second.write_bytes(forecasts[1])
    publish(first, folder)
    with ServerProcess(folder) as server:
        server.until_ready()
        news = module.Client(f"http://127.0.0.1:{server.port}").follow("0")
        assert next(news)[1] == "resync"  # what 0 has missed is not kept
        publish(second, folder)
        _, kind, data = next(news)
        assert (kind, data["season"]) == ("forecast", 2025)
        news.close()
    assert data["run_id"] == json.loads(forecasts[1])["metadata"]["run"]["run_id"]


def test_clients__are_written_where_they_are_asked_for(tmp_path):
    main(str(tmp_path / "here"))
    for name, text in client_files().items():
        assert (tmp_path / "here" / name).read_text(encoding="utf-8") == text


def test_server__hands_the_clients_out(archived):
    for name, text in client_files().items():
        answer = archived.ask(f"/api/{name}")
        assert (answer.status_code, answer.text) == (200, text)


def test_types__have_every_field_of_every_answer():
    text = client_files()["f1_forecast_types.ts"]
    for name, schema in openapi()["components"]["schemas"].items():
        if "properties" in schema:
            block = text.partition(f"export interface {name} {{\n")[2].partition("\n}\n")[0]
            for field in schema["properties"]:
                mark = "" if field in schema["required"] else "?"
                assert f"  {field}{mark}: " in block or f'  "{field}"{mark}: ' in block, name
        else:
            assert f"export type {name} = " in text


def test_types__are_typescript(tmp_path):
    compiler = shutil.which("tsc")
    if compiler is None:
        pytest.skip("no TypeScript compiler here: tsc is not in the path")
    shutil.copy(ROOT / "clients" / "f1_forecast_types.ts", tmp_path)
    command = [compiler, "--noEmit", "--strict", "f1_forecast_types.ts"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
