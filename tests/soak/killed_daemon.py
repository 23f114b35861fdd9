"""A daemon that is killed again and again while files change, and what must hold each time."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from tests.crash.changing_season import N_SIMULATIONS, ChangingSeason
from tests.crash.reader import Reader
from tests.crash.settled import QUICK, until_right
from tests.crash.traces import check_record, read_whole, strays, temporaries
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess

__all__ = ["kill_often", "processes_at"]

# Loading a worker takes most of a life; every second one is spent before the first build.
_EARLY_S, _LATE_S = 1.6, 0.5
_SHARE_OF_WORKERS = 0.15


def kill_often(folder: Path, n_kills: int, seed: int) -> dict[str, Any]:
    """Kill a daemon, or its worker, at random moments; compare with full rebuilds in between.

    Returns
    -------
    dict
        How many lives were compared, and what the reader saw, for the summary.
    """
    chance = random.Random(seed)
    season = ChangingSeason(folder, chance)
    daemon = DaemonProcess(season, "--num-simulations", str(N_SIMULATIONS), **QUICK)
    n_compared = n_workers = 0
    with daemon:
        until_right(daemon, season)
        with Reader(season.output) as reader:
            for _ in range(n_kills):
                if chance.random() < 0.5:
                    until_right(daemon, season)
                    n_compared += 1
                    season.change()
                    _wait(chance.uniform(0, _LATE_S))
                else:
                    _wait(chance.uniform(0, _EARLY_S))
                    season.change()
                    _wait(chance.uniform(0, _LATE_S))
                if chance.random() < _SHARE_OF_WORKERS and _kill_worker(daemon):
                    n_workers += 1
                    until_right(daemon, season)
                _kill(daemon)
                daemon.start()
            until_right(daemon, season)
            seen = reader.stop()
        assert daemon.stop() == 0
    _check_what_is_left(season, n_kills)
    return {"compared": n_compared, "workers": n_workers} | seen


def processes_at(folder: Path) -> list[int]:
    """List the processes whose command line names something in a folder."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdecimal() or int(place.name) == os.getpid():
            continue
        try:
            words = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if f"{folder}/".encode() in words:
            found.append(int(place.name))
    return found


def _kill(daemon: DaemonProcess) -> None:
    """Kill the daemon; its worker must end by itself, and a reader find a whole document."""
    assert daemon.process is not None
    assert daemon.process.poll() is None, daemon.output()
    daemon.process.kill()
    daemon.process.wait()
    read_whole(daemon.season.output)
    deadline = time.monotonic() + PATIENCE_S
    while _workers(daemon):
        assert time.monotonic() < deadline, "the worker outlives its daemon"
        time.sleep(0.005)
    left = strays(daemon.folder)
    assert left == temporaries(daemon.folder)


def _kill_worker(daemon: DaemonProcess) -> bool:
    for pid in _workers(daemon):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _workers(daemon: DaemonProcess) -> list[int]:
    return processes_at(daemon.folder.resolve() / ".cache")


def _wait(seconds: float) -> None:
    """Let the daemon live for a random time: the moment of the kill is what is tested."""
    time.sleep(seconds)


def _check_what_is_left(season: ChangingSeason, n_kills: int) -> None:
    folder = season.output.parent
    assert strays(folder) == []
    assert processes_at(folder) == []
    entries = check_record(folder)
    kept = {path.name for path in (folder / ".last-good").glob("??/*")}
    assert kept <= season.known_digests
    explained = {entry["explanation"] for entry in entries} - {None}
    there = {path.name.partition(".")[0] for path in (folder / "explanations").iterdir()}
    assert explained <= there
    # A run that was killed before its record leaves one behind.
    assert len(there - explained) <= n_kills
