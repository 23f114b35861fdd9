"""Equal run keys mean equal documents: everything that shows in a document is in the key."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from predictor.errors import UsageError
from predictor.graph.plan import Salt
from predictor.vocabulary import Backend, Horizon, Scenario
from services.engine import run_key as module
from services.engine.run_key import run_key
from services.intake.last_good import prefix_of
from services.intake.scan import Scan, ScannedFile
from services.settings import environment, product_code
from services.settings.run_request import RunRequest

RACE, OTHER = ScannedFile("race.json", "sha256:1"), ScannedFile("race.json", "sha256:2")
EARLIER = Path("/earlier")
PREFIX = prefix_of(EARLIER)


@pytest.fixture
def parts(tmp_path):
    return {
        "settings": RunRequest(tmp_path / "drops"),
        "train": Scan(tmp_path, (RACE,), (("a.json", "is a link"),)),
        "histories": [Scan(EARLIER, (RACE,), ())],
        "good": {},
        "salt": Salt(code="code", environment="environment"),
        "model": ["sha256:1", "sha256:2"],
    }


def setting(**changed):
    return lambda parts: {"settings": replace(parts["settings"], **changed)}


def train(**changed):
    return lambda parts: {"train": replace(parts["train"], **changed)}


def earlier(**changed):
    return lambda parts: {"histories": [replace(parts["histories"][0], **changed)]}


COUNTS = {
    "simulations": setting(n_simulations=7),
    "seed": setting(seed=2),
    "horizon": setting(horizon=Horizon.BEFORE_WEEKEND),
    "scenarios": setting(scenarios=(Scenario.DRY,)),
    "driver weights": setting(driver_weights={"VER": 1.1}),
    "team weights": setting(team_weights={"Ferrari": 1.1}),
    "what simulates": setting(backend=Backend.CUDA),
    "bytes of a file": train(files=(OTHER,)),
    "name of a file": train(files=(ScannedFile("copy.json", "sha256:1"),)),
    "no file": train(files=()),
    "why a file is left out": train(rejected=(("a.json", "is too large"),)),
    "what is left out": train(rejected=()),
    "what is stale": train(stale=("race.json",)),
    "bytes of the history": earlier(files=(OTHER,)),
    "what is left out of the history": earlier(rejected=(("a.json", "is a link"),)),
    "what is stale in the history": earlier(stale=("race.json",)),
    "no history": lambda _: {"histories": []},
    "one more history": lambda parts: {"histories": parts["histories"] * 2},
    "last good bytes": lambda _: {"good": {"race.json": "sha256:2"}},
    "last good bytes of the history": lambda _: {"good": {f"{PREFIX}race.json": "sha256:2"}},
    "code": lambda parts: {"salt": replace(parts["salt"], code="other")},
    "environment": lambda parts: {"salt": replace(parts["salt"], environment="other")},
}

COUNTS_NOT = {
    "threads": setting(jobs=3),
    "words": setting(verbose=True),
    "another document": setting(output=Path("elsewhere.json")),
    "place of the data": setting(train_data=Path("elsewhere")),
    "comparison": setting(verify=True),
    "trigger": setting(trigger="files changed"),
    "season documents": train(documents=("season.json",)),
}


@pytest.mark.parametrize("what", COUNTS)
def test_run_key__changes_with(parts, what):
    assert run_key(**(parts | COUNTS[what](parts))) != run_key(**parts)


@pytest.mark.parametrize("what", COUNTS_NOT)
def test_run_key__does_not_change_with(parts, what):
    assert run_key(**(parts | COUNTS_NOT[what](parts))) == run_key(**parts)


def test_run_key__train_and_history_are_not_confused(parts):
    swapped = {"train": parts["histories"][0], "histories": [parts["train"]]}
    assert run_key(**(parts | swapped)) != run_key(**parts)


@pytest.mark.parametrize(
    "name", ["model.toml", "pit_crews.toml", "circuits/monaco.toml", "circuits/_average.toml"]
)
def test_run_key__changes_with_the_model(parts, tmp_path, monkeypatch, name):
    config = tmp_path / "config"
    shutil.copytree(module.CONFIG, config)
    monkeypatch.setattr(module, "CONFIG", config)
    before = run_key(**parts | {"model": module.model_digests()})
    with (config / name).open("ab") as file:
        file.write(b"\n")
    assert run_key(**parts | {"model": module.model_digests()}) != before


@pytest.mark.parametrize("name", ["model.toml", "circuits/monaco.toml"])
def test_model_digests__a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch, name):
    shutil.copytree(module.CONFIG, tmp_path / "config")
    monkeypatch.setattr(module, "CONFIG", tmp_path / "config")
    path = tmp_path / "config" / name
    path.unlink()
    path.mkdir()
    with pytest.raises(UsageError, match="model constants cannot be used") as caught:
        module.model_digests()
    assert (caught.value.where, caught.value.exit_code) == (str(path), 2)


def test_model_digests__a_file_that_is_not_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "CONFIG", tmp_path)
    assert module.model_digests() == ["absent", "absent"]


def test_run_key__changes_with_any_code_but_not_during_a_process(parts, product):
    before = run_key(**parts)
    with (product / "services" / "publishing" / "document.py").open("a") as file:
        file.write("ANOTHER_RELEASE = 1\n")
    assert run_key(**parts) == before
    environment.product_code.cache_clear()
    assert run_key(**parts) != before


def test_run_key__does_not_change_with_a_comment(parts, product):
    before = run_key(**parts)
    with (product / "services" / "publishing" / "document.py").open("a") as file:
        file.write("# another release\n")
    environment.product_code.cache_clear()
    assert run_key(**parts) == before


@pytest.fixture
def product(tmp_path, monkeypatch):
    """A copy of the product in place of the one that runs."""
    for package in ("predictor", "services"):
        shutil.copytree(product_code.ROOT / package, tmp_path / package)
    monkeypatch.setattr(product_code, "ROOT", tmp_path)
    environment.product_code.cache_clear()
    yield tmp_path
    environment.product_code.cache_clear()
