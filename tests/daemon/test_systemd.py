"""What systemd hears: ready, alive, reloading, stopping; from a real socket."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sys
import threading
import time

import pytest

from services.daemon.systemd import Notifier
from tests.daemon import worker_trouble
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess
from tests.daemon.test_lifecycle import STEPS_FAIL

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs datagram sockets")


class Systemd:
    """The receiving end of ``$NOTIFY_SOCKET``."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.heard = []
        self.hears = False

    def listen(self):
        """Take what comes, at once and until the end of the test."""
        self.hears = True
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(OSError):
            while self.hears:
                self.heard += self.socket.recv(4096).decode().splitlines()

    def close(self):
        self.hears = False
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def until(self, *lines):
        """Wait until these lines have come, in that order, after what was forgotten."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            rest = iter(list(self.heard))
            if all(any(re.fullmatch(line, one) for one in rest) for line in lines):
                return self.heard
            assert time.monotonic() < deadline, f"{lines} are not in {self.heard}"
            time.sleep(0.02)

    def forget(self):
        self.heard = []


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the length of a socket's path is limited
    one = Systemd("notify")
    one.listen()
    yield one
    one.close()


@pytest.fixture
def environment(tmp_path):
    return {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}


def test_daemon__is_ready_after_the_first_build_alive_after_that_and_stops(
    season, trouble, systemd, environment
):
    trouble.begin(worker_trouble.HANGS)
    environment |= trouble.environment
    with DaemonProcess(season, environment=environment) as daemon:
        daemon.until(lambda one: one["state"] == "building" and one["worker_pid"])
        systemd.until("WATCHDOG=1", "EXTEND_TIMEOUT_USEC=60000000")
        assert "READY=1" not in systemd.heard
        trouble.end()
        systemd.until("READY=1", "WATCHDOG=1", "WATCHDOG=1")
        assert season.output.exists()
        systemd.until("STATUS=idle; all is well")
        systemd.forget()
        daemon.signal(signal.SIGHUP)
        heard = systemd.until("RELOADING=1", r"MONOTONIC_USEC=\d+", "READY=1")
        told = next(one for one in heard if one.startswith("MONOTONIC_USEC="))
        age_s = time.monotonic() - int(told.partition("=")[2]) / 1e6
        assert 0 <= age_s < PATIENCE_S
        assert daemon.stop() == 0
        systemd.until("STOPPING=1")


def test_daemon__a_folder_that_is_held_is_ready_too(season, systemd, environment):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.stop()
    for name in ("01-australia", "02-china", "03-japan"):
        for path in (season.drops / name).iterdir():
            path.unlink()
    with DaemonProcess(season, environment=environment) as daemon:
        systemd.until("READY=1")
        assert daemon.status()["state"] == "holding"


def test_daemon__starting_anew_is_a_reload_and_no_stop(season, systemd, environment, product):
    with DaemonProcess(season, cwd=product, environment=environment, content_s=0.3) as daemon:
        daemon.until_idle(1)
        systemd.until("READY=1")
        systemd.forget()
        with (product / "services" / "__init__.py").open("a") as file:
            file.write("ANOTHER_RELEASE = 1\n")
        heard = systemd.until("RELOADING=1", "READY=1")
        assert "STOPPING=1" not in heard


def test_daemon__steps_that_fail_are_no_sign_of_life(season, systemd, environment, tmp_path):
    gate = tmp_path / "gate"
    prelude = STEPS_FAIL.format(gate=str(gate))
    with DaemonProcess(season, environment=environment, prelude=prelude) as daemon:
        daemon.until_idle(1)
        gate.touch()
        log = season.output.parent / "training.log"
        daemon.until(lambda one: "nobody foresaw this" in log.read_text())
        systemd.forget()
        n_failed = log.read_text().count("RuntimeError: nobody")
        daemon.until(lambda one: log.read_text().count("RuntimeError: nobody") > n_failed + 1)
        assert "WATCHDOG=1" not in systemd.heard
        gate.unlink()
        systemd.until("WATCHDOG=1")


def test_notifier__ready_that_nobody_had_room_for_is_known_to_be_lost(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NOTIFY_SOCKET", "notify")
    systemd, notifier = Systemd("notify"), Notifier()
    assert not all(notifier._send("STATUS=words") for _ in range(10_000))
    assert not notifier.ready()
    systemd.listen()
    systemd.until("STATUS=words")
    assert notifier.ready()
    systemd.until("READY=1")
    systemd.close()


def test_notifier__is_silent_without_systemd(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    opened = []
    monkeypatch.setattr(socket, "socket", lambda *given: opened.append(given))
    notifier = Notifier()
    assert notifier.ready()  # there is nobody to wait for
    notifier.pulse()
    assert opened == []


def test_notifier__nobody_listening_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert not Notifier().ready()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such names")
def test_notifier__a_leading_at_sign_is_a_name_without_a_file(monkeypatch):
    name = f"f1-notify-{os.getpid()}"
    systemd = Systemd(f"\0{name}")
    systemd.listen()
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    Notifier().ready()
    systemd.until("READY=1")
    systemd.close()


@pytest.mark.parametrize(("pid", "usec"), [("1", "300000"), (None, "soon"), (None, "0")])
def test_notifier__pulses_only_when_asked_to(systemd, monkeypatch, pid, usec):
    monkeypatch.setenv("NOTIFY_SOCKET", "notify")
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    if pid:
        monkeypatch.setenv("WATCHDOG_PID", pid)
    notifier = Notifier()
    notifier.pulse()
    notifier.stopping()
    assert systemd.until("STOPPING=1") == ["STOPPING=1"]
