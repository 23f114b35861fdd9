"""Two instances never work in one output folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from services.disk.lock import hold_folder, holder_of
from services.errors import AlreadyRunning, OutputNotWritable, SomebodysFile

HOLD = """
import sys
import threading
from pathlib import Path
from services.disk.lock import hold_folder, holder_of
with hold_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held" + os.linesep.encode()
    yield process
    process.kill()
    process.communicate()


def test_hold_folder__a_second_instance_is_told_who_holds_it(tmp_path, holder):
    with pytest.raises(AlreadyRunning) as caught, hold_folder(tmp_path):
        pytest.fail("two instances hold one folder")
    assert str(holder.pid) in caught.value.got
    assert caught.value.exit_code == 75


def test_hold_folder__is_free_again_after_the_holder_was_killed(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with hold_folder(tmp_path):
        assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


def test_hold_folder__is_free_again_after_the_block(tmp_path):
    for _ in range(2):
        with hold_folder(tmp_path):
            assert holder_of(tmp_path) == os.getpid()
        assert holder_of(tmp_path) is None


def test_hold_folder__another_folder_is_another_matter(tmp_path, holder):
    (tmp_path / "other").mkdir()
    with hold_folder(tmp_path / "other"):
        assert holder_of(tmp_path / "other") == os.getpid()
        assert holder_of(tmp_path) == holder.pid


def test_hold_folder__a_lock_file_that_cannot_be_opened_is_not_another_instance(tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OutputNotWritable), hold_folder(tmp_path):
        pass


def test_holder_of__names_the_process_that_holds_a_folder(tmp_path, holder):
    assert holder_of(tmp_path) == holder.pid


def test_holder_of__nobody_holds_a_folder_that_is_free_or_not_there(tmp_path):
    assert holder_of(tmp_path / "not there") is None
    with hold_folder(tmp_path):
        pass
    assert (tmp_path / ".lock").exists()
    assert holder_of(tmp_path) is None


def test_holder_of__a_killed_process_holds_nothing(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert holder_of(tmp_path) is None


@pytest.mark.parametrize("text", [b"", b"nobody\n", b"\xff\n"])
def test_holder_of__a_damaged_file_names_nobody(tmp_path, holder, text):
    (tmp_path / ".lock").write_bytes(text)
    assert holder_of(tmp_path) is None


def test_holder_of__asking_needs_no_right_to_write(tmp_path, holder, monkeypatch):
    sound = os.open

    def read_only(path, flags, *more, **named):
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(path)
        return sound(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", read_only)
    assert holder_of(tmp_path) == holder.pid


def test_holder_of__two_who_ask_at_once_do_not_take_each_other_for_a_holder(tmp_path):
    with hold_folder(tmp_path):
        pass
    fcntl = pytest.importorskip("fcntl")
    descriptor = os.open(tmp_path / ".lock", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    assert holder_of(tmp_path) is None
    os.close(descriptor)


def test_hold_folder__who_asks_for_a_moment_does_not_keep_an_instance_out(tmp_path):
    (tmp_path / ".lock").touch()
    fcntl = pytest.importorskip("fcntl")
    descriptor = os.open(tmp_path / ".lock", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    letting_go = threading.Timer(0.02, os.close, [descriptor])
    letting_go.start()
    with hold_folder(tmp_path) as hold:
        assert hold.is_held()
    letting_go.join()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not remove open files")
@pytest.mark.parametrize("how", ["removed", "replaced", "folder removed"])
def test_is_held__not_once_the_locked_file_is_not_the_one_that_is_there(tmp_path, how):
    folder = tmp_path / "out"
    folder.mkdir()
    with hold_folder(folder) as hold:
        assert hold.is_held()
        (folder / ".lock").unlink()
        if how == "replaced":
            (folder / ".lock").write_text(f"{hold.pid}\n")
        elif how == "folder removed":
            folder.rmdir()
        assert not hold.is_held()


def test_hold_folder__the_lock_is_not_inherited(tmp_path):
    with hold_folder(tmp_path) as hold:
        assert not os.get_inheritable(hold.descriptor)


@pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")
@pytest.mark.parametrize("lay", ["a link", "a link to nothing", "a pipe", "somebody's text"])
def test_hold_folder__what_is_no_lock_is_refused_and_stays(tmp_path, lay):
    precious, lock = tmp_path / "precious.txt", tmp_path / ".lock"
    precious.write_bytes(b"dear diary")
    if lay == "a pipe":
        os.mkfifo(lock)
    elif lay == "somebody's text":
        lock.write_bytes(b"dear diary")
    else:
        lock.symlink_to("precious.txt" if lay == "a link" else "not there")
    with pytest.raises(SomebodysFile) as caught, hold_folder(tmp_path):
        pytest.fail("held by something else than a lock")
    assert caught.value.exit_code == 2
    assert holder_of(tmp_path) is None
    assert precious.read_bytes() == b"dear diary"
    assert sorted(one.name for one in tmp_path.iterdir()) == [".lock", "precious.txt"]
    if lay == "somebody's text":
        assert lock.read_bytes() == b"dear diary"
