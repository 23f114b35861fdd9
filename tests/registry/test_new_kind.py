"""A kind that joins with one entry: every room that asks of kinds knows it, and no other has to."""

from __future__ import annotations

import json

import pytest

from predictor.errors import F1Error
from predictor.learn.model_config import CONFIG_FILE, FORMAT
from predictor.learn.model_kinds import (
    KINDS,
    RACE_OUTCOME,
    ModelKind,
    kinds_of,
    load_model,
    packages_that_train,
    train_model,
)
from services.registry.changes import promote, register, rollback
from services.registry.layout import checked_file, checked_name, version_folder
from services.registry.listing import find_version, listed, listed_text, verified
from services.registry.registry import active_bundle
from services.settings.limits import ModelLimits
from tests.registry.small_models import NOTHING, new_version, promoted

LIMITS = ModelLimits()


@pytest.fixture
def toy(monkeypatch):
    """Give a kind of a model that the product does not have, as an entry of the table."""
    kind = ModelKind(
        name="mean",
        model="lap_times",
        files=(CONFIG_FILE, "mean.txt"),
        packages=("a_package_of_means",),
        settings={"laps": 3},
        train=lambda kind, examples, **how: (kind.settings, sum(examples), how),
        load=lambda files, config: float(files["mean.txt"]),
    )
    monkeypatch.setitem(KINDS, kind.name, kind)
    return kind


@pytest.fixture
def folder(tmp_path, toy):
    """Give a folder where a version of it stands beside one that says who finishes where."""
    place = tmp_path / "models"
    promoted(place, b"outcome")
    for _ in range(2):
        register(place, LIMITS, new_version(kind=toy.name, name=toy.model), shipped=NOTHING)
    return place


def test_model_kinds__a_new_entry_is_trained_and_loaded(toy):
    assert train_model("mean", [1, 2], seed=4) == ({"laps": 3}, 3, {"seed": 4})
    config = json.dumps({"format": FORMAT, "kind": "mean"}).encode()
    assert load_model({CONFIG_FILE: config, "mean.txt": b"81.5"}) == 81.5
    with pytest.raises(F1Error, match="missing") as caught:
        load_model({CONFIG_FILE: config})
    assert caught.value.where == "mean.txt"


def test_model_kinds__a_kind_that_has_not_joined_is_refused():
    with pytest.raises(F1Error, match="unknown kind"):
        train_model("mean", [1, 2], seed=4)
    for kind in ("mean", 3, ["small"], None):
        with pytest.raises(F1Error, match="damaged"):
            load_model({CONFIG_FILE: json.dumps({"format": FORMAT, "kind": kind}).encode()})


def test_model_kinds__a_kind_of_another_model_is_not_offered_for_this_one(toy):
    assert kinds_of("lap_times") == ("mean",)
    assert "mean" not in kinds_of(RACE_OUTCOME)
    assert "a_package_of_means" in packages_that_train()


def test_layout__takes_the_name_and_the_files_of_every_kind(toy, tmp_path):
    for kind in KINDS.values():
        assert checked_name(kind.model) == kind.model
        assert tuple(map(checked_file, kind.files)) == kind.files
    assert version_folder(tmp_path, toy.model, "1.0") == tmp_path / "lap_times" / "1.0"


def test_listed__shows_each_model_alone(folder, toy):
    found = listed(folder, shipped=NOTHING, name=toy.model)
    assert {v: one["kind"] for v, one in found["versions"].items()} == {
        "1.0": "mean",
        "1.1": "mean",
    }
    assert "no model serves" in listed_text(found)
    assert list(listed(folder, shipped=NOTHING)["versions"]) == ["1.0"]
    assert find_version(folder, "1.1", shipped=NOTHING, name=toy.model)[1] == "candidate"
    assert verified(folder).faults == ()


def test_promote__moves_one_line_of_versions_and_not_the_other(folder, toy):
    for version in ("1.0", "1.1"):
        promote(folder, LIMITS, version, name=toy.model, shipped=NOTHING)
    served = active_bundle(folder, shipped=NOTHING, name=toy.model).bundle
    assert (served.name, served.version, served.kind) == ("lap_times", "1.1", "mean")
    assert rollback(folder, LIMITS, name=toy.model, shipped=NOTHING) == ("1.1", "1.0")
    assert active_bundle(folder, shipped=NOTHING).bundle.kind == "small"
