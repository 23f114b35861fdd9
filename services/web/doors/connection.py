"""What one connection may cost: headers in time and in size, answers taken, room for others."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState as Uvicorn

__all__ = ["Connection", "Rules", "connection_class", "sweep"]


@dataclass(slots=True)
class Rules:
    """What all connections share.

    Attributes
    ----------
    cap : int
        Connections at most; beyond, the one that has been idle longest makes room.
    refused : Counter
        Connections refused or cut, by reason.
    header_bytes : int
        Of a request, its first line among them.
    header_s : float, s
        From the first byte, or the connection, to the end of the headers.
    body_s : float, s
        From there to the end of the body.
    write_s : float, s
        For a reader to take anything of what waits for it.
    pipelined : int
        Requests that may wait on one connection.
    """

    cap: int
    refused: Counter[str] = field(default_factory=Counter)
    header_bytes: int = 16 * 2**10
    header_s: float = 10.0
    body_s: float = 30.0
    write_s: float = 30.0
    pipelined: int = 16


class Connection(HttpToolsProtocol):
    """One connection, held to limits; those of time by `sweep`."""

    rules: Rules

    def __init__(
        self,
        config: Config,
        server_state: Uvicorn,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_headers = True
        self._n_bytes = 0  # of headers that are not complete
        self._stalled: float | None = None  # since when the other side takes nothing
        self._since = time.monotonic()  # when the request, or its body, began

    @property
    def is_idle(self) -> bool:
        """Whether no answer is under way."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let one in, at the cost of the one that has been idle longest if there is no room."""
        super().connection_made(transport)
        if len(self.connections) > self.rules.cap:
            idle = (one for one in self.connections if isinstance(one, Connection) and one.is_idle)
            min(idle, key=lambda one: one._since).cut("full")  # the new one is among them

    def data_received(self, data: bytes) -> None:
        """Take bytes, of headers only so many."""
        if self._in_headers:
            self._n_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._n_bytes > self.rules.header_bytes:
            self._refuse_headers()

    def on_message_begin(self) -> None:
        """Begin to wait for headers."""
        super().on_message_begin()
        self._in_headers = True
        self._since = time.monotonic()

    def on_headers_complete(self) -> None:
        """Begin to wait for the body, and to answer."""
        if self.transport.is_closing():
            return
        self._in_headers = False
        self._n_bytes = 0
        size = len(self.url) + sum(len(one) + len(two) + _BETWEEN for one, two in self.headers)
        if size > self.rules.header_bytes or len(self.pipeline) >= self.rules.pipelined:
            self._refuse_headers()
            return
        self._since = time.monotonic()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless the request is refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        if not self.transport.is_closing():
            super().on_message_complete()
        self._in_headers = True
        self._n_bytes = 0

    def pause_writing(self) -> None:
        """Note that the other side takes nothing."""
        self._stalled = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that it does again."""
        self._stalled = None
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        if not self.transport.is_closing():
            self.rules.refused["not HTTP"] += 1
            super().send_400_response(msg)

    def cut(self, reason: str) -> None:
        """End it at once."""
        self.rules.refused[reason] += 1
        self.transport.abort()

    def check(self, now: float) -> None:
        """Cut it if it breaks a limit of time."""
        rules, waits = self.rules, now - self._since
        if self._stalled is not None and now - self._stalled > rules.write_s:
            self.cut("slow reader")
        elif self.is_idle and self._in_headers and self._is_begun and waits > rules.header_s:
            self.cut("slow headers")
        elif not self.is_idle and self.cycle.more_body and waits > rules.body_s:
            self.cut("slow body")

    @property
    def _is_begun(self) -> bool:
        """Whether a request has begun; between two, the server's own limit of rest holds."""
        return self.cycle is None or self._n_bytes > 0

    def _refuse_headers(self) -> None:
        """Answer that headers are too large, and close."""
        if not self.transport.is_closing():
            self.rules.refused["large headers"] += 1
            self.transport.write(_TOO_LARGE)
            self.transport.close()


_BETWEEN = 4  # bytes of a header beside its name and value
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


def sweep(connections: Iterable[object]) -> None:
    """Cut connections that break a limit of time; to be called once a second or so."""
    now = time.monotonic()
    for one in tuple(connections):
        if isinstance(one, Connection):
            one.check(now)


def connection_class(rules: Rules) -> type[Connection]:
    """Return the class of connections that share rules."""
    return type("Connection", (Connection,), {"rules": rules})
