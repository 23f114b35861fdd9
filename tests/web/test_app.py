"""The way of a request: what is not there yet, what fails, what is too much, what is logged."""

from __future__ import annotations

import asyncio
import json
import logging
import re

import pytest
from starlette.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.routing import Route

from predictor.errors import UsageError
from services.settings.logs import LOG
from services.web.plug import Plug
from services.web.problems import Problem
from services.web.snapshot import make_snapshot
from services.web.world import World
from services.web.world_reader import WorldReader
from tests.web.asked import ask, state_of


@pytest.fixture
def state(tmp_path):
    """A server that has made the pages of an empty folder."""
    made = state_of(tmp_path)
    made.take(make_snapshot(World(output=tmp_path)), [])
    return made


def plug(handler, *, method="GET", max_body=10):
    return Plug(Route("/v1/x", handler, methods=[method]), max_body)


def test_app__while_pages_are_being_made_it_says_so_and_when_to_ask_again(tmp_path):
    state = state_of(tmp_path)
    for address in ("/", "/2025", "/2025?hide=results", "/what-if"):
        answer = ask(state, address)
        assert answer.status == 503
        assert "The pages are being made" in answer.text
        assert "has been published" not in answer.text.partition("<main")[2]
        assert answer.headers["retry-after"] == answer.headers["refresh"] == "1"
    told = ask(state, "/readyz")
    assert told.status == 503
    assert json.loads(told.body)["status"] == 503
    assert ask(state, "/healthz").status == 200
    assert ask(state, "/metrics").status == 200


def test_app__the_page_that_says_so_has_its_styles_and_tells_of_no_forecast(tmp_path):
    state = state_of(tmp_path)
    text = ask(state, "/2025").text
    styles = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    assert len(styles) == 4
    assert [ask(state, address).status for address in styles] == [200] * 4
    assert "No forecast" not in text
    assert "<strong>Do:</strong> wait a moment" in text


def test_app__an_address_without_a_page_says_what_to_do(state):
    answer = ask(state, "/2052")
    assert answer.status == 404
    assert "mistyped" in answer.text
    assert "<strong>Do:</strong> start at the front page" in answer.text


def test_app__of_an_empty_folder_says_that_nothing_is_published_and_what_to_do(state):
    answer = ask(state, "/")
    assert answer.status == 200
    assert "<h1>No forecast has been published yet</h1>" in answer.text
    assert "python -m services watch" in answer.text
    assert ask(state, "/readyz").status == 200


def test_app__probes_are_answered_whatever_the_host(state):
    for address in ("/healthz", "/readyz"):
        assert ask(state, address, host="10.0.0.7:8000").status == 200
    assert ask(state, "/metrics", host="10.0.0.7:8000").status == 421


def test_app__a_public_address_and_allowed_hosts_are_let_in(tmp_path):
    state = state_of(tmp_path, public_url="https://f1.example/", allowed_hosts=("Other.Example",))
    for host in ("f1.example", "other.example:8000", "localhost"):
        assert ask(state, "/metrics", host=host).status == 200
    assert ask(state, "/metrics", host="third.example").status == 421


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(Problem(409, "moved on", do="ask again"), 409, "moved on"),
     (UsageError("no such driver", do="name another"), 422, "no such driver"),
     (ZeroDivisionError("secret"), 500, "a fault of this server")],
)  # fmt: skip
def test_app__what_a_handler_raises_is_an_answer(state, error, status, words):
    def fail(_request):
        raise error

    answer = ask(state, "/v1/x", plugs=[plug(fail)])
    assert answer.status == status
    told = json.loads(answer.body)
    assert words in told["detail"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_app__half_an_answer_is_cut_and_does_not_look_whole(state):
    async def parts():
        yield b"half"
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        ask(state, "/v1/x", plugs=[plug(lambda _request: StreamingResponse(parts()))])


def test_app__every_computed_answer_has_the_headers_of_every_answer(state):
    for response in (PlainTextResponse("x"), RedirectResponse("/")):
        answer = ask(state, "/v1/x", plugs=[plug(lambda _request, r=response: r)])
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def echo(request):
    return PlainTextResponse(await request.body())


@pytest.mark.parametrize(
    ("body", "headers"),
    [((b"x" * 11,), {}), ((b"x" * 6, b"x" * 6), {}), ((b"x",), {"content_length": "11"}),
     ((b"x",), {"content_length": "9" * 30})],
)  # fmt: skip
def test_app__too_large_a_body_is_refused_however_it_comes(state, body, headers):
    posted = plug(echo, method="POST")
    answer = ask(state, "/v1/x", plugs=[posted], method="POST", body=body, **headers)
    assert answer.status == 413
    assert answer.headers["connection"] == "close"


def test_app__a_body_up_to_the_limit_is_taken(state):
    posted = plug(echo, method="POST")
    answer = ask(state, "/v1/x", plugs=[posted], method="POST", body=(b"x" * 5, b"y" * 5))
    assert (answer.status, answer.body) == (200, b"xxxxxyyyyy")


def test_app__another_method_is_told_which_ones_there_are(state):
    answer = ask(state, "/v1/x", plugs=[plug(echo, method="POST")])
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert ask(state, "/", method="DELETE").headers["allow"] == "GET, HEAD"


def test_app__a_flood_of_parameters_is_refused(state):
    query = "&".join(f"a{number}=1" for number in range(100))
    assert ask(state, f"/v1/stream?{query}").status == 400
    assert ask(state, f"/nothing?{query}").status == 404


def test_app__the_access_log_holds_no_secret(tmp_path):
    records = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())
    LOG.addHandler(handler)
    level = LOG.level
    LOG.setLevel(logging.INFO)
    try:
        state = state_of(tmp_path, access_log=True)
        ask(state, "/nothing?token=geheim", authorization="Bearer geheim", cookie="geheim")
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(level)
    assert records == ["192.0.2.7 GET /nothing 503"]


def test_app__figures_tell_answers_and_refusals(state):
    ask(state, "/nothing")
    ask(state, "/", host="evil.example")
    text = ask(state, "/metrics").text
    assert 'f1_web_answers_total{status="404"} 1' in text
    assert 'f1_web_answers_total{status="421"} 1' in text
    assert 'f1_web_refused_total{reason="host"} 1' in text
    assert "# TYPE f1_web_streams gauge\nf1_web_streams 0" in text


def test_app__pages_of_problems_are_made_once(state):
    first, second = ask(state, "/nothing"), ask(state, "/other")
    assert first.body == second.body


def test_take_soon__a_run_that_the_loop_has_not_taken_yet_is_told_once(state, published):
    folder = state.settings.folder

    async def run():
        loop = asyncio.get_running_loop()
        reader = WorldReader(folder)
        for number in (0, 1, 0):
            (folder / "season_2025_incremental.json").write_bytes(published[number].read_bytes())
            state.take_soon(loop, make_snapshot(reader.look()))
        await asyncio.sleep(0)

    asyncio.run(run())
    told = [json.loads(message.plain)["changed"] for message in state.hub._kept]
    assert told == [["2025-bahrain"], ["2025-bahrain"]]
