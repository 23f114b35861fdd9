"""A file is read whole, as it was at one instant, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from predictor.errors import DropError
from services.disk.whole_file import read_whole

POSIX = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")
SHORT = Path("/sys/kernel/uevent_seqnum")  # says 4,096 bytes
CHUNK, N_CHUNKS = 4096, 128


def test_read_whole__gives_the_bytes_and_their_status(tmp_path):
    path = tmp_path / "race.json"
    path.write_bytes(b"lap" * 1000)
    data, status = read_whole(str(path), 3000)
    assert data == b"lap" * 1000
    assert (status.st_size, status.st_ino) == (3000, path.stat().st_ino)


@POSIX
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("link", "cannot be opened"),
        ("pipe", "not a regular file"),
        ("folder", "not a regular file"),
        ("device", "not a regular file"),
        ("nothing", "cannot be opened: No such file"),
    ],
)
def test_read_whole__what_took_a_files_place_since_it_was_listed_is_refused(tmp_path, kind, reason):
    path = tmp_path / "race.json"
    if kind == "link":
        (tmp_path / "real.json").write_text("{}")
        path.symlink_to("real.json")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/zero")
    with pytest.raises(DropError, match=reason):
        read_whole(str(path), 1000)


@pytest.mark.skipif(not SHORT.exists(), reason="needs Linux's sysfs")
def test_read_whole__a_file_that_gives_fewer_bytes_than_it_says_is_refused():
    assert SHORT.stat().st_size > len(SHORT.read_bytes())
    with pytest.raises(DropError, match="changed while"):
        read_whole(str(SHORT), 10_000)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's procfs")
def test_read_whole__leaves_no_descriptor_open(tmp_path):
    (tmp_path / "race.json").write_text("{}")
    before = len([*Path("/proc/self/fd").iterdir()])
    read_whole(str(tmp_path / "race.json"), 1000)
    for path, max_bytes in ((tmp_path, 1000), (tmp_path / "race.json", 1)):
        with pytest.raises(DropError):
            read_whole(str(path), max_bytes)
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def during_read(action):
    """Give a profiler that acts when a read has just ended."""

    def interfere(frame, event, function):
        if event == "c_return" and getattr(function, "__name__", "") == "read":
            action()

    return interfere


@pytest.mark.parametrize("change", ["truncated", "same size", "same size, mtime put back"])
def test_read_whole__a_file_that_changes_meanwhile_is_refused(tmp_path, change):
    path = tmp_path / "race.json"
    path.write_bytes(b"a" * 900)
    times = path.stat()

    def act():
        with path.open("r+b") as file:
            file.truncate(10) if change == "truncated" else file.write(b"b" * 900)
        if "put back" in change:
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    sys.setprofile(during_read(act))
    try:
        with pytest.raises(DropError, match="changed while"):
            read_whole(str(path), 1000)
    finally:
        sys.setprofile(None)


def test_read_whole__a_file_replaced_meanwhile_is_the_new_one(tmp_path):
    path, other = tmp_path / "race.json", tmp_path / "other.json"
    path.write_bytes(b"a" * 900)
    other.write_bytes(b"b" * 900)
    replaced = []

    def act():
        if not replaced:
            replaced.append(other.replace(path))

    sys.setprofile(during_read(act))
    try:
        data, status = read_whole(str(path), 1000)
    finally:
        sys.setprofile(None)
    assert replaced
    assert (data, status.st_ino) == (b"b" * 900, path.stat().st_ino)


def test_read_whole__a_file_that_is_replaced_at_every_look_is_refused(tmp_path):
    path = tmp_path / "race.json"
    path.write_bytes(b"a" * 900)

    def act():
        (tmp_path / "other.json").write_bytes(b"b" * 900)
        (tmp_path / "other.json").replace(path)

    sys.setprofile(during_read(act))
    try:
        with pytest.raises(DropError, match="changed while"):
            read_whole(str(path), 1000)
    finally:
        sys.setprofile(None)


def has_fine_clock(folder):
    """Whether the file system tells apart two writes however soon they follow."""
    path = folder / "probe"
    times = set()
    for _ in range(50):
        path.write_bytes(b"x")
        times.add(path.stat().st_ctime_ns)
    return len(times) == 50


WRITER = """
import os, sys, time
path, chunk, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
file = os.open(path, os.O_WRONLY)
version = 0
while os.getppid() == int(sys.argv[4]):
    version = (version + 1) % 200
    for index in range(n):
        os.pwrite(file, bytes([version]) * chunk, index * chunk)
    time.sleep(0.0003)
"""


def was_in_the_file(versions):
    """Whether chunks are of one version, or of one and behind them of the version before."""
    first, last = versions[0], versions[-1]
    n_first = versions.count(bytes([first]))
    one_step = versions == bytes([first]) * n_first + bytes([last]) * (len(versions) - n_first)
    return one_step and (first - last) % 200 in {0, 1}


@POSIX
def test_read_whole__a_file_rewritten_in_place_is_read_as_it_was_at_one_instant(tmp_path):
    # The writer goes from front to back, so at any instant there are chunks of one version
    # and behind them chunks of the version before. Anything else was never in the file.
    if not has_fine_clock(tmp_path):
        pytest.skip("the file system's clock has ticks")
    path = tmp_path / "race.json"
    path.write_bytes(bytes(CHUNK * N_CHUNKS))
    arguments = [str(path), str(CHUNK), str(N_CHUNKS), str(os.getpid())]
    writer = subprocess.Popen([sys.executable, "-c", WRITER, *arguments])
    n_read = n_refused = 0
    try:
        for _ in range(100_000):
            try:
                data, _ = read_whole(str(path), CHUNK * N_CHUNKS)
            except DropError:
                n_refused += 1
            else:
                n_read += 1
                assert was_in_the_file(data[::CHUNK])
            if n_refused >= 200 and n_read >= 200:
                break
    finally:
        writer.kill()
        writer.wait()
    assert n_read > 0
    assert n_refused > 0
