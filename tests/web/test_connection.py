"""Connections that cost too much: real sockets, real bytes, short limits."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
import uvicorn

from services.web.doors.connection import Rules, connection_class, sweep

HELLO = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BIG = b"x" * 2**24
PATIENCE_S = 60.0


async def app(scope, receive, send):
    """Answer after the body is there; ``/big`` with more than any buffer holds, ``/wait`` never."""
    if scope["path"] == "/wait":
        await asyncio.Event().wait()
    while (await receive()).get("more_body"):
        pass
    body = BIG if scope["path"] == "/big" else b"ok"
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


class Listening:
    """A server in this process, and how to talk to it."""

    def __init__(self, rules, server, port):
        self.rules, self.server, self.port = rules, server, port
        self.writers = []

    async def open(self, sent=b""):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        writer.write(sent)
        return reader, writer

    async def ask(self, sent):
        """Send; give all that comes until the server closes."""
        reader, _ = await self.open(sent)
        return await _rest(reader)

    @property
    def n_connections(self):
        return len(self.server.server_state.connections)

    async def until(self, condition):
        while not condition():
            await asyncio.sleep(0.01)


async def _rest(reader):
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := await reader.read(65536):
            received += chunk
    return received


def talk(dialogue, **limits):
    """Run a dialogue with a server under limits."""

    async def run():
        rules = Rules(**({"cap": 100} | limits))
        config = uvicorn.Config(
            app, http=connection_class(rules), ws="none", lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext
        listener = socket.create_server(("127.0.0.1", 0))
        task = asyncio.ensure_future(server.serve([listener]))

        async def sweeping():
            while True:
                await asyncio.sleep(0.01)
                sweep(server.server_state.connections)

        sweeper = asyncio.ensure_future(sweeping())
        try:
            while not server.started:
                await asyncio.sleep(0.01)
            talking = Listening(rules, server, listener.getsockname()[1])
            await asyncio.wait_for(dialogue(talking), PATIENCE_S)
        finally:
            sweeper.cancel()
            for writer in talking.writers:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()
            for one in tuple(server.server_state.connections):
                one.transport.abort()
            for one in tuple(server.server_state.tasks):
                one.cancel()
            server.should_exit = True
            await task

    asyncio.run(run())


def test_connection__headers_that_never_end_are_cut():
    async def dialogue(server):
        _, slow = await server.open(b"GET / HTTP/1.1\r\nHost: x\r\n")

        async def drip():
            with contextlib.suppress(ConnectionError):
                while True:
                    slow.write(b"a: b\r\n")
                    await slow.drain()
                    await asyncio.sleep(0.01)

        dripping = asyncio.ensure_future(drip())
        await server.until(lambda: server.rules.refused["slow headers"] == 1)
        await dripping
        assert server.n_connections == 0

    talk(dialogue, header_s=0.2)


def test_connection__one_that_says_nothing_is_cut():
    async def dialogue(server):
        reader, _ = await server.open()
        assert await _rest(reader) == b""
        assert server.rules.refused == {"slow headers": 1}

    talk(dialogue, header_s=0.1)


def test_connection__headers_that_never_end_behind_a_whole_request_are_cut():
    async def dialogue(server):
        reader, slow = await server.open(HELLO)
        await reader.readuntil(b"ok")
        slow.write(b"GET / HTTP/1.1\r\n")
        await slow.drain()
        await _rest(reader)
        assert server.rules.refused == {"slow headers": 1}

    talk(dialogue, header_s=0.1)


def test_connection__a_body_that_never_ends_is_cut():
    async def dialogue(server):
        await server.ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc")
        assert server.rules.refused == {"slow body": 1}

    talk(dialogue, body_s=0.1)


def test_connection__a_reader_that_takes_nothing_is_cut():
    async def dialogue(server):
        await server.open(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        await server.until(lambda: server.rules.refused["slow reader"] == 1)
        await server.until(lambda: server.n_connections == 0)

    talk(dialogue, write_s=0.2)


def test_connection__an_answer_under_way_is_not_cut_for_its_length():
    async def dialogue(server):
        reader, _ = await server.open(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        other = await server.ask(HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert other.endswith(b"ok")
        await asyncio.sleep(0.2)  # many times the limits
        assert not reader.at_eof()
        assert not server.rules.refused

    talk(dialogue, header_s=0.01, body_s=0.01, write_s=0.01)


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"x" * 20_000 + b"\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 4000 + b"\r\n",
     b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"x" * 200_000],
    ids=["one", "many", "address", "without end"],
)  # fmt: skip
def test_connection__headers_that_are_too_large_are_refused(sent):
    async def dialogue(server):
        answer = await server.ask(sent)
        assert answer.startswith(b"HTTP/1.1 431 ") or not answer  # reset, with bytes under way
        assert server.rules.refused["large headers"] == 1

    talk(dialogue)


def test_connection__headers_up_to_the_limit_are_taken():
    async def dialogue(server):
        long = (
            b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\na: " + b"x" * 16_000 + b"\r\n\r\n"
        )
        assert (await server.ask(long)).endswith(b"ok")

    talk(dialogue)


def test_connection__requests_without_end_on_one_are_refused():
    async def dialogue(server):
        await server.ask(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + HELLO * 1000)
        assert server.rules.refused == {"large headers": 1}

    talk(dialogue, pipelined=4)


@pytest.mark.parametrize(
    "sent",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\0" * 100,
     b"GET / HTTP/9.9\r\n\r\n", b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ids=["tls", "words", "zeros", "version", "address", "smuggled", "length"],
)  # fmt: skip
def test_connection__what_is_no_http_is_refused(sent):
    async def dialogue(server):
        assert (await server.ask(sent)).startswith(b"HTTP/1.1 400 ")
        assert server.rules.refused == {"not HTTP": 1}

    talk(dialogue)


def test_connection__a_full_server_lets_go_whoever_is_idle_longest():
    async def dialogue(server):
        busy, _ = await server.open(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        await server.until(lambda: len(server.server.server_state.tasks) == 1)
        oldest, _ = await server.open()
        await server.until(lambda: server.n_connections == 2)
        newer, _ = await server.open()
        await server.until(lambda: server.n_connections == 3)
        answer, _ = await server.open(HELLO)
        await answer.readuntil(b"ok")
        assert await _rest(oldest) == b""
        assert not busy.at_eof()
        assert not newer.at_eof()
        assert server.rules.refused == {"full": 1}

    talk(dialogue, cap=3)


def test_connection__a_server_full_of_busy_ones_takes_no_other():
    async def dialogue(server):
        for number in range(3):
            await server.open(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
            await server.until(lambda n=number: len(server.server.server_state.tasks) == n + 1)
        assert await server.ask(HELLO) == b""
        assert server.n_connections == 3

    talk(dialogue, cap=3)
