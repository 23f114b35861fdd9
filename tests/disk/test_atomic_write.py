"""A file is replaced whole or not at all, and nothing is left beside it."""

from __future__ import annotations

import errno
import os
import signal
import stat
from pathlib import Path

import pytest

from services.disk.atomic_write import (
    place_folder,
    probe,
    remove_folder,
    replace_file,
    replace_file_in_parts,
    sweep,
    sweep_folders,
    write_all,
)

unix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def in_child(action):
    """Do something in a child process; give its wait status."""
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(99)  # the action was meant to end the process
    return os.waitpid(child, 0)[1]


def limited_to(n_bytes, action):
    """Do something while no file may grow beyond a size, as on a disk that is nearly full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        action()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("data", [b"", b"new", bytes(range(256)) * 9000])
def test_replace_file__the_file_has_the_new_bytes_and_is_alone(tmp_path, data, durable):
    path = tmp_path / "a.json"
    path.write_bytes(b"old, and longer than what is new")
    replace_file(path, data, durable=durable)
    assert path.read_bytes() == data
    assert names(tmp_path) == ["a.json"]


def test_replace_file__makes_missing_folders(tmp_path):
    replace_file(tmp_path / "a" / "b" / "c.json", b"x")
    assert (tmp_path / "a" / "b" / "c.json").read_bytes() == b"x"


def test_replace_file__the_file_may_be_read_by_others(tmp_path):
    before = os.umask(0o022)
    try:
        replace_file(tmp_path / "a.json", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o644


def test_replace_file__the_temporary_name_is_hidden_and_swept(tmp_path, monkeypatch):
    seen = []
    real = os.replace

    def look(source, target):
        seen.append(Path(source))
        real(source, target)

    monkeypatch.setattr(os, "replace", look)
    replace_file(tmp_path / "a.json", b"x")
    replace_file(tmp_path / "a.json", b"y")
    assert len(set(seen)) == 2
    for temporary in seen:
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".a.json.")
        assert temporary.name.endswith(".tmp")
        temporary.write_bytes(b"half")
    assert sweep(tmp_path) == 2


def test_replace_file__never_opens_a_temporary_that_is_there(tmp_path, monkeypatch):
    flags = []
    real = os.open

    def look(path, given, *rest, **named):
        flags.append(given)
        return real(path, given, *rest, **named)

    monkeypatch.setattr(os, "open", look)
    replace_file(tmp_path / "a.json", b"x")
    assert all(given & os.O_EXCL for given in flags)
    assert flags


@unix
def test_write_all__a_system_that_takes_seven_bytes_at_a_time(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
    data = bytes(range(256))
    replace_file(tmp_path / "a", data)
    assert (tmp_path / "a").read_bytes() == data
    descriptor = os.open(tmp_path / "b", os.O_WRONLY | os.O_CREAT)
    write_all(descriptor, data)
    os.close(descriptor)
    assert (tmp_path / "b").read_bytes() == data


@unix
@pytest.mark.parametrize("durable", [True, False])
@pytest.mark.parametrize("room", [0, 1, 4096, 99_999])
def test_replace_file__a_full_disk_keeps_the_old_file(tmp_path, room, durable):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match=r"[Ff]ile too large"):
        limited_to(room, lambda: replace_file(path, bytes(100_000), durable=durable))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken disk"), KeyboardInterrupt()])
def test_replace_file__whatever_fails_the_old_file_is_there_alone(
    tmp_path, monkeypatch, call, error
):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def fail(*_given, **_named):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(type(error)):
            replace_file(path, b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.json"]


def test_replace_file__leaves_no_descriptor_open(tmp_path, monkeypatch):
    def fail(*_given):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "write", fail)
    before = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3):
        with pytest.raises(OSError, match="full"):
            replace_file(tmp_path / "a", b"x")
    after = os.open(tmp_path, os.O_RDONLY)
    os.close(before)
    os.close(after)
    assert after == before + 1


def synced(tmp_path, monkeypatch, action):
    """Give what was synced, in order, as paths below the folder; and each rename."""
    seen = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink().relative_to(tmp_path)
        seen.append("temporary" if path.name.endswith(".tmp") else path.as_posix())
        real_sync(descriptor)

    def rename(source, target):
        seen.append("renamed")
        real_replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        patch.setattr(os, "replace", rename)
        action()
    return seen


linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")


@linux
def test_replace_file__durable_syncs_the_file_then_renames_then_syncs_the_folder(
    tmp_path, monkeypatch
):
    def write():
        replace_file(tmp_path / "a.json", b"x", durable=True)

    assert synced(tmp_path, monkeypatch, write) == ["temporary", "renamed", "."]


@linux
def test_replace_file__durable_syncs_the_names_of_new_folders_too(tmp_path, monkeypatch):
    def write():
        replace_file(tmp_path / "a" / "b" / "c.json", b"x", durable=True)

    seen = synced(tmp_path, monkeypatch, write)
    assert sorted(seen[:2]) == [".", "a"]
    assert seen[2:] == ["temporary", "renamed", "a/b"]
    assert sorted(synced(tmp_path, monkeypatch, lambda: probe(tmp_path / "d" / "e")))[:2] == [
        ".",
        "d",
    ]


@linux
def test_replace_file__a_cache_entry_waits_for_no_disk(tmp_path, monkeypatch):
    def write():
        replace_file(tmp_path / "a" / "c.json", b"x")

    assert synced(tmp_path, monkeypatch, write) == ["renamed"]


@unix
@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("before", [True, False])
def test_replace_file__killed_at_a_step_leaves_a_whole_file_and_a_swept_temporary(
    tmp_path, call, before
):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    real = getattr(os, call)

    def die(*given):
        if not before:
            real(*given)
        os.kill(os.getpid(), signal.SIGKILL)

    def replace_and_die():
        setattr(os, call, die)
        replace_file(path, b"new", durable=True)

    assert os.WTERMSIG(in_child(replace_and_die)) == signal.SIGKILL
    renamed = call == "replace" and not before
    assert path.read_bytes() == (b"new" if renamed else b"old")
    assert sweep(tmp_path) == (0 if renamed else 1)
    assert names(tmp_path) == ["a.json"]


def test_sweep__takes_nothing_of_another_pattern(tmp_path):
    kept = [
        ".a.json.0a1b2c.tmp",
        ".a.json.0A1B2C3D4E5F.tmp",
        "a.json.0a1b2c3d4e5f.tmp",
        ".0a1b2c3d4e5f.tmp",
        ".a.json.0a1b2c3d4e5f.tmp.json",
        ".a.json.0a1b2c3d4e5f.part",
        ".lock",
        "race.json",
    ]
    for name in [*kept, ".a.json.0a1b2c3d4e5f.tmp", ".odd\nname.0a1b2c3d4e5f.tmp"]:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".folder.0a1b2c3d4e5f.tmp").mkdir()
    assert sweep(tmp_path) == 2
    assert names(tmp_path) == sorted([*kept, ".folder.0a1b2c3d4e5f.tmp"])


def test_sweep__goes_into_folders_only_when_asked_and_never_through_links(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside / "deep", outside):
        folder.mkdir(parents=True)
        (folder / ".a.0a1b2c3d4e5f.tmp").write_bytes(b"x")
    (inside / "link").symlink_to(outside)
    assert sweep(inside) == 0
    assert sweep(inside, recursive=True) == 1
    assert names(outside) == [".a.0a1b2c3d4e5f.tmp"]


def test_sweep__a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert sweep(tmp_path / "nothing", recursive=True) == 0


@unix
def test_probe__a_disk_that_takes_names_but_no_content(tmp_path):
    with pytest.raises(OSError, match=r"[Ff]ile too large"):
        limited_to(100, lambda: probe(tmp_path))
    assert names(tmp_path) == []


def test_place_folder__is_whole_and_alone(tmp_path):
    place_folder(tmp_path / "a" / "1.0", {"one": b"1", "two": b"22"})
    assert names(tmp_path / "a") == ["1.0"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "a" / "1.0").iterdir()} == {
        "one": b"1",
        "two": b"22",
    }


@pytest.mark.parametrize("content", [{}, {"old": b"old"}])
def test_place_folder__never_replaces_a_folder_that_is_there(tmp_path, content):
    (tmp_path / "1.0").mkdir()
    for name, data in content.items():
        (tmp_path / "1.0" / name).write_bytes(data)
    with pytest.raises(FileExistsError):
        place_folder(tmp_path / "1.0", {"one": b"1"})
    assert names(tmp_path) == ["1.0"]
    assert names(tmp_path / "1.0") == list(content)


@unix
def test_place_folder__a_full_disk_leaves_nothing(tmp_path):
    def action():
        with pytest.raises(OSError, match="File too large"):
            place_folder(tmp_path / "1.0", {"small": b"1", "large": bytes(5000)})

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        limited_to(4096, action)
    finally:
        signal.signal(signal.SIGXFSZ, before)
    assert names(tmp_path) == []


def test_remove_folder__takes_it_away_and_sweep_folders_what_a_kill_left(tmp_path):
    place_folder(tmp_path / "1.0", {"one": b"1"})
    place_folder(tmp_path / "1.1", {"one": b"1"})
    remove_folder(tmp_path / "1.0")
    assert names(tmp_path) == ["1.1"]
    (tmp_path / "1.1").rename(tmp_path / ".1.1.0123456789ab.tmp")
    (tmp_path / "kept.tmp").mkdir()  # somebody else's
    sweep_folders(tmp_path)
    assert names(tmp_path) == ["kept.tmp"]


@unix
@pytest.mark.parametrize("lay", ["link", "pipe", "folder"])
def test_replace_file__does_not_do_away_with_what_is_no_regular_file(tmp_path, lay):
    path, precious = tmp_path / "a.json", tmp_path / "precious"
    precious.write_bytes(b"abc")
    if lay == "link":
        path.symlink_to("precious")
    elif lay == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    before = path.lstat()
    with pytest.raises(OSError, match="not a regular file"):
        replace_file(path, b"new")
    assert os.path.samestat(path.lstat(), before)
    assert precious.read_bytes() == b"abc"
    assert names(tmp_path) == ["a.json", "precious"]


def test_replace_file_in_parts__the_parts_stand_one_after_the_other(tmp_path):
    path = tmp_path / "new" / "a.csv"
    replace_file_in_parts(path, [b"one\n", b"", b"two\n"])
    assert path.read_bytes() == b"one\ntwo\n"
    replace_file_in_parts(path, [])
    assert path.read_bytes() == b""
    assert names(path.parent) == ["a.csv"]


def test_replace_file_in_parts__that_break_off_leave_the_old_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def parts():
        yield b"new"
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        replace_file_in_parts(path, parts())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


def test_replace_file_in_parts__no_link_is_followed(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="is a link"):
        replace_file_in_parts(tmp_path / "a.csv", [b"new"])
    assert (tmp_path / "mine").read_bytes() == b"mine"
