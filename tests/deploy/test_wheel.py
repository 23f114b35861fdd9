"""The package as it is built: what it holds, and that it forecasts where nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from services.publishing.publisher import stable_digest
from tests.rules.sources import ROOT, shipped_files

FORECAST = ["forecast", "--train-data", "2025", "--num-simulations", "200", "--output"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(["-m", "hatchling", "build", "-t", "wheel", "-d", folder], ROOT)
    (built,) = folder.glob("*.whl")
    return built


def run(arguments, folder, **environment):
    """Run this Python, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel__holds_every_shipped_file_and_no_other(wheel):
    names = [path.relative_to(ROOT).as_posix() for path in shipped_files()]
    wanted = {name for name in names if name.startswith(("predictor/", "services/"))}
    data = ("config/", "race-data/", "docs/glossary.md", "requirements_incremental.txt")
    wanted |= {f"services/shipped/{name}" for name in names if name.startswith(data)}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        info = [name for name in archive.namelist() if ".dist-info/" in name]
    assert held == wanted
    files = {name.partition(".dist-info/")[2] for name in info}
    assert {"METADATA", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"} <= files


@pytest.mark.wheel
def test_wheel__forecasts_from_an_empty_folder_as_the_checkout_does(wheel, tmp_path):
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(["-m", "venv", tmp_path / "env"], tmp_path)
    constraints = ROOT / "config" / "constraints.txt"
    install = [python, "-m", "pip", "install", "--quiet", wheel, "-c", constraints]
    # pip warns of what it brings itself, which is not ours to mend
    subprocess.run(install, check=True, env=os.environ | {"PYTHONWARNINGS": "default"})
    empty = tmp_path / "empty"
    empty.mkdir()
    tool = python.with_name("f1-forecast")
    subprocess.run([tool, *FORECAST, "here.json"], cwd=empty, check=True, stdout=subprocess.PIPE)
    run(["-m", "services", *FORECAST, tmp_path / "checkout.json"], ROOT)
    installed, checkout = (
        (empty / "here.json").read_bytes(),
        (tmp_path / "checkout.json").read_bytes(),
    )
    assert stable_digest(installed) == stable_digest(checkout)
    assert sorted(path.name for path in empty.iterdir() if not path.name.startswith(".")) == [
        "explanations", "here.json", "training.log", "training_history.jsonl"
    ]  # fmt: skip
    site = Path(sysconfig.get_path("purelib", vars={"base": str(tmp_path / "env")}))
    assert (site / "services" / "shipped" / "race-data" / "2025").is_dir()
