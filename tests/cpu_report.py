"""What each test costs in CPU-seconds, its processes included: ``-p tests.cpu_report``.

Seconds by the clock say little on a machine that others use, and nothing of the processes that
a test starts. ``CPU_REPORT`` names a folder; each process of pytest writes one file there, a
line per test, and ``python -m tests.cpu_report FOLDER`` prints the dearest tests and the sum.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

_COSTS: dict[str, float] = {}


def _cpu_s() -> float:
    """Return CPU-seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Count set-up, call and tear-down of one test."""
    before = _cpu_s()
    try:
        return (yield)
    finally:
        _COSTS[item.nodeid] = _cpu_s() - before


def pytest_sessionfinish(session):
    """Write what was counted."""
    folder = Path(os.environ.get("CPU_REPORT", "."))
    lines = [f"{cost:.3f}\t{name}\n" for name, cost in _COSTS.items()]
    if lines:
        (folder / f"cpu-{os.getpid()}.tsv").write_text("".join(lines), encoding="utf-8")


def main(folder: str) -> None:
    """Print the files and the tests that cost most."""
    rows = [
        line.split("\t")
        for path in Path(folder).glob("cpu-*.tsv")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    files: dict[str, float] = defaultdict(float)
    for cost, name in rows:
        files[name.partition("::")[0]] += float(cost)
    print(f"{sum(files.values()) / 60:.1f} CPU-minutes, {len(rows)} tests")
    for title, costs in (("files", files), ("tests", {name: float(cost) for cost, name in rows})):
        print(f"dearest {title}:")
        for name in sorted(costs, key=lambda one: -costs[one])[:60]:
            print(f"{costs[name]:8.1f} s  {name}")


if __name__ == "__main__":
    main(sys.argv[1])
