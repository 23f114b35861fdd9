"""A backtest of four seasons whose workers are killed, or that is told to stop: real processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.backtesting import backtest_data
from tests.daemon.test_worker import ends
from tests.rules.sources import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.fixture(scope="module")
def seasons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seasons")
    for year in range(2021, 2026):
        backtest_data.copy_season(year, folder / str(year))
    return folder


class Backtest:
    """The command of a user, and the processes that it starts."""

    def __init__(self, seasons: Path, folder: Path) -> None:
        folder.mkdir()
        self.figures = folder / "all.json"
        self.table = folder / "table.csv"
        self._known: set[int] = set()
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "services", "backtest", "--data", seasons,
                "--history", seasons, "--seasons", "2022:2025", "--horizons", "b",
                "--num-simulations", "20", "--jobs", "2",
                "--json", self.figures, "--predictions", self.table,
            ],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def workers(self) -> list[int]:
        """Give the processes that work on seasons."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(one) for one in children if "spawn_main" in read(f"/proc/{one}/cmdline")]

    def worker_at_work(self) -> int:
        """Wait for a worker that has not been given before and has begun to compute."""
        while self._process.poll() is None:
            for pid in self.workers():
                if pid not in self._known and "numpy" in read(f"/proc/{pid}/maps"):
                    self._known.add(pid)
                    return pid
            time.sleep(0.005)
        raise AssertionError(self._process.communicate())

    def signal(self, signum: int) -> None:
        self._process.send_signal(signum)

    def end(self) -> tuple[int, str, str]:
        shown, told = self._process.communicate()
        return self._process.returncode, shown, told


def read(path: str) -> str:
    """Read what the system tells of a process; nothing of one that is gone."""
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


@pytest.fixture(scope="module")
def undisturbed(seasons, tmp_path_factory):
    backtest = Backtest(seasons, tmp_path_factory.mktemp("undisturbed") / "run")
    code, shown, told = backtest.end()
    assert code == 0, told
    assert "lost" not in told
    return backtest, shown


@pytest.mark.soak
def test_backtest__a_worker_that_is_killed_costs_no_byte(seasons, undisturbed, tmp_path):
    backtest = Backtest(seasons, tmp_path / "run")
    os.kill(backtest.worker_at_work(), signal.SIGKILL)
    code, shown, told = backtest.end()
    assert told.count("was lost (signal 9 (SIGKILL)); it is done again, once") == 1
    assert code == 0, told
    as_ever, shown_as_ever = undisturbed
    assert shown == shown_as_ever
    assert backtest.figures.read_bytes() == as_ever.figures.read_bytes()
    assert backtest.table.read_bytes() == as_ever.table.read_bytes()


def test_backtest__a_season_lost_twice_is_named_and_nothing_written(seasons, tmp_path):
    backtest = Backtest(seasons, tmp_path / "run")
    while backtest._process.poll() is None:
        for pid in backtest.workers():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
    code, _, told = backtest.end()
    assert code == 70
    assert "WorkerLost: a task was lost twice" in told
    assert re.search(r"^  where: 202[2-5]$", told, re.M)  # a busy machine lets one through
    assert told.count("signal 9 (SIGKILL)") > 2
    assert not backtest.figures.exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_backtest__told_to_stop_leaves_no_process(seasons, tmp_path, signum):
    backtest = Backtest(seasons, tmp_path / "run")
    workers = [backtest.worker_at_work(), backtest.worker_at_work()]
    backtest.signal(signum)
    code, _, told = backtest.end()
    assert code == (-9 if signum == signal.SIGKILL else 130)
    assert all(map(ends, workers))
    assert "Traceback" not in told
