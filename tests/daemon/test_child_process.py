"""A child as the daemon holds it: whatever its end, nothing of it stays open."""

from __future__ import annotations

import os
import queue
import signal

import pytest

from services.daemon.child_process import ChildProcess
from services.daemon.messages import read_training_answer
from tests.daemon.daemon_process import PATIENCE_S


@pytest.fixture
def answers():
    return queue.SimpleQueue()


@pytest.fixture
def child(tmp_path, answers):
    made = ChildProcess(
        "services.daemon.training",
        tmp_path,
        log="child.log",
        read=read_training_answer,
        on_answer=answers.put,
        has_children=True,
    )
    yield made
    made.kill()


def test_kill__closes_both_pipes(child, answers):
    child.kill()
    assert answers.get(timeout=PATIENCE_S) is None
    assert child._process.stdin.closed


def test_last_words__of_one_that_has_ended_by_itself_close_its_pipe(child, answers):
    os.kill(child.pid, signal.SIGKILL)
    assert answers.get(timeout=PATIENCE_S) is None
    assert child.last_words().startswith("signal 9")
    assert child._process.stdin.closed
