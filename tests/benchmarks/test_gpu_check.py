"""The check for a GPU ends with one file, whatever it finds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from benchmarks import gpu_check
from services.settings.gpu import find_gpu
from tests.rules.sources import ROOT


@pytest.mark.skipif(not find_gpu().trouble, reason="there is a GPU: `make gpu-check` says more")
def test_gpu_check__without_a_gpu_says_what_is_missing_and_shows_nothing(tmp_path):
    path = tmp_path / "found.json"
    for _ in range(2):  # its own file it writes over
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.gpu_check", "--json", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert find_gpu().trouble in done.stdout
    found = json.loads(path.read_bytes())
    assert found["agrees"] is False
    assert found["trouble"] == find_gpu().trouble


def test_part__keeps_what_a_part_said_last_and_how_it_ended():
    part = gpu_check._part(("-c", "print('words'); raise SystemExit(3)"))
    assert (part["exit_code"], part["output"]) == (3, ["words"])


def test_part__that_hangs_is_ended_and_has_no_code(monkeypatch):
    monkeypatch.setattr(gpu_check, "_LIMIT_S", 0.2)
    part = gpu_check._part(("-c", "import time; time.sleep(600)"))
    assert part["exit_code"] is None
