"""What a daemon and its worker hold on to while they build again and again."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.crash.changing_season import N_SIMULATIONS, ChangingSeason
from tests.crash.reader import Reader
from tests.crash.settled import QUICK, until_right
from tests.crash.traces import check_record, strays
from tests.daemon.daemon_process import DaemonProcess

__all__ = ["Holding", "build_often", "creep", "growth", "middle"]


class Holding(NamedTuple):
    """Of one process: resident memory in KiB, open descriptors, threads."""

    rss: int
    descriptors: int
    threads: int


def build_often(folder: Path, n_builds: int, seed: int) -> dict[str, list[Holding]]:
    """Have one daemon publish so many times; give what it and its worker held after each.

    The worker is the same all the time, and a reader reads along.
    """
    season = ChangingSeason(folder, random.Random(seed))
    held: dict[str, list[Holding]] = {"daemon": [], "worker": []}
    with DaemonProcess(season, "--num-simulations", str(N_SIMULATIONS), **QUICK) as daemon:
        assert daemon.process is not None
        until_right(daemon, season)
        with Reader(season.output) as reader:
            n_published = 1
            while n_published < n_builds:
                n_before, n_published = n_published, _change_until_published(daemon, season)
                status = daemon.status()
                assert status["worker_starts"] == 1, daemon.output()
                for _ in range(n_published - n_before):
                    held["daemon"].append(_holding(daemon.process.pid))
                    held["worker"].append(_holding(status["worker_pid"]))
            until_right(daemon, season)
            seen = reader.stop()
        assert seen["documents"] > 5
        assert daemon.stop() == 0
    assert strays(daemon.folder) == []
    assert len(check_record(daemon.folder)) >= n_builds
    return held


def middle(values: list[int]) -> int:
    """Give the median."""
    return sorted(values)[len(values) // 2]


def growth(held: list[Holding], field: str, first: slice, last: slice) -> float:
    """Give by which share the median of the last builds is above that of the first ones."""
    values = [getattr(one, field) for one in held]
    return middle(values[last]) / middle(values[first]) - 1


def creep(held: list[Holding], window: int) -> float:
    """Give by which share resident memory crept up over the second half of the builds.

    That is the rise from its first window to its last, or the usual rise from one window to the
    next as often as there is one, whichever is less: a step of the allocator is a rise once, and
    arrays that come and go rise and fall; a leak rises always.
    """
    late = held[len(held) // 2 :]
    levels = [
        middle([one.rss for one in late[at : at + window]])
        for at in range(0, len(late) - window + 1, window)
    ]
    rises = [after - before for before, after in pairwise(levels)]
    return min(levels[-1] - levels[0], middle(rises) * len(rises)) / levels[0]


def _change_until_published(daemon: DaemonProcess, season: ChangingSeason) -> int:
    """Change files until a new document is out; a change may come to nothing new."""
    before = daemon.status()["builds"]
    season.change()
    after = daemon.until(
        lambda status: (
            status["state"] == "idle" and sum(status["builds"].values()) > sum(before.values())
        )
    )["builds"]
    assert set(after) <= {"published", "unchanged", "nothing new"}, (after, daemon.output()[-2000:])
    n_published: int = after.get("published", 0)
    return n_published


def _holding(pid: int) -> Holding:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    n_descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Holding(int(fields["VmRSS"].split()[0]), n_descriptors, int(fields["Threads"]))
