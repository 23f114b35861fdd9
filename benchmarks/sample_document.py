"""A season document for the benchmarks, small in simulations and whole in all else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.disk.program import RACE_DATA, ROOT

__all__ = ["SAMPLE_NAME", "make_document"]

SAMPLE_NAME = "season_2025_incremental.json"


def make_document(folder: Path) -> Path:
    """Forecast 2025 as of round 12 into a folder; return the document."""
    document = folder / SAMPLE_NAME
    command = [
        sys.executable,
        "-m",
        "services",
        "forecast",
        "--train-data",
        str(RACE_DATA / "2025"),
    ]
    given = ["--as-of", "12", "--num-simulations", "500", "--output", str(document)]
    subprocess.run([*command, *given], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return document
