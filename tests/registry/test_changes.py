"""Registering, promoting and rolling back, one after another and two at once."""

from __future__ import annotations

import multiprocessing
import shutil

import orjson
import pytest

from predictor.errors import UsageError
from services.errors import AlreadyRunning, ModelUnusable
from services.registry import registry_file
from services.registry.changes import hold_models, promote, register, rollback
from services.registry.registry import active_bundle
from services.registry.registry_file import (
    BACKUP,
    REGISTRY,
    Fault,
    parse_registry,
    read_registry,
)
from services.settings.limits import ModelLimits
from tests.registry.small_models import NOTHING, new_version, promoted, registered

LIMITS = ModelLimits()


def state(folder):
    """Give what serves and every version's status."""
    model = read_registry(folder).registry.models["race_outcome"]
    return model.serving, {version: entry.status for version, entry in model.versions.items()}


def folders(folder):
    return sorted(path.name for path in (folder / "race_outcome").iterdir())


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second")
    return folder


def test_register__the_first_version_is_a_candidate_and_serves_nobody(tmp_path):
    folder = tmp_path / "a" / "models"
    assert registered(folder, b"first") == ["1.0"]
    assert state(folder) == ([], {"1.0": "candidate"})
    assert active_bundle(folder, shipped=NOTHING).bundle is None


def test_promote__retires_the_one_before_and_keeps_it_next_in_line(models):
    assert state(models) == (["1.1", "1.0"], {"1.0": "retired", "1.1": "active"})
    registered(models, b"third")
    assert promote(models, LIMITS, "1.2") == "1.1"
    assert state(models)[0] == ["1.2", "1.1", "1.0"]
    assert promote(models, LIMITS, "1.0") == "1.2"  # an old one again
    assert state(models)[0] == ["1.0", "1.2", "1.1"]


def test_promote__the_registry_has_the_one_change_and_its_copy_follows(models):
    before = read_registry(models).registry
    registered(models, b"third")
    promote(models, LIMITS, "1.2")
    assert read_registry(models).registry.change == before.change + 2
    assert (models / REGISTRY).read_bytes() == (models / BACKUP).read_bytes()


@pytest.mark.parametrize("version", ["9.9", "1", "../1.0", "", "1.0/../1.1"])
def test_promote__a_version_that_is_not_there_is_a_usage_error(models, version):
    with pytest.raises(UsageError, match="there is no race_outcome"):
        promote(models, LIMITS, version)


def test_promote__what_serves_already_is_a_usage_error(models):
    with pytest.raises(UsageError, match="serves already"):
        promote(models, LIMITS, "1.1")


def test_promote__the_shipped_version_serves_again_and_those_of_the_folder_retire(tmp_path):
    shipped, folder = tmp_path / "shipped", tmp_path / "models"
    promoted(shipped, b"shipped")
    with pytest.raises(UsageError, match=r"race_outcome 1\.0 serves already"):
        promote(folder, LIMITS, "1.0", shipped=shipped)
    version = register(folder, LIMITS, new_version(b"own"), shipped=shipped)
    promote(folder, LIMITS, version, shipped=shipped)
    asked = []
    assert promote(folder, LIMITS, "1.0", shipped=shipped, check=asked.append) == version
    assert asked == [version]
    assert state(folder) == ([], {version: "retired"})
    assert active_bundle(folder, shipped=shipped).bundle.is_shipped
    assert promote(folder, LIMITS, version, shipped=shipped) is None


def test_promote__a_shipped_version_that_is_damaged_is_refused(tmp_path):
    shipped, folder = tmp_path / "shipped", tmp_path / "models"
    promoted(shipped, b"shipped")
    version = register(folder, LIMITS, new_version(b"own"), shipped=shipped)
    promote(folder, LIMITS, version, shipped=shipped)
    (shipped / "race_outcome" / "1.0" / "card.md").write_bytes(b"x")
    with pytest.raises(ModelUnusable):
        promote(folder, LIMITS, "1.0", shipped=shipped)
    assert state(folder)[0] == [version]


def test_promote__a_damaged_version_is_refused_and_nothing_changes(models):
    registered(models, b"third")
    (models / "race_outcome" / "1.2" / "card.md").write_bytes(b"x")
    before = (models / REGISTRY).read_bytes()
    with pytest.raises(ModelUnusable, match=r"card\.md has digest") as raised:
        promote(models, LIMITS, "1.2")
    assert raised.value.exit_code == 65
    assert (models / REGISTRY).read_bytes() == before


def test_rollback__goes_back_one_version_and_then_one_more(models):
    registered(models, b"third")
    promote(models, LIMITS, "1.2")
    assert rollback(models, LIMITS, shipped=NOTHING) == ("1.2", "1.1")
    assert state(models) == (
        ["1.1", "1.0"],
        {"1.0": "retired", "1.1": "active", "1.2": "retired"},
    )
    assert rollback(models, LIMITS, shipped=NOTHING) == ("1.1", "1.0")
    with pytest.raises(UsageError, match="no version before"):
        rollback(models, LIMITS, shipped=NOTHING)
    assert active_bundle(models, shipped=NOTHING).bundle.version == "1.0"


