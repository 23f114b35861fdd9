"""What the daemon does beside builds: when there is nothing to build, and one at a time."""

from __future__ import annotations

import queue

import pytest

from services.daemon.chores import Chores
from services.daemon.page_server import PageServer
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.daemon.daemon_process import PATIENCE_S
from tests.registry.small_models import promoted


@pytest.fixture
def posted():
    return queue.SimpleQueue()


@pytest.fixture
def chores(posted, tmp_path):
    pages = PageServer(tmp_path, None)
    made = Chores(None, posted.put, lambda _worker, _answer: None, lambda: None, pages)
    yield made
    made.stop()
    assert made.state == ""


@pytest.fixture
def settings(tmp_path):
    return RunRequest(tmp_path, tmp_path / "out" / "season.json")


def test_begin__a_comparison_waits_until_there_is_nothing_to_build(chores, settings):
    chores.begin(settings, Limits(), is_at_rest=False)
    assert chores.state == ""
    chores.begin(settings, Limits(), is_at_rest=True)
    assert chores.state == "verifying"


def test_begin__a_backup_waits_for_no_rest_and_a_comparison_waits_for_it(chores, settings, posted):
    promoted(settings.models, b"first")
    chores.begin(settings, Limits(), is_at_rest=False)
    assert chores.backups.is_running
    chores.begin(settings, Limits(), is_at_rest=True)
    assert chores.state == ""
    posted.get(timeout=PATIENCE_S)()
    chores.begin(settings, Limits(), is_at_rest=True)
    assert chores.state == "verifying"
    assert chores.problems() == ("", "", "", "")
