"""An application asked in the process of the test, as its server asks it."""

from __future__ import annotations

import asyncio

from services.web.app import App
from services.web.live import Hub
from services.web.server_state import ServerState
from services.web.settings import ServeSettings

__all__ = ["Reply", "ask", "state_of"]


class Reply:
    """What came back: status, headers by lower-case name, body."""

    def __init__(self, messages):
        self.status = messages[0]["status"]
        self.headers = {k.decode(): v.decode("latin-1") for k, v in messages[0]["headers"]}
        self.body = b"".join(part["body"] for part in messages[1:])

    @property
    def text(self):
        return self.body.decode()


def state_of(folder, **settings):
    """Give the state of a server that has made no pages yet."""
    return ServerState(ServeSettings(folder, **settings), Hub(2))


def ask(state, address, *, plugs=(), method="GET", body=(b"",), **headers):
    """Ask once; ``body`` is sent in these parts."""
    path, _, query = address.partition("?")
    named = {"host": "localhost", **headers}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in named.items()],
        "client": ("192.0.2.7", 5),
    }
    messages = []
    parts = list(body)

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        messages.append(message)

    asyncio.run(App(state, plugs)(scope, receive, send))
    return Reply(messages)
