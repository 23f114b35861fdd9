"""Many readers at once: as many as there is room for, and what they cost the server."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from benchmarks.serving import SERVING_LIMITS, measure_serving
from tests.web.conftest import publish
from tests.web.server_process import ServerProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, sets limits")

LISTEN = b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
HELLO = b"GET /2025 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def until(link, wanted):
    received = b""
    while wanted not in received:
        chunk = link.recv(65536)
        assert chunk, received
        received += chunk
    return received


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="no prlimit")
def test_server__more_streams_than_there_is_room_for_are_told_to_come_back(folder):
    with ServerProcess(folder, open_files=250) as server:
        server.until_ready()
        links = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
        for link in links:
            link.sendall(LISTEN)
            until(link, b"retry:")
        answer = server.get("/v1/stream")
        assert answer.status == 503
        assert answer.headers["retry-after"] == "30"
        assert server.get("/2025").status == 200
        links.pop().close()
        for link in links:
            link.close()
        server.until("/metrics", lambda answer: "f1_web_streams 0\n" in answer.text)
        assert open_files(server.pid) < 60


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="no prlimit")
def test_server__more_connections_than_it_may_have_open_leave_it_at_work(folder):
    with ServerProcess(folder, open_files=250) as server:
        server.until_ready()
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(400)]
        assert server.raw(HELLO).startswith(b"HTTP/1.1 200 ")
        assert open_files(server.pid) < 250
        assert server.figure('f1_web_refused_total{reason="full"}') > 200
        for link in idle:
            link.close()


def open_files(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_serving__costs_no_more_than_is_promised(published, tmp_path):
    """Costs are the server's own processor time, whatever else the machine does."""
    document = tmp_path / "document.json"
    shutil.copy(published[0], document)
    found = measure_serving(document, load_s=1, n_streams=200, idle_s=1.0)
    for name in ("not_modified_per_cpu_s", "cold_start_cpu_s", "streams_rss_mib"):
        word, limit = SERVING_LIMITS[name]
        assert found[name] >= limit if word == "at least" else found[name] <= limit, found
    assert found["streams"] == 200


@pytest.mark.soak
def test_server__ten_thousand_connections(folder, published):
    """Most say nothing, some ask, a thousand listen; the folder changes meanwhile."""
    if os.sysconf("SC_OPEN_MAX") < 11_000:
        import resource  # noqa: PLC0415

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard < 11_000:
            pytest.skip("the system lends this process too few open files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (11_000, hard))

    async def run(server):
        listening = []
        for _ in range(800):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(LISTEN)
            await reader.readuntil(b"retry: 3000\n")
            listening.append((reader, writer))
        silent = []
        for number in range(9_200):
            silent.append(await asyncio.open_connection("127.0.0.1", server.port))
            if number % 100 == 0:
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                writer.write(HELLO)
                assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
                writer.close()
        publish(published[1], server.folder)
        for reader, _ in listening:
            await reader.readuntil(b"event: forecast\n")
        for _, writer in (*listening, *silent):
            writer.close()

    with ServerProcess(folder) as server:
        server.until_ready()
        asyncio.run(run(server))
        server.until("/metrics", lambda answer: "f1_web_connections 1\n" in answer.text)
        assert server.get("/2025").status == 200
        assert rss_mib(server.pid) < 200


def rss_mib(pid):
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20
