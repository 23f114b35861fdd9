"""A file that is remembered need not be read, and is never taken for what it is not any more."""

from __future__ import annotations

import hashlib
import os

import msgspec
import pytest

from services.intake.scan import scan
from services.intake.stat_cache import Seen, StatCache
from services.settings.limits import ScanLimits
from tests.rules.sources import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="ctime is something else there")

SEASON = ROOT / "race-data" / "2024"
LIMITS = ScanLimits(stat_cache_above=1)
FAR_NS = 10**19  # so late that no file is racy
DOCUMENT = '{"schema_version": "1.0.0", "metadata": {}, "predictions": {}}'


def far_future():
    return FAR_NS


@pytest.fixture
def cache(tmp_path):
    return StatCache(tmp_path / "cache" / "stat", far_future)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "drops"
    folder.mkdir()
    for name in ("a.json", "b.json", "c.json"):
        (folder / name).write_text(name)
    (folder / "season.json").write_text(DOCUMENT)
    return folder


def was_read(found):
    return [file.path for file in found.files if file.held is not None]


def test_scan__a_known_season_is_not_read_again_and_is_the_same(tmp_path, cache):
    first = scan(SEASON, LIMITS, cache=cache)
    cache.save()
    again = scan(SEASON, LIMITS, cache=StatCache(cache.path, far_future))
    assert len(was_read(first)) > 100
    assert was_read(again) == []
    assert again.digests() == first.digests() == scan(SEASON, LIMITS).digests()
    assert [file.data for file in again.files] == [file.data for file in first.files]


def test_scan__a_small_folder_is_always_read(folder, cache):
    limits = ScanLimits(stat_cache_above=4)
    scan(folder, limits, cache=cache)
    assert len(was_read(scan(folder, limits, cache=cache))) == 3
    (folder / "d.json").touch()
    scan(folder, limits, cache=cache)
    assert was_read(scan(folder, limits, cache=cache)) == []


def test_scan__a_season_document_is_remembered_as_one(folder, cache):
    for _ in range(2):
        found = scan(folder, LIMITS, cache=cache)
        assert found.documents == ("season.json",)
        assert len(found.files) == 3


def edit_in_place(path):
    path.write_text("other!")


def edit_by_rename(path):
    (path.parent / "x.tmp").write_text("other!")
    (path.parent / "x.tmp").replace(path)


def chmod(path):
    path.chmod(0o600)


