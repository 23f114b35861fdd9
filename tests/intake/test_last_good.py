"""A file that was fine and is not any more: its last good bytes stay in use, and it is named."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import orjson
import pytest

from predictor.errors import F1Error
from services.disk.program import RACE_DATA
from services.intake.last_good import LastGood, commit, open_last_good, prefix_of
from services.intake.scan import Scan, ScannedFile
from services.settings.limits import Limits, ScanLimits
from tests.forecasting.small_season import SmallSeason

RACE = "02-china/race.json"


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def cut(path):
    path.write_bytes(path.read_bytes()[:200])


def empty(path):
    path.write_bytes(b"")


def make_pipe(path):
    path.unlink()
    os.mkfifo(path)


def link_file(path):
    moved = path.rename(path.parents[2] / "elsewhere.json")
    path.symlink_to(moved)


def link_folder(path):
    moved = path.parent.rename(path.parents[2] / "elsewhere")
    path.parent.symlink_to(moved)


def close_folder(path):
    path.parent.chmod(0)


def blobs(season):
    return sorted((season.output.parent / ".last-good").glob("??/*"))


def stale(season):
    return season.document()["metadata"]["stale_inputs"]


def rejected(season):
    return [one["file"] for one in season.document()["metadata"]["rejected"]]


def assert_stands_in(season, before, *names):
    after = season.document()
    assert after["predictions"] == before["predictions"]
    for name in ("predictions_sha256", "data_hash"):
        assert after["metadata"][name] == before["metadata"][name]
    assert after["metadata"]["status"] == "degraded"
    assert stale(season) == sorted(names)


needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
not_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not stop root"
)


@pytest.mark.parametrize(
    "harm", [cut, empty, pytest.param(make_pipe, marks=needs_pipes), link_file]
)
def test_run_job__a_file_turned_bad_keeps_its_last_good_bytes(season, harm):
    season.run()
    before = season.document()
    harm(season.drops / RACE)
    season.run()
    assert_stands_in(season, before, RACE)
    assert rejected(season) == [RACE]


@pytest.mark.parametrize("harm", [link_folder, pytest.param(close_folder, marks=not_root)])
def test_run_job__a_folder_turned_bad_keeps_the_bytes_of_all_its_files(season, harm):
    season.run()
    before = season.document()
    harm(season.drops / RACE)
    try:
        season.run()
    finally:
        (season.drops / "02-china").chmod(0o755)
    assert_stands_in(season, before, RACE, "02-china/qualifying.json")
    assert rejected(season) == ["02-china"]


def test_run_job__a_file_grown_too_large_keeps_its_last_good_bytes(season):
    path = season.drops / RACE
    sizes = [one.stat().st_size for one in season.drops.parent.rglob("*.json")]
    limits = Limits(scan=ScanLimits(max_file_bytes=max(sizes)))
    season.run(limits=limits)
    before = season.document()
    path.write_bytes(path.read_bytes() + b" " * max(sizes))
    season.run(limits=limits)
    assert_stands_in(season, before, RACE)
    assert "too large" in season.document()["metadata"]["rejected"][0]["reason"]


@pytest.mark.parametrize("harm", [cut, link_file])
def test_run_job__a_file_of_the_earlier_seasons_keeps_its_last_good_bytes(season, harm):
    season.run()
    before = season.document()
    harm(season.earlier / "2024" / "race.json")
    season.run()
    assert_stands_in(season, before, "(history) 2024/race.json")
    assert rejected(season) == ["(history) 2024/race.json"]


def test_run_job__what_stands_in_does_so_in_every_later_run(season):
    season.run()
    before = season.document()
    cut(season.drops / RACE)
    season.run()
    (season.drops / RACE).write_bytes(b"[")
    season.run(n_simulations=9)
    season.run()
    assert_stands_in(season, before, RACE)


def test_run_job__deleting_a_file_takes_it_out(season, tmp_path):
    season.run()
    (season.drops / RACE).unlink()
    season.run()
    assert stale(season) == rejected(season) == []
    other = SmallSeason(tmp_path / "without")
    (other.drops / RACE).unlink()
    other.run()
    assert season.document()["predictions"] == other.document()["predictions"]
    # What was deleted is forgotten: half a file of that name is only half a file.
    (season.drops / RACE).write_bytes(b'{"season": 2025, "res')
    season.run()
    assert (stale(season), rejected(season)) == ([], [RACE])


def test_run_job__a_repaired_file_is_no_longer_stale(season):
    season.run()
    before = season.document()
    cut(season.drops / RACE)
    season.run()
    season.add(RACE)
    season.run()
    after = season.document()
    assert after["predictions"] == before["predictions"]
    assert stale(season) == rejected(season) == []
    assert after["metadata"].get("status") == before["metadata"].get("status")


def test_run_job__a_corrected_file_replaces_what_stood_in(season):
    season.run()
    cut(season.drops / RACE)
    season.run()
    content = orjson.loads(season.add(RACE).read_bytes())
    content["results"].pop()
    (season.drops / RACE).write_bytes(orjson.dumps(content))
    season.run()
    corrected = season.document()
    cut(season.drops / RACE)
    season.run()
    assert_stands_in(season, corrected, RACE)


def test_run_job__a_file_that_was_never_good_is_only_rejected(season):
    (season.drops / "02-china" / "fp1.json").write_bytes(b"{")
    season.run()
    season.run(n_simulations=9)
    assert (stale(season), rejected(season)) == ([], ["02-china/fp1.json"])


def test_run_job__a_deleted_cache_loses_no_last_good_bytes(season):
    season.run()
    before = season.document()
    for path in (season.output.parent / ".cache").rglob("*"):
        if path.is_file():
            path.unlink()
    cut(season.drops / RACE)
    season.run()
    assert_stands_in(season, before, RACE)


def damage_table(folder):
    (path,) = folder.glob("*.table")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def empty_table(folder):
    next(folder.glob("*.table")).write_bytes(b"")


def remove_table(folder):
    next(folder.glob("*.table")).unlink()


def damage_bytes(folder):
    for path in folder.glob("??/*"):
        path.write_bytes(path.read_bytes() + b" ")


def remove_bytes(folder):
    for path in folder.glob("??/*"):
        path.unlink()


@pytest.mark.parametrize(
    "damage", [damage_table, empty_table, remove_table, damage_bytes, remove_bytes]
)
def test_run_job__a_damaged_last_good_folder_costs_only_the_stand_in(season, damage):
    season.run()
    damage(season.output.parent / ".last-good")
    cut(season.drops / RACE)
    season.run()
    assert (stale(season), rejected(season)) == ([], [RACE])


@pytest.mark.parametrize("place", ["*.table", "??/*"])
def test_run_job__a_disk_that_refuses_what_stands_in_fails_the_run(season, place):
    """A forecast without it would be another one, and forget the last good bytes."""
    season.run()
    before = season.output.read_bytes()
    for path in list((season.output.parent / ".last-good").glob(place)):
        path.rename(path.with_name("moved-" + path.name))
        path.mkdir()  # reading it is an error, and no absence
    if place == "*.table":
        season.run(n_simulations=9)  # nothing needs to stand in
        season.run()
        before = season.output.read_bytes()
    cut(season.drops / RACE)
    with pytest.raises(F1Error, match="last good bytes"):
        season.run()
    assert season.output.read_bytes() == before


def test_run_job__bytes_that_are_not_there_are_kept_again(season):
    """As after a disk that was full when they were first to be kept."""
    season.run()
    remove_bytes(season.output.parent / ".last-good")
    season.run(n_simulations=9)
    before = season.document()
    cut(season.drops / RACE)
    season.run(n_simulations=9)
    assert_stands_in(season, before, RACE)


def test_run_job__bytes_that_nothing_names_are_removed(season):
    season.run()
    n_before = len(blobs(season))
    path = season.drops / RACE
    path.write_bytes(path.read_bytes() + b"\n")
    season.run()
    assert len(blobs(season)) == n_before
    path.unlink()
    season.run()
    assert len(blobs(season)) == n_before - 1


def test_run_job__two_documents_of_one_folder_keep_their_own_bytes(season, tmp_path):
    other = SmallSeason(tmp_path / "other")
    other.output = season.output.with_name("other.json")
    other_race = other.drops / RACE
    other_race.write_bytes(other_race.read_bytes() + b"\n")
    season.run()
    other.run()
    before = other.document()
    (season.drops / "03-japan" / "race.json").unlink()
    season.run()
    cut(other_race)
    other.run()
    assert_stands_in(other, before, RACE)
    season.run()
    assert stale(season) == []


def test_stand_in__a_folder_that_cannot_be_read_stands_for_its_files(tmp_path):
    good, digests = kept(tmp_path, {"a/b/race.json": b"1", "a/fp1.json": b"2", "ab.json": b"3"})
    scan = Scan(tmp_path, (), (("a", "folder cannot be read"),))
    found = good.stand_in(scan, dict(scan.rejected))
    assert found.digests() == {name: digests[name] for name in ("a/b/race.json", "a/fp1.json")}
    assert found.stale == ("a/b/race.json", "a/fp1.json")
    assert [file.data for file in found.files] == [b"1", b"2"]


def test_stand_in__folders_of_earlier_seasons_do_not_mix(tmp_path):
    here, there = prefix_of(Path("/here")), prefix_of(Path("/there"))
    good, _ = kept(tmp_path, {f"{here}race.json": b"1", "race.json": b"2"})
    scan = Scan(tmp_path, (), (("race.json", "is a link"),))
    refused = dict(scan.rejected)
    assert [one.data for one in good.stand_in(scan, refused).files] == [b"2"]
    assert [one.data for one in good.stand_in(scan, refused, here).files] == [b"1"]
    assert good.stand_in(scan, refused, there) is scan
    closed = {".": "folder cannot be read"}
    assert [one.data for one in good.stand_in(scan, closed).files] == [b"2"]


def test_stand_in__nothing_refused_is_the_very_same_scan(tmp_path):
    good, _ = kept(tmp_path, {"race.json": b"1"})
    scan = Scan(tmp_path, (), ())
    assert good.stand_in(scan, {}) is scan


def kept(folder, contents):
    """Give a last-good table of these bytes, read back from disk, and their digests."""
    files = {name: ScannedFile(name, digest_of(data), data) for name, data in contents.items()}
    good = LastGood(folder / "kept", "series")
    table, trouble = good.keep(files)
    assert (table, trouble) == ({name: file.digest for name, file in files.items()}, "")
    commit(good.folder, good.name, table)
    return open_last_good(folder / "kept", "series"), table


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def test_run_job__last_good_bytes_that_were_lost_are_kept_again_though_nothing_changed(season):
    season.run()
    shutil.rmtree(season.output.parent / ".last-good")
    assert season.run().outcome == "unchanged"
    cut(season.drops / RACE)
    season.run()
    assert stale(season) == [RACE]


def test_run_job__last_good_bytes_that_a_power_cut_emptied_are_kept_again(season):
    season.run()
    for path in blobs(season):
        path.write_bytes(b"")
    season.run(n_simulations=7)
    cut(season.drops / RACE)
    season.run(n_simulations=7)
    assert stale(season) == [RACE]


def test_prefix_of__the_shipped_seasons_are_the_same_wherever_they_are(tmp_path, monkeypatch):
    before = prefix_of(RACE_DATA)
    monkeypatch.setattr("services.intake.last_good.RACE_DATA", tmp_path / "race-data")
    assert prefix_of(tmp_path / "race-data") == before
    assert prefix_of(tmp_path) != before


def test_keep__a_file_that_cannot_be_kept_leaves_the_one_before_in_the_table(tmp_path):
    good, before = kept(tmp_path, {"race.json": b"1", "gone.json": b"0"})
    new = {name: ScannedFile(name, digest_of(data), data) for name, data in
           {"race.json": b"2", "sprint.json": b"3"}.items()}  # fmt: skip
    for file in new.values():  # a file stands where its folder would be
        place = good.folder / file.digest.removeprefix("sha256:")[:2]
        if not place.exists():
            place.write_text("")
    table, trouble = good.keep(new)
    assert table == {"race.json": before["race.json"]}
    assert "race.json are not kept" in trouble
