"""A real browser, and a server of the recorded weekend halfway through; skipped without either."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.recorded_server import N_DROPS
from tests.rules.sources import ROOT
from tests.waiting import until

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Error, sync_playwright


class Served:
    """A running server, whose next drop comes when it is told to."""

    def __init__(self, process, url):
        self.url = url
        self._process = process

    def drop(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()


# Of a module, not of the session: while Playwright's loop runs in a process, no other test there
# can run one, and what counts the depth of calls counts wrongly.
@pytest.fixture(scope="module")
def browser():
    """Chromium, as the system has it."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium on this machine: apt-get install chromium, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        except Error as error:
            pytest.skip(f"chromium does not start on this machine: {error.message.splitlines()[0]}")
        yield found
        found.close()


def serve(folder: Path):
    """Start a server of the recorded weekend."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.browser.recorded_server", str(folder), str(N_DROPS)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """The server that tests share which change nothing."""
    with served_from(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def own_served(tmp_path):
    """A server of one's own."""
    with served_from(tmp_path) as server:
        yield server


def _is_ready(host):
    link = http.client.HTTPConnection(host)
    try:
        link.request("GET", "/readyz")
        return link.getresponse().status == 200
    finally:
        link.close()


@contextlib.contextmanager
def served_from(folder: Path):
    """Give a server of the recorded weekend in a folder, once it has pages."""
    process = serve(folder)
    try:
        line = process.stdout.readline()
        found = re.search(r"at http://(\S+)/", line)
        assert found, line
        until(lambda: _is_ready(found[1]))
        yield Served(process, f"http://{found[1]}")
    finally:
        process.kill()
        process.communicate()
