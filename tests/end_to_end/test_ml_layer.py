"""``--use-ml-layer`` from the command line: at work as it is shipped, and with damaged files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROOT, Season
from tests.end_to_end.test_updates import ran

SHIPPED = ROOT / "config" / "models"


@pytest.fixture(scope="module")
def layered(tmp_path_factory):
    """A season forecast with the layer, and once before without it."""
    folder = tmp_path_factory.mktemp("layered")
    season = Season(ROOT / "race-data" / "2025", folder / "season.json")
    plain = season.forecast("--incremental-update")
    assert plain.code == 0, plain.err
    without = plain.document
    run = season.forecast("--incremental-update", "--use-ml-layer")
    assert run.code == 0, run.err
    return season, without, run.document, run


@pytest.fixture
def again(layered, tmp_path):
    """The same folder again, for a test that does something to it."""
    season, _, _, _ = layered
    folder = shutil.copytree(season.output.parent, tmp_path / "again")
    return Season(season.folder, folder / season.output.name)


def predictions(document):
    """Give what readers bet on, event by event."""
    return {
        name: (block["predictions"], block["scenarios"])
        for name, block in document["predictions"].items()
    }


def test_layer__works_as_it_is_shipped_and_reuses_every_simulated_race(layered):
    _, without, document, run = layered
    layer = document["metadata"]["ml_layer"]
    assert (layer["model"], layer["shipped"]) == ("race_outcome", True)
    assert layer["trained_until"] < "2025-01-01"
    assert layer["races_scored"] == 24
    assert not ran(run, "forecast/")
    assert not ran(run, "form/")
    weights = {block["metadata"]["ml"]["weight"] for block in document["predictions"].values()}
    same = predictions(document) == predictions(without)
    assert same is (weights == {0.0})
    assert document["championship"] == without["championship"]


def test_layer__a_single_run_tells_who_watches_the_model(layered):
    season, _, document, _ = layered
    monitor = json.loads((season.output.parent / "models" / "monitor.json").read_bytes())
    assert monitor["document"] == document["metadata"]["predictions_sha256"]


def test_layer__an_unchanged_run_recomputes_nothing_and_imports_no_numpy(layered):
    season, _, document, _ = layered
    code = (
        "import sys; sys.argv[0] = 'f1'; from services.cli.main import forecast, main;"
        "code = main(forecast); print(code, 'numpy' in sys.modules, file=sys.stderr)"
    )
    given = ("--train-data", str(season.folder), "--output", str(season.output),
             "--num-simulations", "120", "--incremental-update", "--use-ml-layer")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, *given],
        capture_output=True, text=True, check=False, timeout=600, cwd=ROOT,
    )  # fmt: skip
    assert done.stderr.splitlines()[-1] == "0 False"
    assert json.loads(season.output.read_text()) == document


def test_layer__a_full_rebuild_gives_the_same(again):
    run = again.forecast("--incremental-update", "--use-ml-layer", "--verify")
    assert run.code == 0, run.err


def test_layer__needs_no_torch_and_no_lightgbm(again, tmp_path, monkeypatch):
    for name in ("torch", "lightgbm"):
        (tmp_path / "absent" / name).mkdir(parents=True)
        (tmp_path / "absent" / name / "__init__.py").write_text("raise ImportError('absent')")
    path = os.pathsep.join([str(tmp_path / "absent"), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    before = again.output.read_text()
    run = again.forecast("--force-retrain", "--use-ml-layer")
    assert run.code == 0, run.err
    assert predictions(run.document) == predictions(json.loads(before))


def serving(again):
    """Put a model of the folder's own into service: a copy of the shipped one."""
    models = again.output.parent / "models"
    shutil.copytree(SHIPPED, models, dirs_exist_ok=True)  # the monitor is there
    run = again.forecast("--incremental-update", "--use-ml-layer")
    assert run.code == 0, run.err
    assert run.document["metadata"]["ml_layer"]["shipped"] is False
    return models


def weights_of(models):
    return next((models / "race_outcome").glob("*/weights.safetensors"))


def cut(path: Path):
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path):
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (lambda models: cut(weights_of(models)), "weights.safetensors"),
        (lambda models: flip(weights_of(models)), "weights.safetensors"),
        (lambda models: weights_of(models).unlink(), "weights.safetensors"),
        (lambda models: cut(models / "model_registry.json"), "model_registry.json"),
        (lambda models: cut(weights_of(models).with_name("card.json")), "card.json"),
    ],
    ids=["cut weights", "flipped bit", "lost weights", "registry cut", "card cut"],
)
def test_layer__damaged_files_lead_to_the_version_before_and_a_note(again, harm, word):
    models = serving(again)
    before = json.loads(again.output.read_text())
    harm(models)
    run = again.forecast("--incremental-update", "--use-ml-layer")
    assert run.code == 0, run.err
    layer = run.document["metadata"]["ml_layer"]
    assert layer["shipped"] is True
    assert any(word in note for note in layer["notes"])
    assert any(word in note for note in run.document["metadata"]["notes"])
    # The shipped one is the same model, so the forecast is the same to the last digit.
    assert predictions(run.document) == predictions(before)
