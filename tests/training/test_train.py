"""Training of real models on a small folder of seasons: what is registered, and after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from predictor.errors import NoUsableInput, UsageError
from predictor.learn.model_kinds import load_model
from services.registry.listing import find_version, verified
from services.registry.registry import active_bundle
from services.registry.registry_file import read_registry
from services.settings.limits import Limits
from services.training.evaluate import BLEND, evaluate
from services.training.evaluate_text import evaluation_json, evaluation_text
from services.training.groundwork import TrainOptions
from services.training.train import train
from tests.backtesting.backtest_data import copy_season
from tests.registry.small_models import NOTHING
from tests.rules.sources import ROOT

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
N_SIMS = 60
FEW = {"members": 2, "epochs": 8}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Give three events of each of six seasons."""
    folder = tmp_path_factory.mktemp("seasons")
    for year in YEARS:
        copy_season(year, folder / str(year))
    return folder


def options(data, folder, kind="small", settings=FEW, **more):
    return TrainOptions(data, folder, kind, n_simulations=N_SIMS, jobs=1, settings=settings, **more)


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """Train once; give the folder and what was said."""
    folder = tmp_path_factory.mktemp("trained") / "models"
    return folder, train(options(data, folder), Limits(), shipped=NOTHING)


def command(data, folder):
    """Give a process that trains as the fixture does, and prints its notes."""
    code = (
        "import json, sys\nfrom pathlib import Path\n"
        "from services.training.groundwork import TrainOptions\n"
        "from services.training.train import train\n"
        "from services.settings.limits import Limits\n"
        "if __name__ == '__main__':\n"
        f"    options = TrainOptions(Path({str(data)!r}), Path({str(folder)!r}), "
        f"n_simulations={N_SIMS}, jobs=1, settings={FEW!r})\n"
        "    print(json.dumps(train(options, Limits()).notes))\n"
    )
    return [sys.executable, "-c", code]


def test_train__registers_a_candidate_with_all_that_it_needs(trained):
    folder, told = trained
    assert (told.version, told.kind) == ("1.0", "small")
    found, status = find_version(folder, "1.0", shipped=NOTHING)
    assert status == "candidate"
    assert set(found.files) >= {
        "card.json", "card.md", "config.json", "evidence.json", "reference.json", "training.json",
    }  # fmt: skip
    assert verified(folder, shipped=NOTHING).faults == ()
    bundle = active_bundle(folder, shipped=NOTHING).candidate
    assert bundle.trained_until == told.trained_until == "2025-04-06"
    assert bundle.reference is not None
    model = load_model(bundle.files)
    assert model.kind == "small"
    assert model.features_digest == bundle.features_digest


def test_train__evidence_is_of_races_after_those_learnt_from(trained):
    folder, _ = trained
    bundle = active_bundle(folder, shipped=NOTHING).candidate
    assert {one.season for one in bundle.evidence} == {2024, 2025}
    assert {one.horizon.value for one in bundle.evidence} == {"a", "b", "c"}
    assert len(bundle.evidence) == 2 * 3 * 3
    for one in bundle.evidence:
        assert one.date.startswith(str(one.season))
        assert all(0.5 < loss < 5.0 for loss in (*one.losses, one.model_loss, one.grid_loss))


def test_train__the_card_tells_data_scores_and_limits(trained):
    folder, told = trained
    found, _ = find_version(folder, "1.0", shipped=NOTHING)
    card = json.loads(found.files["card.json"])
    assert card["data"]["seasons"] == list(YEARS)
    assert card["data"]["races"] == 3 * len(YEARS)
    assert card["training"]["seed"] == 1
    assert card["files"] == {
        name: found.manifest.files[name].digest for name in found.manifest.model
    }
    (span,) = card["metrics"]
    assert span == "2024 to 2025"
    assert set(card["metrics"][span]["c"]["scores"]) == {"model", "filter", "grid"}
    assert card["weights"]["c"]["weight"] == 0.0  # six races earn nothing
    ruler = card["ruler"]
    assert (ruler["n_simulations"], ruler["seasons"], ruler["n_races"]) == (60, [2024, 2025], 6)
    assert ruler["digest"].startswith("sha256:")
    text = found.files["card.md"].decode()
    assert "18 races of 2020 to 2025" in text
    assert "Measured beside the published forecast of 60 simulations, 6 races of 2024 to" in text
    assert "## Limits" in text
    assert told.trained_until in text


def test_train__leaves_no_checkpoint_behind(trained):
    folder, _ = trained
    assert list((folder / "checkpoints").iterdir()) == []


def test_train__again_it_repeats_no_work_and_gives_the_same_weights(trained, data):
    folder, _ = trained
    again = train(options(data, folder), Limits(), shipped=NOTHING)
    assert (again.version, again.n_pieces_done) == ("1.1", 0)
    first, second = (find_version(folder, v, shipped=NOTHING)[0] for v in ("1.0", "1.1"))
    assert first.model == second.model
    assert first.files["evidence.json"] == second.files["evidence.json"]


