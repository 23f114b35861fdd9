"""A real web server on this machine that takes webhooks as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """One request."""

    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers requests one after another as given, the last answer for ever.

    Parameters
    ----------
    answers : sequence
        Status codes; 0 closes the connection without an answer.
    """

    def __init__(self, answers: Sequence[int] = (200,), retry_after: str = "") -> None:
        self.taken: list[Taken] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                place = min(len(receiver.taken), len(answers) - 1)
                receiver.taken.append(Taken(dict(self.headers), body))
                if not answers[place]:
                    self.close_connection = True
                    return
                self.send_response(answers[place])
                if retry_after:
                    self.send_header("Retry-After", retry_after)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook?key=k"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
