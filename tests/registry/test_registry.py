"""Which version serves, and who stands in for it, whatever has become of the files."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys

import orjson
import pytest
from msgspec import structs

from services.registry.changes import promote, register
from services.registry.registry import active_bundle, served_digest
from services.registry.registry_file import BACKUP, REGISTRY, read_registry, write_registry
from services.settings.limits import ModelLimits
from tests.registry.small_models import FEATURES, NOTHING, new_version, promoted, registered
from tests.rules.sources import ROOT

WEIGHTS = "weights.safetensors"


def served(folder, shipped=NOTHING, **more):
    return active_bundle(folder, shipped=shipped, **more)


@pytest.fixture
def models(tmp_path):
    """1.0 and 1.1 served, 1.2 serves, 1.3 is a candidate."""
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second", b"third")
    registered(folder, b"fourth")
    return folder


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "shipped"
    promoted(folder, b"shipped")
    (folder / BACKUP).unlink()
    return folder


def test_active_bundle__gives_the_active_version_and_the_candidate_beside(models):
    found = served(models)
    assert (found.bundle.version, found.candidate.version) == ("1.2", "1.3")
    assert found.bundle.files[WEIGHTS] == b"third"
    assert set(found.bundle.files) == {WEIGHTS, "config.json"}
    assert found.candidate.files[WEIGHTS] == b"fourth"
    assert (found.bundle.kind, found.bundle.trained_until) == ("small", "2024-12-08")
    assert found.bundle.features_digest == FEATURES
    assert found.notes == ()


def test_active_bundle__without_any_folder_there_is_no_model_and_nothing_to_say(tmp_path):
    assert served(tmp_path / "models") == (found := served(tmp_path / "other"))
    assert (found.bundle, found.candidate, found.notes) == (None, None, ())


def test_active_bundle__the_shipped_version_serves_until_one_is_promoted(tmp_path, shipped):
    folder = tmp_path / "models"
    registered(folder, b"candidate")
    found = served(folder, shipped)
    assert found.bundle.files[WEIGHTS] == b"shipped"
    assert found.bundle.is_shipped
    assert found.notes == ()
    promoted(folder, b"own")
    found = served(folder, shipped)
    assert found.bundle.files[WEIGHTS] == b"own"
    assert not found.bundle.is_shipped


def test_register__numbers_go_on_from_those_that_are_shipped(tmp_path, shipped):
    assert register(tmp_path / "m", ModelLimits(), new_version(), shipped=shipped) == "1.1"


def _cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _grow(path):
    path.write_bytes(path.read_bytes() + b"x")


def _as_pipe(path):
    path.unlink()
    os.mkfifo(path)


def _as_link(path):
    moved = path.with_name("moved.bin")
    path.rename(moved)
    path.symlink_to(moved)


def _as_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = [_cut, _flip, _grow, _as_pipe, _as_link, _as_folder, os.unlink]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", [WEIGHTS, "config.json", "card.json", "card.md", "manifest.json"])
def test_active_bundle__a_damaged_file_has_the_version_before_serve(models, name, damage):
    damage(models / "race_outcome" / "1.2" / name)
    found = served(models)
    assert found.bundle.version == "1.1"
    assert found.bundle.files[WEIGHTS] == b"second"
    assert len(found.notes) == 1
    assert found.notes[0].startswith(f"race_outcome 1.2: {name} ")
    assert found.notes[0].endswith("; 1.1 serves")


def test_active_bundle__a_note_names_both_digests(models):
    (models / "race_outcome" / "1.2" / WEIGHTS).write_bytes(b"THIRD")
    got, expected = (hashlib.sha256(one).hexdigest()[:12] for one in (b"THIRD", b"third"))
    assert served(models).notes == (
        f"race_outcome 1.2: weights.safetensors has digest sha256:{got}, "
        f"expected sha256:{expected}; 1.1 serves",
    )


def test_active_bundle__goes_back_as_far_as_it_must_and_then_to_the_shipped(models, shipped):
    for version, serves in (("1.2", b"second"), ("1.1", b"first"), ("1.0", b"shipped")):
        shutil.rmtree(models / "race_outcome" / version)
        found = served(models, shipped)
        assert found.bundle.files[WEIGHTS] == serves
    assert len(found.notes) == 3
    assert found.bundle.is_shipped
    (shipped / REGISTRY).unlink()
    found = served(models, shipped)
    assert found.bundle is None
    assert all(note.endswith("; no model serves") for note in found.notes[1:]), found.notes


def test_active_bundle__a_damaged_candidate_is_told_and_touches_nothing_else(models):
    _flip(models / "race_outcome" / "1.3" / WEIGHTS)
    found = served(models)
    assert (found.bundle.version, found.candidate) == ("1.2", None)
    assert len(found.notes) == 1
    assert found.notes[0].endswith("this candidate is not watched")


def test_active_bundle__a_candidate_never_stands_in(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, b"first")
    registered(folder, b"second")
    shutil.rmtree(folder / "race_outcome" / "1.0")
    found = served(folder)
    assert found.bundle is None
    assert found.candidate.version == "1.1"


def test_active_bundle__a_card_that_tells_of_another_model_is_a_fault(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second")
    card = folder / "race_outcome" / "1.1" / "card.json"
    lies = json.loads(card.read_text())
    lies["files"][WEIGHTS] = "sha256:" + "0" * 64
    card.write_text(json.dumps(lies))
    _vouch_for(folder, "1.1", "card.json")
    found = served(folder)
    assert found.bundle.version == "1.0"
    assert found.notes[0].startswith(
        "race_outcome 1.1: card.json says that weights.safetensors has digest sha256:000000000000"
    )


def test_active_bundle__names_in_a_manifest_are_no_paths(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second")
    (tmp_path / "secret.json").write_bytes(b"{}")
    manifest = folder / "race_outcome" / "1.1" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"]["../../../secret.json"] = {"digest": "sha256:" + "0" * 64, "bytes": 2}
    manifest.write_text(json.dumps(content))
    _vouch_for(folder, "1.1")
    found = served(folder)
    assert found.bundle.version == "1.0"
    assert "'../../../secret.json' is not the name of a model's file" in found.notes[0]


def _vouch_for(folder, version, name=None):
    """Make digests right again, as somebody who knows how would."""
    place = folder / "race_outcome" / version
    manifest = place / "manifest.json"
    if name:
        content = json.loads(manifest.read_text())
        data = (place / name).read_bytes()
        content["files"][name] = {"digest": digest_of(data), "bytes": len(data)}
        manifest.write_text(json.dumps(content))
    registry = read_registry(folder).registry
    model = registry.models["race_outcome"]
    entry = structs.replace(model.versions[version], digest=digest_of(manifest.read_bytes()))
    model = structs.replace(model, versions={**model.versions, version: entry})
    write_registry(folder, structs.replace(registry, models={"race_outcome": model}))


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_active_bundle__a_registry_cut_anywhere_is_replaced_by_its_copy(models):
    whole = (models / REGISTRY).read_bytes()
    for end in range(0, len(whole) - 1, 17):
        (models / REGISTRY).write_bytes(whole[:end])
        found = served(models)
        assert (found.bundle.version, found.candidate.version) == ("1.2", "1.3")
        assert found.notes == (
            "model_registry.json is cut or overwritten; its copy model_registry.json.bak, "
            "change 7, is used",
        )


def test_active_bundle__a_registry_with_any_bit_flipped_never_serves_another_version(models):
    whole = (models / REGISTRY).read_bytes()
    before = served(models)
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        (models / REGISTRY).write_bytes(bytes(changed))
        found = served(models)
        assert found.bundle == before.bundle
        assert len(found.notes) == 1 or orjson.loads(changed) == orjson.loads(whole)


def test_active_bundle__a_registry_that_is_gone_is_replaced_by_its_copy(models):
    (models / REGISTRY).unlink()
    found = served(models)
    assert found.bundle.version == "1.2"
    assert found.notes == (
        "model_registry.json is missing; its copy model_registry.json.bak, change 7, is used",
    )


def test_active_bundle__without_registry_and_copy_nobody_serves_who_may_not_have(models, shipped):
    (models / REGISTRY).write_bytes(b"{")
    (models / BACKUP).unlink()
    (models / "race_outcome" / "1.1" / WEIGHTS).unlink()
    found = served(models, shipped)
    assert found.bundle.files[WEIGHTS] == b"shipped"
    assert found.candidate is None
    assert found.notes == (
        "model_registry.json is cut or overwritten, and its copy is missing: which version served "
        "is not known, so none of the 3 whole versions there does; promote one, or restore a "
        "backup",
    )


def test_active_bundle__a_registry_of_another_schema_is_not_read(models):
    content = orjson.loads((models / REGISTRY).read_bytes())
    content["schema"] = 2
    del content["digest"]
    content["digest"] = digest_of(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))
    (models / REGISTRY).write_bytes(orjson.dumps(content))
    found = served(models)
    assert found.bundle.version == "1.2"
    assert found.notes[0].startswith("model_registry.json is of schema 2, expected 1; its copy ")


def test_active_bundle__a_model_of_other_features_is_passed_over(models, shipped):
    assert served(models, shipped).bundle.version == "1.2"
    found = served(models, features_digest="sha256:" + "0" * 64)
    assert found.bundle is None
    assert found.notes[-1] == (
        "race_outcome 1.0: it was made for other features than there are now; no model serves"
    )


def test_active_bundle__a_model_that_this_code_cannot_load_is_passed_over(models):
    found = served(models, features_digest=FEATURES)  # the digests are right, the bytes no weights
    assert found.bundle is None
    assert len(found.notes) == 4
    assert all("other features" not in note for note in found.notes)


def test_served_digest__changes_with_what_serves_and_with_every_fault(models):
    seen = [served_digest(models, shipped=NOTHING)]
    _flip(models / "race_outcome" / "1.3" / WEIGHTS)
    seen.append(served_digest(models, shipped=NOTHING))
    _flip(models / "race_outcome" / "1.2" / WEIGHTS)
    seen.append(served_digest(models, shipped=NOTHING))
    _flip(models / REGISTRY)
    seen.append(served_digest(models, shipped=NOTHING))
    assert len({json.dumps(one) for one in seen}) == 4
    assert served_digest(models, shipped=NOTHING) == seen[-1]


def test_served_digest__needs_no_numpy(models):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from services.registry.registry import served_digest\n"
        f"assert served_digest(Path({str(models)!r}))['active']\n"
        "sys.exit(bool({'numpy', 'torch', 'lightgbm'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def _unvouched(folder, manifest, card=b"{}"):
    """Put a version there that no registry knows of."""
    place = folder / "race_outcome" / "1.0"
    place.mkdir(parents=True)
    (place / "manifest.json").write_bytes(manifest)
    (place / "card.json").write_bytes(card)


def _manifest(card):
    said = {"digest": "sha256:" + hashlib.sha256(card).hexdigest(), "bytes": len(card)}
    return json.dumps(
        {
            "schema": 1, "name": "race_outcome", "version": "1.0", "kind": "small",
            "trained_until": "2024-12-08", "created": "", "features_digest": FEATURES,
            "model": [], "files": {"card.json": said},
        }
    ).encode()  # fmt: skip


DEEP = b'{"files":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("manifest", "card"),
    [(b'{"name": "\xff"}', b"{}"), (b"[" * 100_000, b"{}"), (_manifest(DEEP), DEEP)],
    ids=["no text", "deep manifest", "deep card"],
)
def test_active_bundle__without_a_registry_any_bytes_may_lie_in_a_version(tmp_path, manifest, card):
    _unvouched(tmp_path / "models", manifest, card)
    assert served(tmp_path / "models").bundle is None
    assert not served_digest(tmp_path / "models", shipped=NOTHING)["active"]


ROW = {
    "event_id": "2024-x", "season": 2024, "horizon": "c", "date": "2024-03-02",
    "losses": [2.0] * 3, "winner_losses": [2.0] * 3, "model_loss": 2.0, "grid_loss": 2.0,
}  # fmt: skip
NO_RACES = {
    "features": [], "features_digest": FEATURES, "edges": [], "events": [], "seasons": [],
    "counts": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("evidence.json", json.dumps([ROW]).encode(), "other weights"),
        ("evidence.json", b"[" * 100_000, "cannot be read"),
        ("evidence.json", b'["\xff"]', "cannot be read"),
        ("reference.json", json.dumps(NO_RACES).encode(), "cannot be read"),
    ],
    ids=["weights", "deep", "no text", "reference"],
)
def test_active_bundle__a_version_that_tells_nonsense_of_past_races_does_not_serve(
    tmp_path, name, content, word
):
    folder = tmp_path / "models"
    promoted(folder, b"good")
    whole = new_version(b"odd")
    odd = _with_file(whole, name, content)
    version = register(folder, ModelLimits(), odd, shipped=NOTHING)
    promote(folder, ModelLimits(), version)
    found = served(folder)
    assert found.bundle.version == "1.0"
    assert any(name in note and word in note for note in found.notes)


def _with_file(whole, name, content):
    """Give a version with one more file beside its model."""
    return dataclasses.replace(whole, about=lambda version: {**whole.about(version), name: content})


def test_served_digest__tells_a_shipped_version_from_its_copy(tmp_path, shipped):
    of_product = served_digest(tmp_path / "models", shipped=shipped)
    shutil.copytree(shipped, tmp_path / "models")
    assert served_digest(tmp_path / "models", shipped=shipped) != of_product
