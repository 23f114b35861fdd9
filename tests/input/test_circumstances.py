"""The same document, byte for byte, wherever and however it is computed: real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.publishing.publisher import VOLATILE
from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT

SHUFFLED = Path(__file__).parent / "shuffled"
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def threads(number):
    return dict.fromkeys(_THREADS, str(number))


# What is asked of the process, and its surroundings.
CIRCUMSTANCES = {
    "4-workers": (("--jobs", "4"), {}),
    "hash-seed-1": ((), {"PYTHONHASHSEED": "1"}),
    "hash-seed-random": ((), {"PYTHONHASHSEED": "random"}),
    "folders-in-another-order": ((), {"PYTHONPATH": str(SHUFFLED)}),
    "2-threads": (("--jobs", "2"), threads(2)),
    "4-threads": (("--jobs", "3"), threads(4)),
    "turkish-in-kolkata": ((), {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kolkata"}),
    "ascii-on-samoa": (
        (),
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TZ": "Pacific/Apia"},
    ),
}
PLAIN = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", **threads(1)}


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """The small season, and a race that is known from its qualifying alone."""
    made = SmallSeason(tmp_path_factory.mktemp("circumstances") / "season")
    made.add("04-bahrain/qualifying.json")
    return made


def forecast(season, output, options=(), *, cwd=ROOT, umask=-1, **surroundings):
    """Run the command in a process of its own; give the document's bytes that may not differ."""
    given = {
        "--train-data": season.drops, "--history": season.earlier, "--output": output,
        "--num-simulations": 64, "--jobs": 1,
    }  # fmt: skip
    command = [sys.executable, ROOT / "run_full_season_incremental.py"]
    command += [word for pair in given.items() for word in pair]
    done = subprocess.run(
        [str(word) for word in (*command, *options)],
        cwd=cwd,
        umask=umask,
        env={**os.environ, **PLAIN, **surroundings},
        capture_output=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    document = json.loads(output.read_bytes())
    for name in VOLATILE:
        document["metadata"].pop(name, None)
    return json.dumps(document)


@pytest.fixture(scope="module")
def plain(season, tmp_path_factory):
    """The document of one worker, one thread and plain surroundings."""
    return forecast(season, tmp_path_factory.mktemp("plain") / "season.json")


@pytest.mark.parametrize("name", CIRCUMSTANCES)
def test_forecast__is_the_same_bytes(season, plain, tmp_path, name):
    options, surroundings = CIRCUMSTANCES[name]
    assert forecast(season, tmp_path / "season.json", options, **surroundings) == plain


def test_forecast__is_the_same_bytes_from_another_folder_under_another_mask(
    season, plain, tmp_path
):
    assert forecast(season, tmp_path / "season.json", cwd=tmp_path, umask=0o077) == plain


def test_forecast__of_a_moved_folder_is_the_same_bytes(season, plain, tmp_path):
    moved = SmallSeason(tmp_path / "another place")
    moved.add("04-bahrain/qualifying.json")
    assert forecast(moved, tmp_path / "season.json") == plain


def test_shuffled__is_in_force():
    code = "import os; print(len({tuple(os.listdir('.')) for _ in range(50)}) > 1, os.scandir)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(SHUFFLED)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.startswith("True <class 'sitecustomize._Shuffled'>")
