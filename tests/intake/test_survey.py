"""A survey sees every change that a scan would, and opens nothing."""

from __future__ import annotations

import ntpath
import os
import shutil
import socket
import sys

import pytest

from services.intake.scan import scan
from services.intake.survey import Root, _below, changed, survey
from services.settings.limits import ScanLimits

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "drops"
    for name in ("calendar.json", "01-imola/race.json", "01-imola/laps.csv", "02-monaco/race.json"):
        write(folder / name, name)
    return folder


def write(path, text="{}"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def difference(folder, act, **root):
    """Name what changed below a folder by an action, as names relative to it."""
    before = survey([Root(folder, **root)])
    assert changed(before, survey([Root(folder, **root)])) == set()
    act()
    found = changed(before, survey([Root(folder, **root)]))
    return {os.path.relpath(path, folder) for path in found}


def test_survey__sees_the_files_that_a_scan_reads(folder):
    found = survey([Root(folder)])
    assert set(found.files) == {
        str(folder / file.path) for file in scan(folder, ScanLimits()).files
    }
    assert (found.n_files, found.n_folders) == (4, 3)
    status = (folder / "calendar.json").stat()
    assert found.files[str(folder / "calendar.json")] == (
        status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
    )  # fmt: skip
    assert found.unreadable == {}


def test_survey__paths_are_as_the_system_writes_them():
    # `Lookout` finds the files of a folder by what their paths begin with.
    assert _below("/drops", "01-imola/race.json", "/") == "/drops/01-imola/race.json"
    windows = ntpath.join(r"D:\drops", "01-imola", "race.json")
    assert _below(r"D:\drops", "01-imola/race.json", ntpath.sep) == windows


def test_survey__opens_no_file(folder):
    opened = []

    def note(event, arguments):
        if event == "open" and str(arguments[0]).startswith(str(folder)):
            opened.append(arguments[0])

    sys.addaudithook(note)
    survey([Root(folder)])
    assert opened == []
    scan(folder, ScanLimits())
    assert len(opened) == 4


def test_survey__leaves_out_what_a_scan_leaves_out(folder):
    for name in (".hidden.json", "half.json.part", "notes.txt", "season.json", ".git/x.json"):
        write(folder / name)
    left_out = {"skip": [folder / "season.json"], "only": None}
    assert survey([Root(folder, **left_out)]).n_files == 4
    only = {"skip": [folder / "02-monaco"], "only": ["01-imola", "02-monaco"]}
    assert survey([Root(folder, **only)]).n_files == 2


def test_survey__folders_of_overlapping_roots_count_once(folder):
    found = survey([Root(folder), Root(folder / "01-imola")])
    assert (found.n_files, found.n_folders) == (4, 3)


def test_changed__the_same_size_and_mtime_do_not_hide_an_edit(folder):
    path = folder / "01-imola" / "race.json"
    times = path.stat()

    def edit():
        path.write_text(path.read_text().swapcase())
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert difference(folder, edit) == {"01-imola/race.json"}


@pytest.mark.parametrize("seconds", [0, 4_070_908_800], ids=["1970", "2099"])
def test_changed__times_far_off_are_times(folder, seconds):
    path = folder / "calendar.json"
    os.utime(path, (seconds, seconds))
    assert difference(folder, lambda: path.write_text("other")) == {"calendar.json"}
    os.utime(path, (seconds, seconds))
    assert difference(folder, lambda: os.utime(path, (seconds, seconds + 1))) == {"calendar.json"}


@POSIX
def test_changed__touch_and_chmod_show_though_a_scan_finds_the_same(folder):
    before = scan(folder, ScanLimits())
    path = folder / "calendar.json"
    assert difference(folder, path.touch) == {"calendar.json"}
    assert difference(folder, lambda: path.chmod(0o600)) == {"calendar.json"}
    assert scan(folder, ScanLimits()) == before


def test_changed__save_by_rename_and_rename_in_the_tree(folder):
    saved = write(folder / "x.tmp", "calendar.json")
    path = folder / "calendar.json"
    assert difference(folder, lambda: saved.replace(path)) == {"calendar.json"}
    moved = difference(folder, lambda: path.rename(folder / "01-imola" / "calendar.json"))
    assert moved == {"calendar.json", "01-imola/calendar.json"}
    renamed = difference(folder, lambda: (folder / "01-imola").rename(folder / "01-emilia"))
    assert {name.split("/")[0] for name in renamed} == {"01-imola", "01-emilia"}
    assert len(renamed) == 6


def test_changed__a_filled_folder_moved_in_and_out(folder, tmp_path):
    outside = tmp_path / "outside"
    write(outside / "race.json")
    inside = folder / "03-spain"
    assert difference(folder, lambda: outside.rename(inside)) == {"03-spain/race.json"}
    assert difference(folder, lambda: inside.rename(outside)) == {"03-spain/race.json"}
    assert difference(folder, lambda: write(outside / "race.json", "later")) == set()
    assert len(scan(folder, ScanLimits()).files) == 4


def test_survey__folders_made_and_filled_at_once_are_seen_every_time(folder):
    before = survey([Root(folder)])
    for number in range(300):
        path = write(folder / f"{number}" / "deep" / "deeper" / "race.json")
        after = survey([Root(folder)])
        assert changed(before, after) == {str(path)}
        assert after.n_folders == before.n_folders + 3
        assert len(scan(folder, ScanLimits()).files) == 5
        shutil.rmtree(folder / f"{number}")


@POSIX
def test_survey__odd_things_are_seen_coming_and_going(folder, monkeypatch):
    monkeypatch.chdir(folder)  # socket addresses must be short
    outside = folder.parent / "outside"
    write(outside / "secret.json")
    with socket.socket(socket.AF_UNIX) as server:
        for name, make in {
            "pipe.json": lambda: os.mkfifo("pipe.json"),
            "socket.json": lambda: server.bind("socket.json"),
            "link.json": lambda: (folder / "link.json").symlink_to(outside / "secret.json"),
            "dangling.json": lambda: (folder / "dangling.json").symlink_to("nowhere"),
            "loop": lambda: (folder / "loop").symlink_to(folder),
            "out": lambda: (folder / "out").symlink_to(outside),
            "zero.json": lambda: (folder / "zero.json").symlink_to("/dev/zero"),
            "hard.json": lambda: os.link(outside / "secret.json", "hard.json"),
        }.items():
            assert difference(folder, make) == {name}
            assert difference(folder, (folder / name).unlink) == {name}
    (folder / "x.json").mkdir()
    assert difference(folder, lambda: write(folder / "x.json" / "y.json")) == {"x.json/y.json"}
    assert difference(folder, lambda: write(outside / "other.json")) == set()


def test_survey__a_missing_root_is_a_finding(folder, tmp_path):
    both = [Root(folder), Root(tmp_path / "earlier")]
    before = survey(both)
    assert before.roots[str(tmp_path / "earlier")] is None
    assert before.unreadable == {str(tmp_path / "earlier"): "No such file or directory"}
    assert before.n_files == 4
    (tmp_path / "earlier").mkdir()
    after = survey(both)
    assert changed(before, after) == {str(tmp_path / "earlier")}
    assert after.unreadable == {}


def test_changed__a_named_folder_that_comes_or_goes(folder):
    make = (folder / "05-new").mkdir
    assert difference(folder, make, only=["01-imola", "05-new"]) == {"05-new"}
    assert difference(folder, (folder / "05-new").rmdir, only=["05-new"]) == {"05-new"}


def test_changed__a_root_that_goes_and_comes_back_as_another(folder, tmp_path):
    before = survey([Root(folder)])
    folder.rename(tmp_path / "away")
    gone = survey([Root(folder)])
    assert changed(before, gone) == {*before.files, str(folder)}
    assert changed(gone, survey([Root(folder)])) == set()
    shutil.copytree(tmp_path / "away", folder)
    again = survey([Root(folder)])
    assert str(folder) in changed(before, again)
    assert again.n_files == before.n_files
    shutil.rmtree(folder)
    folder.write_text("a file where the folder was")
    assert survey([Root(folder)]).roots == {str(folder): None}


@POSIX
def test_survey__a_root_that_is_a_link_is_where_it_points(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    other = tmp_path / "other"
    write(other / "race.json")
    before = survey([Root(link)])
    assert before.n_files == 4
    link.unlink()
    link.symlink_to(other)
    after = survey([Root(link)])
    assert str(link) in changed(before, after)
    assert list(after.files) == [f"{other}/race.json"]


def test_changed__what_is_not_read_is_noticed_when_it_comes_and_goes_not_while_it_grows(folder):
    archive = folder / "data.zip"
    assert difference(folder, lambda: write(archive)) == {"data.zip"}
    assert difference(folder, lambda: write(archive, "longer")) == set()
    assert difference(folder, archive.unlink) == {"data.zip"}
    assert difference(folder, lambda: write(folder / "notes.txt")) == set()
