"""Processes that die at every moment, and parents that do: nothing is left, nothing hangs."""

from __future__ import annotations

import gc
import os
import signal
import struct
import subprocess
import sys
import time
from multiprocessing import util
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from predictor.errors import UsageError
from services.errors import WorkerLost
from services.execution.executor import Task
from services.execution.local_processes import LocalProcesses
from tests.daemon.test_worker import ends
from tests.execution.test_executor import first_try, pids, tasks, wait_for_first_try
from tests.rules.sources import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


def kill_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def dies_in_the_middle_of_its_answer(task, report):
    folder, number = task
    if first_try(folder, number):
        pipe = next(one for one in gc.get_objects() if isinstance(one, Connection) and one.writable)
        os.write(pipe.fileno(), struct.pack("!i", 1000) + b"the beginning")
        kill_itself()
    return b"whole"


def dies_after_its_answer(number, report):
    util.Finalize(None, kill_itself, exitpriority=1)
    return b"whole"


def leaves(number, report):
    os._exit(7)


def crashes(number, report):
    os.kill(os.getpid(), signal.SIGSEGV)


def waits_or_refuses(task, report):
    folder, number = task
    first_try(folder, number)
    if number:
        while True:
            time.sleep(60)
    wait_for_first_try(folder, 1)
    raise UsageError("not this one")


def stays_or_answers(task, report):
    folder, number = task
    first_try(folder, number)
    if number:
        while True:
            time.sleep(60)
    wait_for_first_try(folder, 1)
    return str(number).encode()


def test_map__a_result_that_is_cut_off_is_lost(tmp_path):
    found = list(LocalProcesses(1).map(dies_in_the_middle_of_its_answer, tasks([1], tmp_path)))
    assert found == [(0, b"whole")]
    assert len(pids(tmp_path, 1)) == 2


def test_map__who_has_answered_may_die(caplog):
    assert list(LocalProcesses(1).map(dies_after_its_answer, tasks([1]))) == [(0, b"whole")]
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("work", "how"), [(leaves, "exit code 7"), (crashes, "signal 11 (SIGSEGV)")]
)
def test_map__tells_how_a_process_ended_and_what_to_do(work, how):
    with pytest.raises(WorkerLost) as caught:
        list(LocalProcesses(1).map(work, tasks([5])))
    assert caught.value.got == f"{how}, then, alone, {how}"
    assert "report it" in caught.value.do


def test_map__an_error_ends_the_others(tmp_path):
    with pytest.raises(UsageError):
        list(LocalProcesses(2).map(waits_or_refuses, tasks([0, 1], tmp_path)))
    assert ends(int(pids(tmp_path, 1)[0]))


def is_lost_and_then_takes_its_time(task, report):
    folder, number = task
    if first_try(folder, number):
        kill_itself()
    for moment in ("begins", "ends"):
        with (Path(folder) / "log").open("a") as file:
            file.write(f"{number} {moment}\n")
        time.sleep(0.2)
    return b""


def test_map__what_was_lost_is_done_again_one_at_a_time(tmp_path):
    work = is_lost_and_then_takes_its_time
    assert len(list(LocalProcesses(2).map(work, tasks([0, 1], tmp_path)))) == 2
    first, then = (tmp_path / "log").read_text().splitlines()[::2]
    assert (tmp_path / "log").read_text() == f"{first}\n{first[0]} ends\n{then}\n{then[0]} ends\n"


def is_lost_at_first(task, report):
    folder, number = task
    if first_try(folder, number) and number == 0:
        kill_itself()
    return b""


def test_map__what_was_lost_is_done_again_after_all_others(tmp_path):
    found = list(LocalProcesses(1).map(is_lost_at_first, tasks([0, 1, 2], tmp_path)))
    assert [index for index, _ in found] == [1, 2, 0]


_PARENT = """
import sys
from services.execution.local_processes import LocalProcesses
from tests.execution.test_executor import tasks
from tests.execution.test_local_processes import waits_or_refuses
if __name__ == "__main__":
    list(LocalProcesses(2).map(waits_or_refuses, tasks([1, 2], sys.argv[1])))
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_map__however_the_parent_ends_no_child_is_left(tmp_path, signum):
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    while not all((tmp_path / name).exists() and pids(tmp_path, name) for name in ("1", "2")):
        assert parent.poll() is None
        time.sleep(0.01)
    children = [int(pids(tmp_path, name)[0]) for name in ("1", "2")]
    parent.send_signal(signum)
    parent.wait()
    assert all(map(ends, children))


def test_map__given_up_half_way_leaves_no_child(tmp_path):
    answers = LocalProcesses(2).map(stays_or_answers, tasks([0, 1], tmp_path))
    next(answers)
    answers.close()
    assert all(ends(int(pids(tmp_path, number)[0])) for number in (0, 1))


def test_threads_each__shares_the_processors():
    assert [LocalProcesses(8).threads_each(n) for n in (1, 3, 8, 20)] == [8, 2, 1, 1]
    assert LocalProcesses().threads_each(1) >= 1


def test_map__begins_in_the_order_of_the_tasks():
    found = list(LocalProcesses(1).map(echo, [Task(name, name) for name in "cab"]))
    assert found == [(0, b"c"), (1, b"a"), (2, b"b")]


def echo(text, report):
    return text.encode()


def test_map__without_room_for_a_process_says_so_and_what_to_do():
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    answers = LocalProcesses(1).map(echo, [Task("the one", "a")])
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))  # as many as there are open
    try:
        with pytest.raises(WorkerLost, match="cannot be started") as caught:
            next(answers)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert caught.value.where == "the one"
    assert "--jobs" in caught.value.do
