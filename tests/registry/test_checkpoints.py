"""The last two checkpoints stay, and a damaged one costs one step."""

from __future__ import annotations

import os

import pytest

from services.registry.checkpoints import Checkpoints, remove_abandoned


@pytest.fixture
def folder(tmp_path):
    kept = Checkpoints(tmp_path / "training")
    for number in range(1, 5):
        kept.save(b"step %d" % number)
    return kept.folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_save__the_last_two_stay(folder):
    assert names(folder) == ["000003.ckpt", "000004.ckpt"]
    assert Checkpoints(folder).latest() == b"step 4"


def test_save__goes_on_after_the_last_one(folder):
    Checkpoints(folder).save(b"step 5")
    assert names(folder) == ["000004.ckpt", "000005.ckpt"]


@pytest.mark.parametrize("left", [0, 1, 31, 32, 37])
def test_latest__a_cut_checkpoint_leads_to_the_one_before_with_a_note(folder, left):
    path = folder / "000004.ckpt"
    path.write_bytes(path.read_bytes()[:left])
    again = Checkpoints(folder)
    assert again.latest() == b"step 3"
    assert again.notes == ["checkpoint 000004.ckpt is damaged; the one before is used"]


def test_latest__without_a_whole_one_training_begins_anew_and_says_so(folder):
    for path in folder.iterdir():
        path.write_bytes(b"x" * 50)
    again = Checkpoints(folder)
    assert again.latest() is None
    assert again.notes[-1] == "no checkpoint is whole: training began anew"


def test_latest__before_the_first_there_is_nothing_to_say(tmp_path):
    kept = Checkpoints(tmp_path / "none")
    assert kept.latest() is None
    assert kept.notes == []


def test_save__what_a_killed_writer_left_is_no_checkpoint(folder):
    (folder / ".000005.ckpt.0123456789ab.tmp").write_bytes(b"half")
    assert Checkpoints(folder).latest() == b"step 4"


def test_clear__removes_the_folder(folder):
    Checkpoints(folder).clear()
    assert not folder.exists()


def test_remove_abandoned__leaves_what_may_still_go_on(tmp_path):
    for name, age in (("old", 8), ("new", 6)):
        Checkpoints(tmp_path / name).save(b"checkpoint")
        then = 1e9 - age * 86400.0
        os.utime(tmp_path / name, (then, then))
    remove_abandoned(tmp_path, 1e9)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    remove_abandoned(tmp_path / "nowhere", 1e9)