def test_train__killed_and_called_again_comes_to_the_same_model(trained, data, tmp_path):
    folder = tmp_path / "models"
    # Published forecasts and folds are done already: what is killed is the training of the model.
    shutil.copytree(trained[0] / ".cache", folder / ".cache")
    stored = [path for path in (folder / ".cache").rglob("*") if path.is_file()]
    whole, _ = find_version(trained[0], "1.0", shipped=NOTHING)
    weights = next(data for name, data in whole.model.items() if name.startswith("weights"))
    for path in stored:
        if weights[-200:] in path.read_bytes():
            path.unlink()
    for n_kills in range(1, 4):
        process = subprocess.Popen(
            command(data, folder), cwd=ROOT, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _wait_for_checkpoint(process, folder, n_kills)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not (folder / "model_registry.json").exists()
    (newest,) = sorted((folder / "checkpoints").glob("*/*.ckpt"))[-1:]
    newest.write_bytes(newest.read_bytes()[:-1])
    done = subprocess.run(
        command(data, folder), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    notes = json.loads(done.stdout)
    assert f"checkpoint {newest.name} is damaged; the one before is used" in notes
    (version,) = read_registry(folder).registry.models["race_outcome"].versions
    found, _ = find_version(folder, version)
    assert found.model == whole.model
    assert found.files["evidence.json"] == whole.files["evidence.json"]
    assert list((folder / "checkpoints").iterdir()) == []


def _wait_for_checkpoint(process, folder, at_least):
    until = time.monotonic() + 600
    while time.monotonic() < until:
        assert process.poll() is None, "it ended before it could be killed"
        numbers = [int(path.stem) for path in (folder / "checkpoints").glob("*/*.ckpt")]
        if max(numbers, default=0) >= 2 * at_least:
            return
        time.sleep(0.02)
    raise AssertionError("no checkpoint came")


def test_evaluate__scores_kinds_and_blends_beside_the_published_forecast(trained, data):
    folder, _ = trained
    found = evaluate(options(data, folder), (2025,), ("small",), Limits())
    models = ["grid", "filter", "small", f"{BLEND}small"]
    assert set(found.horizons) == {"a", "b", "c"}
    for one in found.horizons.values():
        assert one["races"] == 3
        assert list(one["scores"]) == models
        # Without enough races before them the blends weigh nothing: they are the published ones.
        blend, published = one["scores"][f"{BLEND}small"], one["scores"]["filter"]
        assert blend == published
    assert found.weights["small"]["c"] == {"2025": 0.0}
    assert 0.0 < found.inference_ms["small"] < 1000.0
    text = evaluation_text(found)
    assert "### (c) grid known, 3 races" in text
    assert "top-3 accuracy 85.3 %" in text
    assert json.loads(evaluation_json(found))["settings"]["seasons"] == [2025]
    registry = read_registry(folder).registry.models["race_outcome"]
    assert set(registry.versions) <= {"1.0", "1.1"}  # it registers nothing


def test_train__a_ranker_has_two_files_of_trees(trained, data, tmp_path):
    folder = tmp_path / "models"
    shutil.copytree(trained[0] / ".cache", folder / ".cache")
    told = train(options(data, folder, "ranker", {"rounds": 5}), Limits(), shipped=NOTHING)
    bundle = active_bundle(folder, shipped=NOTHING).candidate
    assert (told.kind, bundle.kind) == ("ranker", "ranker")
    assert set(bundle.files) == {"config.json", "ranker.txt", "retirements.txt"}
    assert load_model(bundle.files).kind == "ranker"


def test_train__says_what_is_wrong_with_what_it_was_asked(data, tmp_path):
    with pytest.raises(UsageError, match="no such kind") as caught:
        train(options(data, tmp_path, "giant"), Limits())
    assert caught.value.where == "--kind"
    with pytest.raises(UsageError, match="no such kind") as caught:
        evaluate(options(data, tmp_path), (2025,), ("small", "giant"), Limits())
    assert (caught.value.where, caught.value.got) == ("--kinds", "'giant'")
    with pytest.raises(UsageError, match="no folder of the season 1999"):
        train(options(data, tmp_path, until=1999), Limits())
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds none"):
        train(options(tmp_path / "empty", tmp_path), Limits())
    with pytest.raises(UsageError, match="too early"):
        evaluate(options(data, tmp_path), (2016,), ("small",), Limits())


def test_train__seasons_without_a_race_are_no_usable_input(tmp_path):
    copy_season(2025, tmp_path / "data" / "2025")
    for path in (tmp_path / "data" / "2025").glob("*/*.json"):
        path.unlink()
    (tmp_path / "history").mkdir()
    with pytest.raises(NoUsableInput):
        train(options(tmp_path / "data", tmp_path / "m", history=tmp_path / "history"), Limits())