@pytest.mark.parametrize("change", [edit_in_place, edit_by_rename, chmod])
def test_scan__what_changed_is_read_though_size_and_mtime_are_as_before(folder, cache, change):
    scan(folder, LIMITS, cache=cache)
    path = folder / "b.json"
    times = path.stat()
    change(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    found = scan(folder, LIMITS, cache=cache)
    assert was_read(found) == ["b.json"]
    assert found.digests() == scan(folder, LIMITS).digests()


@pytest.mark.parametrize("field", ["size", "mtime_ns", "ctime_ns", "inode", "device"])
def test_matches__every_part_of_the_status_counts(folder, field):
    path = folder / "a.json"
    status = path.stat()
    parts = {
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "ctime_ns": status.st_ctime_ns,
        "inode": status.st_ino,
        "device": status.st_dev,
    }
    assert Seen(**parts, digest="", is_document=False).matches(status)
    parts[field] += 1
    assert not Seen(**parts, digest="", is_document=False).matches(status)


@pytest.mark.parametrize(("seconds", "is_known"), [(1, False), (3, True)])
def test_scan__a_file_fresh_when_it_was_read_is_read_again(folder, tmp_path, seconds, is_known):
    latest = max(path.stat().st_ctime_ns for path in folder.iterdir())
    cache = StatCache(tmp_path / "stat", lambda: latest + seconds * 10**9)
    scan(folder, LIMITS, cache=cache)
    assert (was_read(scan(folder, LIMITS, cache=cache)) == []) is is_known


def test_scan__mtimes_far_off_only_cost_time(folder, tmp_path):
    latest = max(path.stat().st_ctime_ns for path in folder.iterdir())
    os.utime(folder / "a.json", (0, 0))
    os.utime(folder / "b.json", (4_070_908_800, 4_070_908_800))  # 2099
    cache = StatCache(tmp_path / "stat", lambda: latest + 60 * 10**9)
    scan(folder, LIMITS, cache=cache)
    assert was_read(scan(folder, LIMITS, cache=cache)) == ["b.json"]


def test_scan__an_old_mtime_does_not_hide_that_a_file_is_fresh(folder, tmp_path):
    os.utime(folder / "a.json", (0, 0))
    latest = (folder / "a.json").stat().st_ctime_ns
    cache = StatCache(tmp_path / "stat", lambda: latest + 10**9)
    scan(folder, LIMITS, cache=cache)
    assert "a.json" in was_read(scan(folder, LIMITS, cache=cache))


def test_is_settled__a_file_without_an_inode_never_is():
    assert Seen(1, 1, 1, 7, 1, "", is_document=False).is_settled(FAR_NS)
    assert not Seen(1, 1, 1, 0, 1, "", is_document=False).is_settled(FAR_NS)


@pytest.mark.parametrize("kind", ["gone", "link", "pipe"])
def test_scan__a_known_file_replaced_by_something_else_is_not_taken(folder, cache, kind):
    scan(folder, LIMITS, cache=cache)
    path = folder / "b.json"
    path.unlink()
    if kind == "link":
        path.symlink_to("a.json")
    elif kind == "pipe":
        os.mkfifo(path)
    found = scan(folder, LIMITS, cache=cache)
    assert [file.path for file in found.files] == ["a.json", "c.json"]
    assert [path for path, _ in found.rejected] == ([] if kind == "gone" else ["b.json"])
    assert "b.json" not in cache.entries(os.path.realpath(folder))


def test_scan__limits_hold_for_known_files_too(folder, cache):
    scan(folder, LIMITS, cache=cache)
    smaller = ScanLimits(stat_cache_above=1, max_file_bytes=100, max_total_bytes=13)
    found = scan(folder, smaller, cache=cache)
    assert [file.path for file in found.files] == ["a.json", "b.json"]
    assert "too large" in dict(found.rejected)["c.json"]


def test_stat_cache__a_damaged_file_is_an_empty_cache(folder, cache):
    scan(folder, LIMITS, cache=cache)
    cache.save()
    sound = cache.path.read_bytes()
    root = os.path.realpath(folder)
    assert len(StatCache(cache.path).entries(root)) == 4
    for place in range(0, len(sound), 7):
        cache.path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        assert StatCache(cache.path).entries(root) == {}
        cache.path.write_bytes(sound[:place])
        assert StatCache(cache.path).entries(root) == {}


@pytest.mark.parametrize("content", [b"", b"\xc1", msgspec.msgpack.encode({"x": {"a": [1, 2]}})])
def test_stat_cache__another_versions_file_is_an_empty_cache(tmp_path, content):
    path = tmp_path / "stat"
    path.write_bytes(b"F1SC0001" + hashlib.sha256(content).digest() + content)
    assert StatCache(path).entries("x") == {}


def test_save__a_disk_that_refuses_is_no_error(folder, tmp_path):
    (tmp_path / "file").touch()
    cache = StatCache(tmp_path / "file" / "stat", far_future)
    scan(folder, LIMITS, cache=cache)
    cache.save()
    assert was_read(scan(folder, LIMITS, cache=cache)) == []


def test_keep__folders_long_unused_are_forgotten(tmp_path):
    cache = StatCache(tmp_path / "stat")
    seen = {"a.json": Seen(1, 1, 1, 7, 1, "sha256:", is_document=False)}
    for number in range(20):
        cache.keep("used", seen)
        cache.keep(str(number), seen)
    assert cache.entries("used") == seen
    assert cache.entries("19") == seen
    assert cache.entries("3") == {}
