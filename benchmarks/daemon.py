"""Measure what a drop costs the daemon, whose worker is warm: CPU time of both processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.runs import CORRECTED, DROP, LAST, SEASON, Workplace, correct_result
from predictor.errors import F1Error
from services.disk.program import ROOT
from services.monitoring.status_file import Status, read_status

__all__ = ["measure_daemon"]

_REPEATS = 3  # the fastest counts, as noise only ever adds
_PATIENCE_S = 300.0
_LIMITS = "[daemon]\nsettle_s = 0.2\nverify_s = 0\nstatus_s = 0.5\n"


@dataclass(frozen=True, slots=True)
class _Daemon:
    process: subprocess.Popen[bytes]
    work: Workplace

    def cpu_s(self) -> float:
        """Give the CPU time so far of the daemon and its worker."""
        status = read_status(self.work.output.parent)
        worker = status.worker_pid if status else None
        return sum(_cpu_s(pid) for pid in (self.process.pid, worker) if pid)

    def published(self, n_builds: int) -> Status:
        """Wait until so many documents have been published and nothing is left to do."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline and self.process.poll() is None:
            status = read_status(self.work.output.parent)
            if (
                status is not None
                and status.state == "idle"
                and status.builds.get("published", 0) >= n_builds
            ):
                return status
            time.sleep(0.05)
        raise F1Error("the daemon did not publish", got=str(self.process.poll()))


def measure_daemon() -> dict[str, float]:
    """Give the CPU seconds of the daemon's first, full build and of changes after it.

    Returns
    -------
    dict
        ``daemon_full_build_s``, ``daemon_practice_drop_s``, ``daemon_corrected_result_s``
        and the ratios of the latter two to the first; empty where the system does not
        tell the CPU time of other processes.
    """
    if not Path("/proc/self/stat").exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        work = Workplace(Path(folder).resolve())
        work.prepare()
        with _running(work) as daemon:
            daemon.published(1)
            full = daemon.cpu_s()
            drop = _best(daemon, _drop)
            corrected = _best(daemon, _correct)
    return {
        "daemon_full_build_s": round(full, 2),
        "daemon_practice_drop_s": round(drop, 2),
        "daemon_corrected_result_s": round(corrected, 2),
        "daemon_practice_drop_to_full": round(drop / full, 4),
        "daemon_corrected_result_to_full": round(corrected / full, 4),
    }


def _best(daemon: _Daemon, change: Callable[[Path, int], None]) -> float:
    """Make a change that was never made before, some times; give the least CPU time."""
    costs = []
    for variant in range(_REPEATS):
        n_builds = daemon.published(0).builds["published"]
        before = daemon.cpu_s()
        change(daemon.work.season, variant)
        daemon.published(n_builds + 1)
        costs.append(daemon.cpu_s() - before)
    return min(costs)


def _drop(season: Path, variant: int) -> None:
    """Drop the session with another best lap of its first car each time."""
    session = orjson.loads((SEASON / LAST / DROP).read_bytes())
    session["results"][0]["best_s"] -= 0.01 * variant
    (season / LAST / DROP).write_bytes(orjson.dumps(session))


def _correct(season: Path, variant: int) -> None:
    """Let another two neighbours have finished in the order of the other each time."""
    correct_result(season / CORRECTED / "race.json", first=variant)


@contextmanager
def _running(work: Workplace) -> Iterator[_Daemon]:
    limits = work.folder / "settings.toml"
    limits.write_text(_LIMITS, encoding="utf-8")
    command = [sys.executable, "-m", "services", "watch", "--settings", str(limits)]
    given = ["--train-data", str(work.season), "--output", str(work.output)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, *given], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _Daemon(process, work)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _cpu_s(pid: int) -> float:
    """Give user and system time of a process, see proc(5); 0 if it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()  # the name before it may hold anything
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
