"""Measure the product as a user meets it: the kernel, a cold run, an unchanged run.

Runs are processes of their own on the season shipped in ``race-data``, so imports
count, and compiled kernels are warm as after set-up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from predictor.errors import F1Error, UsageError
from services.environment import ROOT, host_facts

__all__ = ["measure", "report_text", "timed", "write_json"]

_SEASON = ROOT / "race-data" / "2025"
_REPEATS = 3  # of the unchanged run; the fastest counts, as noise only ever adds


def measure() -> dict[str, Any]:
    """Give kernel speed, and time and memory of a cold and an unchanged run."""
    from services.bench_kernel import measure_kernel  # noqa: PLC0415 - imports numba

    if not hasattr(os, "wait4"):
        raise UsageError("bench needs a system that accounts for child processes (not Windows)")
    timed([sys.executable, "-m", "services", "warm"])
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            str(ROOT / "run_full_season_incremental.py"),
            "--train-data",
            str(_SEASON),
            "--output",
            str(Path(folder) / "season.json"),
            "--incremental-update",
        ]
        cold = timed(command)
        warm = min((timed(command) for _ in range(_REPEATS)), key=lambda run: run["cpu_s"])
    return {
        "host": host_facts(),
        "kernel": measure_kernel(),
        "cold_run": cold,
        "unchanged_run": warm,
        "ratio": {name: round(cold[name] / warm[name], 2) for name in ("cpu_s", "wall_s")},
    }


def report_text(figures: Mapping[str, Any]) -> str:
    """Give the figures as lines for a reader."""
    host, kernel = figures["host"], figures["kernel"]
    lines = [
        f"machine: {host['processor']}, {host['cpus']} cpus, {host['system']} {host['machine']}, "
        f"Python {host['python']}",
        *(f"kernel: {name} {_figure(value)}" for name, value in kernel.items()),
    ]
    for name in ("cold_run", "unchanged_run"):
        run = figures[name]
        lines.append(
            f"{name.replace('_', ' ')}: {run['cpu_s']:.2f} s CPU, {run['wall_s']:.2f} s wall, "
            f"peak {run['peak_mib']:.0f} MiB"
        )
    ratio = figures["ratio"]
    lines.append(f"cold / unchanged: {ratio['cpu_s']:g} in CPU, {ratio['wall_s']:g} in wall time")
    return "\n".join(lines) + "\n"


def write_json(figures: Mapping[str, Any], path: Path) -> None:
    """Write the figures to a file."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
    path.write_bytes(orjson.dumps(figures, option=options))


def timed(command: Sequence[str]) -> dict[str, float]:
    """Run a program of ours; give its CPU and wall seconds and its peak memory.

    Raises
    ------
    F1Error
        If it ends with another exit code than 0.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        if process.returncode != 0:
            output.seek(0)
            raise F1Error(
                f"the measured run ended with exit code {process.returncode}",
                where=" ".join(command),
                got=output.read().decode(errors="replace")[-800:],
            )
    kib = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)  # macOS counts bytes
    return {
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 3),
        "wall_s": round(wall, 3),
        "peak_mib": round(kib / 1024, 1),
    }


def _figure(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
