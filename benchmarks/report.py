"""Measure the product as a user meets it: the kernel, the scan, and whole runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import orjson

from benchmarks.bayes import BAYES_LIMITS, measure_bayes
from benchmarks.daemon import measure_daemon
from benchmarks.files import FILES_LIMITS, measure_files
from benchmarks.runs import LIMITS, measure_runs, timed
from predictor.errors import UsageError
from services.settings.environment import host_facts

__all__ = ["figures_json", "measure", "report_text"]


def measure() -> dict[str, Any]:
    """Give the speed of the kernel, the cost of looking at folders, and that of whole runs."""
    if not hasattr(os, "wait4"):
        raise UsageError("bench needs a system that accounts for child processes (not Windows)")
    timed([sys.executable, "-m", "services", "warm"])
    # First: a child's peak memory counts that of the process it was split from.
    runs = measure_runs()
    runs["ratio"] |= measure_daemon()
    files = measure_files()
    from benchmarks.gpu import measure_gpu  # noqa: PLC0415
    from benchmarks.kernel import measure_kernel  # noqa: PLC0415 - imports numba
    from benchmarks.scan import measure_scan  # noqa: PLC0415
    from benchmarks.versions import measure_versions  # noqa: PLC0415

    return {
        "host": host_facts(),
        "kernel": measure_kernel(),
        "versions": measure_versions(),
        "gpu": measure_gpu(),
        "scan": measure_scan(),
        "bayes": measure_bayes(),
        "files": files,
        "runs": runs,
    }


def report_text(figures: Mapping[str, Any]) -> str:
    """Give the figures as lines for a reader."""
    host, runs = figures["host"], dict(figures["runs"])
    lines = [
        f"machine: {host['processor']}, {host['cpus']} cpus, {host['system']} {host['machine']}, "
        f"Python {host['python']}"
    ]
    for part in ("kernel", "versions", "gpu", "scan"):
        measured = figures.get(part, {}).items()
        lines += [f"{part}: {name} {_figure(value)}" for name, value in measured]
    bayes = figures.get("bayes", {})
    lines += [f"bayes: {name} {value:g}{_limit(name)}" for name, value in bayes.items()]
    files = figures.get("files", {})
    lines += [f"many files: {name} {value:g}{_limit(name)}" for name, value in files.items()]
    ratio = runs.pop("ratio")
    lines += [
        f"{name.replace('_', ' ')}: {run['cpu_s']:.2f} s CPU, {run['wall_s']:.2f} s wall, "
        f"peak {run['peak_mib']:.0f} MiB"
        for name, run in runs.items()
    ]
    lines += [f"{name}: {value:g}{_limit(name)}" for name, value in ratio.items()]
    return "\n".join(lines) + "\n"


def _limit(name: str) -> str:
    limits = LIMITS | BAYES_LIMITS | FILES_LIMITS
    return f" (at most {limits[name]:.3g})" if name in limits else ""


def figures_json(figures: Mapping[str, Any]) -> bytes:
    """Give the figures as JSON."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    return orjson.dumps(figures, option=options)


def _figure(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
