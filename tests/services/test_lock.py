"""Two instances never work in one output folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from services.errors import AlreadyRunning, OutputNotWritable, exit_code
from services.lock import hold_folder

HOLD = """
import sys
from pathlib import Path
from services.lock import hold_folder
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
    assert exit_code(caught.value) == 75


def test_hold_folder__is_free_again_after_the_holder_was_killed(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with hold_folder(tmp_path):
        assert (tmp_path / ".lock").read_text() == f"{os.getpid()}\n"


def test_hold_folder__is_free_again_after_the_block(tmp_path):
    for _ in range(2):
        with hold_folder(tmp_path):
            pass


def test_hold_folder__another_folder_is_another_matter(tmp_path, holder):
    (tmp_path / "other").mkdir()
    with hold_folder(tmp_path / "other"):
        pass


def test_hold_folder__a_lock_file_that_cannot_be_opened_is_not_another_instance(tmp_path):
    (tmp_path / ".lock").mkdir()
    with pytest.raises(OutputNotWritable), hold_folder(tmp_path):
        pass