def test_rollback__before_the_first_own_version_comes_the_shipped_one(tmp_path):
    shipped = tmp_path / "shipped"
    promoted(shipped, b"shipped")
    folder = tmp_path / "models"
    version = register(folder, LIMITS, new_version(b"own"), shipped=shipped)
    promote(folder, LIMITS, version)
    assert rollback(folder, LIMITS, shipped=shipped) == ("1.1", "1.0 (shipped)")
    assert active_bundle(folder, shipped=shipped).bundle.is_shipped


def test_rollback__to_a_damaged_version_is_refused(models):
    shutil.rmtree(models / "race_outcome" / "1.0")
    with pytest.raises(ModelUnusable):
        rollback(models, LIMITS, shipped=NOTHING)
    assert state(models)[0] == ["1.1", "1.0"]


def test_register__keeps_the_active_the_one_before_and_so_many_others(tmp_path):
    folder = tmp_path / "models"
    limits = ModelLimits(retired=2, candidates=1)
    promoted(folder, *(b"%d" % i for i in range(6)), limits=limits)
    serving, statuses = state(folder)
    assert serving == ["1.5", "1.4", "1.3", "1.2"]
    assert folders(folder) == ["1.2", "1.3", "1.4", "1.5"] == sorted(statuses)
    registered(folder, b"7", b"8", b"9", limits=limits)
    assert state(folder) == (
        ["1.5", "1.4"],
        {"1.4": "retired", "1.5": "active", "1.6": "retired", "1.7": "retired", "1.8": "candidate"},
    )
    assert folders(folder) == ["1.4", "1.5", "1.6", "1.7", "1.8"]


def test_register__versions_are_numbers_not_text(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, *(b"%d" % i for i in range(12)))
    assert state(folder)[0][:2] == ["1.11", "1.10"]


def test_register__removes_what_a_killed_registration_left(models):
    shutil.copytree(models / "race_outcome" / "1.1", models / "race_outcome" / "1.2")
    half = models / "race_outcome" / ".1.3.0123456789ab.tmp"
    half.mkdir()
    (half / "weights.safetensors").write_bytes(b"half")
    assert registered(models, b"third") == ["1.2"]
    assert folders(models) == ["1.0", "1.1", "1.2"]


def test_register__removes_nothing_when_the_registry_is_not_to_be_relied_upon(models):
    for name in (REGISTRY, BACKUP):
        (models / name).unlink()
    assert registered(models, b"third") == ["1.2"]
    assert state(models) == ([], {"1.0": "retired", "1.1": "retired", "1.2": "candidate"})
    promote(models, LIMITS, "1.1")
    found = active_bundle(models, shipped=NOTHING)
    assert (found.bundle.version, found.notes) == ("1.1", ())


def test_register__mends_a_damaged_registry_from_its_copy(models):
    (models / REGISTRY).write_bytes(b"{")
    registered(models, b"third")
    read = read_registry(models)
    assert read.is_sound
    assert state(models)[0] == ["1.1", "1.0"]


def test_register__a_registry_of_another_schema_is_not_written_over(models):
    from tests.registry.test_registry import digest_of  # noqa: PLC0415

    content = b'{"models":{},"schema":7}'
    payload = content[:-1] + b',"digest":"' + digest_of(content).encode() + b'"}'
    (models / REGISTRY).write_bytes(payload)
    with pytest.raises(ModelUnusable, match="another version of this product"):
        registered(models, b"third")
    assert (models / REGISTRY).read_bytes() == payload


def _hold(folder, ready, done):
    with hold_models(folder):
        ready.set()
        done.wait(30)


def test_hold_models__two_changes_at_once_are_refused(models):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(models, ready, done))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(AlreadyRunning) as raised:
            rollback(models, LIMITS, shipped=NOTHING)
        assert raised.value.exit_code == 75
        assert active_bundle(models, shipped=NOTHING).bundle.version == "1.1"  # reading goes on
    finally:
        done.set()
        other.join()
    assert rollback(models, LIMITS, shipped=NOTHING) == ("1.1", "1.0")


def test_register__a_registry_that_cannot_be_read_is_not_written_over(models):
    before = (models / REGISTRY).read_bytes()
    (models / REGISTRY).rename(models / "kept")
    (models / REGISTRY).symlink_to("kept")  # not followed: it may be whole
    with pytest.raises(ModelUnusable, match="cannot be opened"):
        registered(models, b"third")
    assert (models / REGISTRY).read_bytes() == before


def sealed_as(content):
    """Give a registry file with a digest that is right, whatever else it says."""
    return orjson.dumps({**content, "digest": registry_file._digest(content)})


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (b"", Fault.DAMAGED),
        (b"[]", Fault.DAMAGED),
        (b'{"schema": 1, "digest": "is of schema 7"}', Fault.DAMAGED),
        (sealed_as({"schema": 7, "models": {}}), Fault.FOREIGN),
        (sealed_as({"schema": "is missing", "models": {}}), Fault.FOREIGN),
        (sealed_as({"schema": 1, "models": {}, "change": "cannot be read"}), Fault.DAMAGED),
    ],
)
def test_parse_registry__tells_what_is_wrong_by_its_kind(payload, fault):
    assert parse_registry(payload).fault is fault
