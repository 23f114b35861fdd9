"""The API in the process of the test: an application over a world that tests share."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest

from predictor.as_of import AsOf
from predictor.graph.season_plan import build_plan
from predictor.vocabulary import Horizon
from services.forecasting.one_run import run_job
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from services.web.app import App
from services.web.live import Hub
from services.web.server_state import ServerState
from services.web.settings import ServeSettings
from services.web.snapshot import make_snapshot
from services.web.world_reader import read_world
from tests.archive.small_archive import SmallArchive, one_event
from tests.rules.sources import ROOT
from tests.web.conftest import NAME

SIMS = 60  # per event and scenario
PAST = 2024  # a season that is archived and not published
SCHEMATHESIS = "testserver"  # how it calls every server


class Reply:
    """What came back: status, headers by lower-case name, body as it was before it was packed."""

    def __init__(self, messages) -> None:
        start, *parts = messages
        self.status_code = start["status"]
        self.headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        self.sent = b"".join(part["body"] for part in parts)
        is_packed = self.headers.get("content-encoding") == "gzip"
        self.content = gzip.decompress(self.sent) if is_packed and self.sent else self.sent

    @property
    def text(self):
        return self.content.decode()

    def json(self):
        return json.loads(self.content)


class Api:
    """Asks an application as its server does."""

    def __init__(self, folder, **world) -> None:
        settings = ServeSettings(folder, allowed_hosts=(SCHEMATHESIS,))
        self.state = ServerState(settings, Hub(2))
        self.world = replace(read_world(folder), **world)
        self.state.take(make_snapshot(self.world), [])
        self.app = App(self.state)
        self._runner = asyncio.Runner()

    def ask(self, address, *, method="GET", body=b"", **headers):
        return self._runner.run(self.asked(address, method=method, body=body, **headers))

    async def asked(self, address, *, method="GET", body=b"", **headers):
        path, _, query = address.partition("?")
        named = {"host": "localhost", **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": unquote(path),
            "query_string": query.encode(),
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in named.items()],
        }
        messages = []

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            messages.append(message)

        await self.app(scope, receive, send)
        return Reply(messages)

    def json(self, address):
        answer = self.ask(address)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        self.state.desk.close()
        if self.world.archive is not None:
            self.world.archive.close()
        self._runner.close()


@pytest.fixture(scope="session")
def forecasts(tmp_path_factory):
    """Documents of 2025 as two real runs published them, after rounds 3 and 5, of few races."""
    output = tmp_path_factory.mktemp("forecasts") / NAME
    kept = []
    for known_round in (3, 5):
        request = RunRequest(
            ROOT / "race-data" / "2025",
            output,
            ROOT / "race-data",
            n_simulations=SIMS,
            as_of=AsOf(round=known_round),
            incremental=True,
        )
        run_job(request, Limits(), build_plan)
        kept.append(output.read_bytes())
    return tuple(kept)


@pytest.fixture(scope="session")
def api(tmp_path_factory, forecasts):
    """The later document, without an archive: five races run, Miami with its sprint next."""
    folder = tmp_path_factory.mktemp("api")
    (folder / NAME).write_bytes(forecasts[-1])
    made = Api(folder)
    yield made
    made.close()


@pytest.fixture(scope="session")
def document(forecasts):
    """The document that the API answers from."""
    return json.loads(forecasts[-1])


@pytest.fixture(scope="session")
def archived(tmp_path_factory, forecasts):
    """The later document beside an archive: of both forecasts, and of a past season."""
    folder = tmp_path_factory.mktemp("archived")
    (folder / NAME).write_bytes(forecasts[-1])
    small = SmallArchive(folder / "archive.sqlite")
    for payload in forecasts:
        small.take(payload)
    for number in range(1, 8):
        small.add(
            f"past{number}",
            one_event(1, Horizon.BEFORE_WEEKEND, p_win=number / 10),
            one_event(2, Horizon.BEFORE_WEEKEND, p_win=0.5),
            published_at=f"2025-03-13T0{number}:00:00Z",
            season=PAST,
            as_of=f"2025-03-13T0{number}:00:00Z",
        )
    small.add(
        "past8",
        one_event(1, Horizon.AFTER_QUALIFYING, p_win=0.8, order=("AAA", "BBB")),
        one_event(2, Horizon.BEFORE_WEEKEND, p_win=0.7),
        published_at="2025-03-16T08:00:00Z",
        season=PAST,
    )
    small.close()
    made = Api(folder)
    yield made
    made.close()
