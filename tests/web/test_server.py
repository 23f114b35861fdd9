"""A real server, asked over real sockets."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import subprocess
import sys

import pytest

from tests.rules.sources import ROOT
from tests.web.conftest import publish
from tests.web.server_process import PATIENCE_S, ServerProcess, read_all


def test_server__a_page_is_asked_again_at_the_price_of_its_tag(server):
    first = server.get("/2025")
    assert first.status == 200
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    again = server.get("/2025", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_server__packed_bytes_have_a_tag_of_their_own(server):
    plain = server.get("/2025")
    packed = server.get("/2025", accept_encoding="br, gzip;q=0.5")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "accept-encoding"
    assert "content-encoding" not in server.get("/2025", accept_encoding="gzip;q=0").headers


def test_server__head_tells_what_get_would_and_sends_nothing(server):
    told, sent = server.get("/2025", method="HEAD"), server.get("/2025")
    assert told.body == b""
    assert told.headers["content-length"] == str(len(sent.body))


@pytest.mark.parametrize(
    "tag", ['W/"{}"', '"other", "{}"', "*", '"{}-gzip"'], ids=["weak", "list", "any", "packed"]
)
def test_server__every_form_of_a_tag_that_holds_is_answered_304(server, tag):
    name = server.get("/2025").headers["etag"].strip('"')
    assert server.get("/2025", if_none_match=tag.format(name)).status == 304


@pytest.mark.parametrize("tag", ["", '"', '"other"', "\xff\xfe", ",,,,", "W/", '"' * 5000])
def test_server__a_tag_that_is_none_gets_the_page(server, tag):
    assert server.get("/2025", if_none_match=tag).status == 200


def test_server__a_query_that_a_page_does_not_know_changes_nothing(server):
    assert server.get("/2025?utm_source=x").body == server.get("/2025").body
    assert server.get("/2025?x=1&hide=results").body == server.get("/2025?hide=results").body


def test_server__styles_are_kept_for_ever_under_the_name_of_their_content(server):
    page = server.get("/2025").text
    address = page.partition('href="/static/page.')[2].partition('"')[0]
    style = server.get(f"/static/page.{address}")
    assert style.status == 200
    assert "immutable" in style.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
     "/2025/../../etc/passwd", "/2025%00", "/static/", "/events/..%2f..%2fetc%2fpasswd"],
)  # fmt: skip
def test_server__a_path_leads_to_no_file(server, path):
    answer = server.get(path)
    assert answer.status == 404
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "127.0.0.1:x",
     "[::1", "localhost@evil.example", "127.0.0.1, evil.example", "2130706433"],
)  # fmt: skip
def test_server__a_host_of_another_name_is_sent_away(server, host):
    answer = server.raw(f"GET /2025 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 421 ")
    assert b"<title>" not in answer


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "[::1]:8000", "127.0.0.1"])
def test_server__this_machine_is_known_by_all_its_names(server, host):
    answer = server.raw(f"GET /2025 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_server__no_host_or_two_are_no_request(server):
    for hosts in ("", "Host: localhost\r\nHost: evil.example\r\n"):
        answer = server.raw(f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 400 ")


def test_server__every_answer_says_what_a_browser_may_do_with_it(server):
    for path in ("/2025", "/nothing", "/healthz", "/v1/nothing", "/metrics"):
        headers = server.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_server__other_origins_may_read_the_api_and_no_page(server):
    assert server.get("/v1/nothing").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in server.get("/2025").headers
    asked = server.get("/v1/x", method="OPTIONS", origin="https://a.example")
    assert asked.status == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD"


def test_server__what_is_not_there_is_a_page_to_people_and_json_to_programs(server):
    page, told = server.get("/nothing"), server.get("/v1/nothing")
    assert page.status == told.status == 404
    assert "<h1>There is nothing here</h1>" in page.text
    assert told.headers["content-type"] == "application/problem+json"
    assert json.loads(told.body)["status"] == 404
    assert server.get("/2025", method="POST", body=b"x").headers["allow"] == "GET, HEAD"


def test_server__a_published_document_is_on_the_page_and_told_once(folder, published):
    with ServerProcess(folder) as server, server.until_ready().connection() as link:
        link.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = _until(link, b"retry:")
        publish(published[1], folder)
        received = _until(link, b"\n\n", _until(link, b"event: forecast", received))
        assert received.count(b"event: forecast") == 1
        told = json.loads(received.partition(b"data: ")[2].partition(b"\n")[0])
        assert told["season"] == 2025
        assert "2025-bahrain" in told["changed"]
        assert told["text"]


def test_server__a_taken_port_is_told_in_four_lines(server, folder):
    command = [sys.executable, "-m", "services", "serve", "--output-folder", str(folder)]
    done = subprocess.run(
        [*command, "--port", str(server.port)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 75
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == "AddressNotFree: another process listens there"
    assert f"--port {server.port}" in done.stderr
    assert "do: " in done.stderr


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_server__a_signal_ends_it_and_its_streams(folder, signum):
    with ServerProcess(folder) as server, server.until_ready().connection() as link:
        link.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = _until(link, b"retry:")
        code, said = server.stop(signum)
        assert (code, said) == (0, "")
        assert (received + read_all(link)).endswith(b"0\r\n\r\n")  # the stream's regular end


def _until(link: socket.socket, wanted: bytes, received: bytes = b"") -> bytes:
    while wanted not in received:
        chunk = link.recv(65536)
        assert chunk, received
        received += chunk
    return received
