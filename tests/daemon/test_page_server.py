"""The daemon's server of pages: started again when it ends, and gone when the daemon is."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from services.daemon.page_server import PageServer
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess
from tests.rules.sources import ROOT


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(what)


def is_gone(pid):
    """Whether a process is no more, or waits for nothing but to be forgotten."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return True
    return text.rpartition(")")[2].split()[0] == "Z"


def test_check__without_a_server_nothing_is_started(tmp_path):
    pages = PageServer(tmp_path, None)
    pages.check()
    assert pages.pid is None
    pages.stop()


def test_check__one_that_ends_is_started_again_later_each_time(tmp_path):
    clock = Clock()
    pages = PageServer(tmp_path, ["--port", "no-number"], clock)
    pauses = []
    for _ in range(4):
        pages.check()
        assert pages.pid is not None
        until(lambda: pages.check() or pages.pid is None, "it never ended")
        assert "exit code 2" in pages.problem
        ended = clock.now
        while True:
            clock.now += 0.5
            pages.check()
            if pages.pid is not None:
                break
        pauses.append(clock.now - ended)
    pages.stop()
    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_stop__ends_it_kindly(tmp_path):
    pages = PageServer(tmp_path, ["--port", "0"])
    pages.check()
    pid = pages.pid
    pages.stop()
    assert is_gone(pid)


@pytest.fixture
def port():
    """A port that is free, for as long as nobody takes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/2025", timeout=PATIENCE_S) as got:
            return got.status == 200
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_daemon__serves_pages_again_after_a_kill_and_takes_them_with_it(season, port):
    with DaemonProcess(season, "--serve", "--port", str(port)) as daemon:
        daemon.until_idle(1)
        until(lambda: answers(port), "the page never came")
        (first,) = servers_of(daemon)
        os.kill(first, signal.SIGKILL)
        until(lambda: servers_of(daemon) not in ([], [first]) and answers(port), "never again")
        assert daemon.status()["state"] != "stopped"
        (second,) = servers_of(daemon)
        assert daemon.stop() == 0
        assert is_gone(second)
        daemon.start()
        until(lambda: answers(port), "the page never came back")
        (third,) = servers_of(daemon)
        daemon.signal(signal.SIGKILL)
        daemon.process.wait(PATIENCE_S)
        until(lambda: is_gone(third), "the server outlived its daemon")


def test_daemon__its_server_reads_the_archive_that_the_settings_name(season, port, tmp_path):
    place = tmp_path / "elsewhere.sqlite"
    settings = {"url": f"sqlite:///{place}"}
    with DaemonProcess(season, "--serve", "--port", str(port), archive=settings) as daemon:
        daemon.until_idle(1)
        until(lambda: runs_at(port), "no run of the archive was shown")
        assert daemon.stop() == 0
    assert place.is_file()
    assert not (daemon.folder / "archive.sqlite").exists()


def runs_at(port):
    """Give the archived runs that a server shows; none while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/runs", timeout=PATIENCE_S) as got:
            return json.load(got)["data"]
    except OSError:
        return []


def servers_of(daemon):
    """Give the process ids of the servers that a daemon has started."""
    pid = daemon.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [
        int(child)
        for child in children
        if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
    ]


def test_watch__an_option_of_the_server_needs_the_server(tmp_path):
    command = [sys.executable, "-m", "services", "watch", "--train-data", str(tmp_path)]
    done = subprocess.run(
        [*command, "--allow-host", "f1.example"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert re.search(r"where: --allow-host\n", done.stderr)
