"""Measure what a forecast costs as its user runs it: full, unchanged, after a drop, corrected.

Every run is a process of its own on a copy of the season shipped in ``race-data``, as it
was on the Friday of its last event, so imports count and compiled kernels are warm as after
set-up. The ratios are the promise of the product: what a change costs beside everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from predictor.errors import F1Error
from services.disk.program import RACE_DATA, ROOT

__all__ = [
    "CORRECTED",
    "DROP",
    "LAST",
    "LIMITS",
    "SEASON",
    "Workplace",
    "correct_result",
    "measure_runs",
    "timed",
]

SEASON = RACE_DATA / "2025"
LAST = "24-abu-dhabi"
DROP = "fp2.json"
CORRECTED = "20-mexico"
_REPEATS = 3  # the fastest counts, as noise only ever adds

# What is promised of each figure of `measure_runs`.
LIMITS = {
    "unchanged_above_numpy_s": 0.3,
    "corrected_result_to_full": 1 / 3,
    "daemon_practice_drop_to_full": 0.1,
    "daemon_corrected_result_to_full": 1 / 3,
    "ml_layer_above_plain_s": 2.0,
}


@dataclass(frozen=True, slots=True)
class Workplace:
    """A season on its last Friday, second practice still to come, and what is made of it."""

    folder: Path

    @property
    def season(self) -> Path:
        """The session files."""
        return self.folder / "2025"

    @property
    def output(self) -> Path:
        """The season document."""
        return self.folder / "predictions" / "season.json"

    def prepare(self) -> None:
        """Copy the season as it was on that Friday."""
        shutil.copytree(SEASON, self.season)
        for path in (self.season / LAST).iterdir():
            if path.name != "fp1.json":
                path.unlink()

    def command(self, *options: str) -> Sequence[str]:
        """Give the command line of a forecast."""
        script = str(ROOT / "run_full_season_incremental.py")
        given = ("--train-data", str(self.season), "--output", str(self.output))
        return (sys.executable, script, *given, *options)

    def after(self, change: Callable[[Path], None]) -> dict[str, float]:
        """Give the cost of an incremental run after a change, and put everything back."""
        before = self.folder / "before"
        shutil.copytree(self.season, before / "season")
        shutil.copytree(self.output.parent, before / "predictions")
        try:
            change(self.season)
            return timed(self.command("--incremental-update"))
        finally:
            for kept, place in (("season", self.season), ("predictions", self.output.parent)):
                shutil.rmtree(place)
                (before / kept).rename(place)
            before.rmdir()


def measure_runs() -> dict[str, dict[str, float]]:
    """Give time and memory of the runs, and the ratios of their CPU time.

    Returns
    -------
    dict
        ``numpy_import``, ``first_run``, ``unchanged_run``, ``full_rebuild``,
        ``ml_layer_rebuild``, ``practice_drop`` and ``corrected_result``, each as `timed` gives it;
        ``ratio``, see `LIMITS`.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Workplace(Path(folder).resolve())
        work.prepare()
        runs = {
            "numpy_import": _best(lambda: timed([sys.executable, "-c", "import numpy"])),
            "first_run": timed(work.command("--incremental-update")),
            "unchanged_run": _best(lambda: timed(work.command("--incremental-update"))),
            "full_rebuild": _best(lambda: timed(work.command("--force-retrain"))),
            "ml_layer_rebuild": _best(
                lambda: timed(work.command("--force-retrain", "--use-ml-layer"))
            ),
            "practice_drop": _best(lambda: work.after(_drop_practice)),
            "corrected_result": _best(lambda: work.after(_correct)),
        }
    return {**runs, "ratio": _ratios({name: run["cpu_s"] for name, run in runs.items()})}


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


def correct_result(path: Path, first: int = 0) -> None:
    """Swap the drivers in two neighbouring places of a race result, the first two by default."""
    race = orjson.loads(path.read_bytes())
    one, other = race["results"][first : first + 2]
    for name in ("driver", "driver_id", "number", "team", "engine", "grid", "best_s"):
        one[name], other[name] = other[name], one[name]
    path.write_bytes(orjson.dumps(race))


def _drop_practice(season: Path) -> None:
    shutil.copy(SEASON / LAST / DROP, season / LAST / DROP)


def _correct(season: Path) -> None:
    correct_result(season / CORRECTED / "race.json")


def _best(run: Callable[[], dict[str, float]]) -> dict[str, float]:
    return min((run() for _ in range(_REPEATS)), key=lambda figures: figures["cpu_s"])


def _ratios(cpu_s: dict[str, float]) -> dict[str, float]:
    full = cpu_s["full_rebuild"]
    return {
        "unchanged_above_numpy_s": round(cpu_s["unchanged_run"] - cpu_s["numpy_import"], 3),
        "unchanged_to_full": round(cpu_s["unchanged_run"] / full, 4),
        "ml_layer_above_plain_s": round(cpu_s["ml_layer_rebuild"] - full, 3),
        "practice_drop_to_full": round(cpu_s["practice_drop"] / full, 4),
        "corrected_result_to_full": round(cpu_s["corrected_result"] / full, 4),
    }
