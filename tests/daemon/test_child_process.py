"""A child as the daemon holds it: whatever its end, nothing of it stays open."""

from __future__ import annotations

import os
import queue
import signal
import sys
from pathlib import Path

import pytest

from services.daemon.child_process import ChildProcess
from services.daemon.messages import read_training_answer
from services.daemon.page_server import PageServer
from services.settings.child_environment import DATABASE, SECRETS, TOKEN
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


def names_of(pid):
    """The variables of a process that is under way."""
    found = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return {one.partition(b"=")[0].decode() for one in found}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_start__a_child_knows_the_secrets_it_needs_alone(tmp_path, monkeypatch, request):
    for name in SECRETS:
        monkeypatch.setenv(name, "only ours, of sixteen characters or more")
    pages = PageServer(tmp_path, ["--port", "0"])
    pages.check()
    try:
        known = {
            request.getfixturevalue("child").pid: set(),  # what trains, as what builds
            pages.pid: {TOKEN, *DATABASE},
        }
        assert {pid: names_of(pid) & SECRETS for pid in known} == known
    finally:
        pages.stop()
