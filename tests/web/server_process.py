"""A real server in a process of its own, and a client that says no more than it is told to."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.rules.sources import ROOT

# A wait ends with the fact waited for; only a test that fails waits so long, on any machine.
PATIENCE_S = 300.0


class Answer:
    """What came back: status, headers by lower-case name, body."""

    def __init__(self, got: http.client.HTTPResponse) -> None:
        self.status = got.status
        self.headers = {name.lower(): value for name, value in got.getheaders()}
        self.body = got.read()

    @property
    def text(self) -> str:
        return self.body.decode()


class ServerProcess:
    """Starts and ends one server; to be used in a ``with`` block.

    Parameters
    ----------
    folder : Path
        The output folder.
    options : str
        Further options of the command.
    environment : dict, optional
        Variables beside those of the tests.
    open_files : int, optional
        How many files the system lets it have open.
    """

    def __init__(
        self,
        folder: Path | None,
        *options: str,
        environment: dict[str, str] | None = None,
        open_files: int = 0,
    ):
        self.folder = folder
        self._options = options
        self._environment = environment or {}
        self._open_files = open_files
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    @classmethod
    def demo(cls, *options: str, environment: dict[str, str] | None = None) -> ServerProcess:
        """Give a server of the recorded weekend, which has a folder of its own."""
        return cls(None, "--demo", *options, environment=environment)

    def __enter__(self) -> ServerProcess:
        command = [sys.executable, "-m", "services", "serve"]
        command += ["--output-folder", str(self.folder)] if self.folder else []
        if self._open_files:
            command = ["prlimit", f"--nofile={self._open_files}:{self._open_files}", *command]
        self.process = subprocess.Popen(
            [*command, "--port", "0", *self._options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | self._environment,
        )
        line = self.process.stdout.readline()
        found = re.search(r"serving .* at http://.*:(\d+)/", line)
        if found is None:
            self.process.kill()
            raise AssertionError(line + self.process.communicate()[1])
        self.port = int(found[1])
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self, signum: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; give the exit code and what was said on stderr."""
        self.process.send_signal(signum)
        said = self.process.communicate(timeout=PATIENCE_S)[1]
        return self.process.returncode, said

    def get(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str):
        """Ask, with headers as ``if_none_match=...``."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, path, body=body, headers=named)
            return Answer(link.getresponse())
        finally:
            link.close()

    def until(self, path: str, condition: Callable[[Answer], object]) -> Answer:
        """Ask again until a condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            answer = self.get(path)
            if condition(answer):
                return answer
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.02)
        raise AssertionError(f"{path} never was as wanted: {answer.status} {answer.text[:2000]}")

    def until_ready(self) -> ServerProcess:
        """Wait for the first pages."""
        self.until("/readyz", lambda answer: answer.status == 200)
        return self

    @contextlib.contextmanager
    def connection(self) -> Iterator[socket.socket]:
        """Give a bare connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as link:
            yield link

    def raw(self, sent: bytes) -> bytes:
        """Send bytes as they are; give all that comes until the server closes."""
        with self.connection() as link:
            link.sendall(sent)
            return read_all(link)

    def figure(self, name: str) -> float:
        """Give a figure of ``/metrics``; 0 if it is not there."""
        found = re.search(rf"(?m)^{re.escape(name)} (\S+)$", self.get("/metrics").text)
        return float(found[1]) if found else 0.0


def read_all(link: socket.socket) -> bytes:
    """Give all that comes until the other side closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := link.recv(65536):
            received += chunk
    return received
