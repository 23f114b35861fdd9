"""Backups prove themselves, go by days, weeks and months, and give everything back."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from datetime import date, timedelta

import pytest

from predictor.errors import UsageError
from services.errors import ModelUnusable
from services.registry.backup import back_up, backups, kept_days, read_backup, restore
from services.registry.changes import promote, register
from services.registry.registry import active_bundle
from services.registry.registry_file import BACKUP, REGISTRY, read_registry
from services.settings.limits import ModelLimits
from tests.registry.small_models import NOTHING, new_version, promoted, registered

LIMITS = ModelLimits()
DAY = date(2026, 2, 28)


@pytest.fixture
def models(tmp_path):
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second")
    registered(folder, b"third")
    return folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "backups" not in path.parts and path.name != ".lock"
    }


def test_kept_days__the_last_days_weeks_and_months_by_hand():
    days = [date(2026, 1, 1) + timedelta(n) for n in range(90)]  # to Tuesday 31 March
    kept = kept_days(days, ModelLimits(daily=2, weekly=3, monthly=2))
    assert kept == {
        date(2026, 3, 31), date(2026, 3, 30),  # days
        date(2026, 3, 29), date(2026, 3, 22),  # Sundays of the two weeks before
        date(2026, 2, 28),  # the month before
    }  # fmt: skip


def test_kept_days__few_backups_all_stay():
    days = [date(2026, 1, 1), date(2026, 1, 9)]
    assert kept_days(days, LIMITS) == set(days)


def test_back_up__after_a_year_of_changes_there_are_so_many_as_are_asked_for(tmp_path):
    folder = tmp_path / "models"
    for number in range(60):
        register(folder, ModelLimits(retired=1, candidates=1), new_version(b"%d" % number))
        back_up(folder, LIMITS, DAY + timedelta(6 * number))
    days = [date.fromisoformat(path.stem) for path in backups(folder)]
    assert set(days) == kept_days([DAY + timedelta(6 * n) for n in range(60)], LIMITS)
    assert 7 <= len(days) <= 23


def test_back_up__nothing_new_writes_nothing(models):
    path, is_new = back_up(models, LIMITS, DAY)
    assert is_new
    assert path.name == "2026-02-28.tar"
    assert back_up(models, LIMITS, DAY + timedelta(1)) == (path, False)


def test_back_up__any_tar_reads_it(models):
    path, _ = back_up(models, LIMITS, DAY)
    listed = subprocess.run(["tar", "tf", path], capture_output=True, text=True, check=True).stdout
    assert "model_registry.json" in listed.split()
    assert "race_outcome/1.2/weights.safetensors" in listed.split()


@pytest.mark.parametrize("name", [REGISTRY, "race_outcome/1.0/card.md"])
def test_back_up__what_is_damaged_is_not_backed_up(models, name):
    good, _ = back_up(models, LIMITS, DAY)
    before = good.read_bytes()
    (models / name).write_bytes(b"damaged")
    with pytest.raises(ModelUnusable, match="nothing is backed up"):
        back_up(models, LIMITS, DAY)
    assert good.read_bytes() == before


def test_back_up__an_empty_folder_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="nothing to back up"):
        back_up(tmp_path / "models", LIMITS, DAY)


def test_restore__into_an_empty_folder_gives_everything_back(models):
    path, _ = back_up(models, LIMITS, DAY)
    before = contents(models)
    for name in ("race_outcome", REGISTRY, BACKUP):
        place = models / name
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    _, notes = restore(models, path)
    assert notes == tuple(f"race_outcome {v} is back" for v in ("1.0", "1.1", "1.2"))
    after = contents(models)
    assert {n: d for n, d in after.items() if "/" in n} == {
        n: d for n, d in before.items() if "/" in n
    }
    assert active_bundle(models, shipped=NOTHING).bundle.version == "1.1"


def test_restore__replaces_what_is_damaged_and_keeps_what_came_later(models):
    path, _ = back_up(models, LIMITS, DAY)
    registered(models, b"fourth")
    promote(models, LIMITS, "1.3")
    (models / "race_outcome" / "1.1" / "card.md").unlink()
    _, notes = restore(models, path)
    assert notes == ("race_outcome 1.1 was damaged and is replaced",)
    model = read_registry(models).registry.models["race_outcome"]
    assert model.serving == ["1.1", "1.0"]
    assert {v: entry.status for v, entry in model.versions.items()} == {
        "1.0": "retired", "1.1": "active", "1.2": "candidate", "1.3": "retired",
    }  # fmt: skip
    assert active_bundle(models, shipped=NOTHING).notes == ()


def test_restore__another_version_of_the_same_number_is_not_overwritten(models, tmp_path):
    path, _ = back_up(models, LIMITS, DAY)
    other = tmp_path / "other"
    promoted(other, b"mine")
    before = contents(other)
    with pytest.raises(ModelUnusable, match=r"another race_outcome 1\.0 is there"):
        restore(other, path)
    assert contents(other) == before


def test_read_backup__a_backup_cut_or_changed_anywhere_is_refused(models):
    path, _ = back_up(models, LIMITS, DAY)
    whole = path.read_bytes()
    n_content = len(whole.rstrip(b"\0"))
    for end in range(0, n_content, 997):
        path.write_bytes(whole[:end])
        with pytest.raises(ModelUnusable, match="the backup is damaged"):
            read_backup(path)
    expected = None
    path.write_bytes(whole)
    expected = read_backup(path)
    for at in range(0, n_content, 211):
        changed = bytearray(whole)
        changed[at] ^= 0x10
        path.write_bytes(bytes(changed))
        try:
            assert read_backup(path) == expected  # a byte that says nothing, as a file's mode
        except ModelUnusable:
            continue


def test_read_backup__a_path_in_a_backup_is_no_path(models, tmp_path):
    path, _ = back_up(models, LIMITS, DAY)
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo("../../outside/config.json")
        info.size = 2
        tar.addfile(info, io.BytesIO(b"{}"))
    with pytest.raises(ModelUnusable, match="is damaged"):
        restore(models, path)
    assert not (tmp_path / "outside").exists()


def test_read_backup__a_link_in_a_backup_is_refused(models):
    path, _ = back_up(models, LIMITS, DAY)
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo("race_outcome/1.0/notes.json")
        info.type, info.linkname = tarfile.SYMTYPE, "../../../secret"
        tar.addfile(info)
    with pytest.raises(ModelUnusable, match="not a regular file"):
        read_backup(path)
