"""The benchmark measures child processes and says what went wrong in them."""

from __future__ import annotations

import json
import os
import sys

import pytest

from predictor.errors import F1Error
from services.bench import report_text, timed, write_json

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs wait4")


def test_timed__counts_processor_time_and_memory_of_the_child_only():
    work = "x = bytearray(64 * 2**20)\nfor i in range(0, len(x), 8): x[i] = 1"
    run = timed([sys.executable, "-c", work])
    idle = timed([sys.executable, "-c", "import time; time.sleep(0.3)"])
    assert run["peak_mib"] > 64
    assert idle["wall_s"] >= 0.3
    assert idle["cpu_s"] < 0.25
    assert run["cpu_s"] > idle["cpu_s"]


def test_timed__a_run_that_fails_is_not_a_measurement():
    with pytest.raises(F1Error, match="exit code 3") as caught:
        timed([sys.executable, "-c", "import sys; print('no cars'); sys.exit(3)"])
    assert "no cars" in caught.value.got


def test_report_text__names_the_machine_and_every_figure(tmp_path):
    run = {"cpu_s": 8.87, "wall_s": 8.85, "peak_mib": 257.1}
    figures = {
        "host": {
            "processor": "EPYC", "cpus": 2, "system": "Linux", "machine": "x86_64", "python": "3.11"
        },
        "kernel": {"races_per_cpu_second": 143323.0, "compile_s": 9.0},
        "cold_run": run,
        "unchanged_run": run | {"cpu_s": 0.49},
        "ratio": {"cpu_s": 18.1, "wall_s": 18.0},
    }  # fmt: skip
    text = report_text(figures)
    for shown in ("EPYC, 2 cpus", "143,323.0", "8.87 s CPU", "0.49 s CPU", "257 MiB", "18.1"):
        assert shown in text
    write_json(figures, tmp_path / "bench.json")
    assert json.loads((tmp_path / "bench.json").read_text()) == figures
