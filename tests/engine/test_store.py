"""The store never hands out a damaged result, and never grows without bound."""

from __future__ import annotations

import errno
import os
import random

import pytest

from services.disk.atomic_write import sweep
from services.engine.store import Store

KEY = "ab" * 32
PAYLOAD = bytes(range(256)) * 4


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "stages", max_bytes=10_000)


def entry(store):
    return next(path for path in store.folder.rglob("*") if path.is_file())


def test_put__then_get_gives_the_same_bytes(store):
    assert store.get(KEY) is None
    assert store.digest(KEY) is None
    store.put(KEY, PAYLOAD)
    assert store.get(KEY) == PAYLOAD
    assert store.digest(KEY).startswith("sha256:")


def test_put__an_empty_payload_is_a_result_too(store):
    store.put(KEY, b"")
    assert store.get(KEY) == b""
    assert store.digest(KEY) is not None


@pytest.mark.parametrize("seed", range(40))
def test_get__a_flipped_bit_anywhere_is_found_and_removed(store, seed):
    store.put(KEY, PAYLOAD)
    path = entry(store)
    data = bytearray(path.read_bytes())
    place = random.Random(seed).randrange(len(data)) if seed else 0
    data[place] ^= 1 << (seed % 8)
    path.write_bytes(data)
    assert store.get(KEY) is None
    assert not path.exists()
    assert "damaged" in store.notes[0]


@pytest.mark.parametrize("place", [0, 8, 40, 50, 79])
def test_digest__a_flipped_bit_in_the_header_is_found(store, place):
    store.put(KEY, PAYLOAD)
    path = entry(store)
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    assert store.digest(KEY) is None


@pytest.mark.parametrize("kept", [0, 1, 40, 79, 80, 81, 1000])
def test_digest__a_truncated_entry_is_found(store, kept):
    store.put(KEY, PAYLOAD)
    path = entry(store)
    path.write_bytes(path.read_bytes()[:kept])
    assert store.digest(KEY) is None
    assert store.get(KEY) is None


def test_get__an_entry_under_another_key_is_not_believed(store):
    store.put(KEY, PAYLOAD)
    other = "cd" * 32
    target = store.folder / other[:2] / other[2:]
    target.parent.mkdir()
    entry(store).rename(target)
    assert store.get(other) is None


def test_put__a_folder_that_cannot_be_written_is_a_note_not_an_error(tmp_path):
    (tmp_path / "stages").write_text("a file where the folder should be")
    store = Store(tmp_path / "stages", max_bytes=100)
    store.put(KEY, PAYLOAD)
    assert "could not be stored" in store.notes[0]
    assert store.get(KEY) is None


def test_notes__many_damaged_entries_are_one_line_with_their_number(store):
    keys = [f"{number:02x}" * 32 for number in range(200)]
    for key in keys:
        store.put(key, b"x")
    for path in store.folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"junk")
    assert not any(store.digest(key) or store.get(key) for key in keys)
    assert len(store.notes) == 1
    assert store.notes[0].endswith(": 200")


def test_notes__a_full_disk_is_one_line_with_the_number(tmp_path):
    (tmp_path / "stages").write_text("a file where the folder should be")
    store = Store(tmp_path / "stages", max_bytes=100)
    for number in range(30):
        store.put(f"{number:02x}" * 32, b"x")
    assert len(store.notes) == 1
    assert "could not be stored: 30; the first: " in store.notes[0]


def test_prune__keeps_what_was_used_last(store):
    keys = [f"{number:02x}" * 32 for number in range(8)]
    for age, key in enumerate(keys):
        store.put(key, bytes(2000))
        path = store.folder / key[:2] / key[2:]
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    later = Store(store.folder, max_bytes=10_000)
    later.get(keys[0])
    assert later.prune() == 4
    kept = [key for key in keys if later.get(key) is not None]
    assert kept == [keys[0], *keys[5:]]


def test_prune__a_temporary_file_is_no_entry(store):
    store.put(KEY, PAYLOAD)
    stray = entry(store).with_name(".0123.0a1b2c3d4e5f.tmp")
    stray.write_bytes(bytes(20_000))  # alone above the limit
    assert store.prune() == 0
    assert store.get(KEY) == PAYLOAD
    assert sweep(store.folder, recursive=True) == 1


@pytest.mark.parametrize("call", ["open", "write", "replace"])
def test_put__a_disk_that_fails_at_any_call_is_a_note_not_an_error(store, monkeypatch, call):
    def fail(*_given, **_named):
        raise OSError(errno.EIO, "broken disk")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        store.put(KEY, PAYLOAD)
    assert "broken disk" in store.notes[0]
    assert store.get(KEY) is None
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


def test_put__waits_for_no_disk(store, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    store.put(KEY, PAYLOAD)
    assert synced == []
