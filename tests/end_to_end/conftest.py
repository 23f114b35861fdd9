"""Real runs of the command on copies of the bundled seasons."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIMS = "120"


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str
    path: Path

    @property
    def document(self):
        return json.loads(self.path.read_text())

    @property
    def stages(self):
        """Stage lines of --explain: id -> what became of it."""
        lines = [line.strip() for line in (self.out + self.err).splitlines()]
        return dict(line.split(": ", 1) for line in lines if line.startswith(STAGES))


STAGES = ("parse/", "seasons", "history", "form/", "forecast/", "learn/", "document")


@dataclass(frozen=True)
class Season:
    """A copy of one season, and a place for its document."""

    folder: Path
    output: Path

    def forecast(self, *options):
        command = [
            sys.executable, str(ROOT / "run_full_season_incremental.py"),
            "--train-data", str(self.folder), "--output", str(self.output),
            "--num-simulations", SIMS, "--explain", *options,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        return Run(done.returncode, done.stdout, done.stderr, self.output)

    def event(self, slug):
        return next(self.folder.glob(f"*-{slug}"))


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory):
    """One folder for all documents of a test process: earlier seasons are folded once."""
    return tmp_path_factory.mktemp("predictions")


@pytest.fixture
def season(tmp_path, results_folder, request):
    """Give a maker of copies of bundled seasons."""

    def copy(year=2025):
        folder = tmp_path / f"season-{year}"
        shutil.copytree(ROOT / "race-data" / str(year), folder)
        name = "".join(c if c.isalnum() else "_" for c in request.node.name)
        return Season(folder, results_folder / f"{name}.json")

    return copy


@pytest.fixture(scope="session")
def document_2025(results_folder):
    """The document of the bundled 2025 season."""
    season = Season(ROOT / "race-data" / "2025", results_folder / "season_2025.json")
    run = season.forecast("--incremental-update")
    assert run.code == 0, run.err
    return run.document
