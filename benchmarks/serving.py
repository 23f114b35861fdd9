"""Measure what showing the forecast costs: the server's own processor time, and what readers wait.

Load is made by ``wrk`` where it is installed, else by this process; either way what counts is the
processor time of the server, which other work on the machine does not change.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from benchmarks.sample_document import SAMPLE_NAME, make_document
from benchmarks.serving_readers import ask_again, listen_all
from predictor.errors import F1Error, PackageMissing, UsageError
from services.disk.program import ROOT, how_to_install

__all__ = ["SERVING_LIMITS", "measure_serving", "serving_text"]

# What the product promises: at least these, and at most those.
_AT_LEAST = {"not_modified_per_cpu_s": 10_000.0, "streams": 1_000.0}
_AT_MOST = {
    "cold_start_cpu_s": 1.5,
    "not_modified_p99_ms": 100.0,
    "event_to_all_streams_s": 1.0,
    "streams_rss_mib": 100.0,
    "document_visible_s": 1.0,
    "idle_cpu_ms_per_s": 10.0,
}
SERVING_LIMITS: Mapping[str, tuple[str, float]] = {
    **{name: ("at least", limit) for name, limit in _AT_LEAST.items()},
    **{name: ("at most", limit) for name, limit in _AT_MOST.items()},
}
_PAGE = "/2025"
_CONNECTIONS = 16
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class _Server:
    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tag(self) -> str:
        """Return the tag of the page; empty while there is none."""
        try:
            with urllib.request.urlopen(self.address + _PAGE, timeout=_PATIENCE_S) as got:  # noqa: S310 - our own
                return str(got.headers["etag"])
        except OSError:
            return ""

    def has_all_pages(self) -> bool:
        """Whether no page waits for being made."""
        with urllib.request.urlopen(self.address + "/metrics", timeout=_PATIENCE_S) as got:  # noqa: S310 - our own
            return b"\nf1_web_waiting 0\n" in got.read()

    def cpu_s(self) -> float:
        """Return user and system time so far, see proc(5)."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mib(self) -> float:
        """Return its resident memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure_serving(
    document: Path | None = None,
    *,
    load_s: int = 4,
    n_streams: int = 1000,
    idle_s: float = 8.0,
) -> dict[str, float]:
    """Return what a server of one season's document costs.

    Parameters
    ----------
    document : Path, optional
        Season document to be shown; one of 2025 after round 12 is made unless given.
    load_s : int, s
        For which each kind of answer is asked for.
    n_streams : int
    idle_s : float, s
        For which nothing happens.

    Raises
    ------
    UsageError
        Where the system does not tell the processor time of other processes.
    PackageMissing
        Without the server's packages.
    """
    if not Path("/proc/self/stat").exists():
        raise UsageError("the server's processor time can be read on Linux alone")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if document is None:
            make_document(folder)
        else:
            shutil.copy(document, folder / SAMPLE_NAME)
        with _serving(folder) as server:
            figures = {"cold_start_cpu_s": server.cpu_s()}
            _until(server.has_all_pages, "the last page")
            figures |= {"all_pages_cpu_s": server.cpu_s(), "rss_mib": server.rss_mib()}
            figures |= _load(server, load_s)
            figures["document_visible_s"], figures["new_document_cpu_s"] = _news(server, folder)
            figures |= _streams(server, folder, n_streams)
            _until(server.has_all_pages, "the last page")
            figures["idle_cpu_ms_per_s"] = _idle(server, idle_s)
    return {name: round(value, 3) for name, value in figures.items()}


def serving_text(figures: Mapping[str, float]) -> str:
    """Return the figures as lines for a reader."""
    lines = []
    for name, value in figures.items():
        word, limit = SERVING_LIMITS.get(name, ("", 0.0))
        bound = f" ({word} {limit:,g})" if word else ""
        lines.append(f"serving: {name.replace('_', ' ')} {value:,g}{bound}\n")
    return "".join(lines)


@contextmanager
def _serving(folder: Path) -> Iterator[_Server]:
    command = [sys.executable, "-m", "services", "serve", "--output-folder", str(folder)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        found = re.search(r":(\d+)/$", process.stdout.readline()) if process.stdout else None
        if found is None:
            raise PackageMissing("the server did not start", do=how_to_install("serve"))
        server = _Server(process, int(found[1]))
        _until(lambda: bool(server.tag()), "the first page")
        yield server
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise F1Error(f"{what} did not come within {_PATIENCE_S:g} s")
        time.sleep(0.005)


def _load(server: _Server, load_s: int) -> dict[str, float]:
    """Measure conditional and whole answers."""
    tag = server.tag()
    found = {}
    for name, header in (
        ("not_modified", f"If-None-Match: {tag}"),
        ("page", "Accept-Encoding: gzip"),
    ):
        before = server.cpu_s()
        n_answers, p99_ms = _asked(server, header, load_s)
        found[f"{name}_per_cpu_s"] = n_answers / max(server.cpu_s() - before, 0.01)
        found[f"{name}_p99_ms"] = p99_ms
    return found


def _asked(server: _Server, header: str, load_s: int) -> tuple[int, float]:
    """Ask for the page as fast as it comes; return the number of answers and their p99 in ms."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return asyncio.run(ask_again(server.port, _PAGE, header, _CONNECTIONS, load_s))
    command = [wrk, "-t1", f"-c{_CONNECTIONS}", f"-d{load_s}s", "--latency", "-H", header]
    done = subprocess.run(  # noqa: S603
        [*command, server.address + _PAGE], capture_output=True, text=True, check=True
    )
    n_answers = re.search(r"(\d+) requests in", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if n_answers is None or p99 is None or "Non-2xx or 3xx" in done.stdout:
        raise F1Error("wrk did not get its answers", got=done.stdout)
    return int(n_answers[1]), float(p99[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[p99[2]]


def _news(server: _Server, folder: Path) -> tuple[float, float]:
    """Publish another document; return how long until it is shown, and what all its pages cost."""
    before, cpu_s = server.tag(), server.cpu_s()
    began = _publish_next(folder)
    _until(lambda: server.tag() not in ("", before), "the new page")
    seen = time.monotonic()
    _until(server.has_all_pages, "the last page")
    return seen - began, server.cpu_s() - cpu_s


def _publish_next(folder: Path) -> float:
    """Put a document of the next run in place; return when."""
    told = orjson.loads((folder / SAMPLE_NAME).read_bytes())
    last = told["metadata"]["training_history"][-1]
    run = last | {"counter": last["counter"] + 1, "run_id": f"{last['counter'] + 1:012x}"}
    told["metadata"]["training_history"].append(run)
    told["metadata"]["run"]["run_id"] = run["run_id"]
    told["metadata"]["generated_at"] = datetime.now(UTC).isoformat()
    event = next(one for one in told["predictions"].values() if not one.get("result"))
    event["metadata"]["notes"].append(f"a note of run {run['counter']}")
    beside = folder / ".next.tmp"
    beside.write_bytes(orjson.dumps(told))
    began = time.monotonic()
    beside.rename(folder / SAMPLE_NAME)
    return began


def _streams(server: _Server, folder: Path, wished: int) -> dict[str, float]:
    """Open streams, publish, and wait until each has told of it."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on Windows

        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * wished + 200), hard))
    before = server.cpu_s()
    n_streams, spread_s, rss_mib = asyncio.run(
        listen_all(server.port, wished, lambda: _publish_next(folder), server.rss_mib)
    )
    return {
        "streams": float(n_streams),
        "event_to_all_streams_s": spread_s,
        "streams_rss_mib": rss_mib,
        "streams_cpu_s": server.cpu_s() - before,
    }


def _idle(server: _Server, idle_s: float) -> float:
    """Return what it costs to look and find nothing new, in ms of processor time a second."""
    before = server.cpu_s()
    time.sleep(idle_s)
    return (server.cpu_s() - before) * 1e3 / idle_s
