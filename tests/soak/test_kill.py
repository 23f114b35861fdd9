"""``kill -9`` at random moments: the next start makes it good."""

from __future__ import annotations

import sys
import time

import pytest

from tests.soak.killed_daemon import kill_often

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

_LANES = 2  # at the same time, with -n 2
_KILLS = 250  # in each


@pytest.mark.soak
def test_watch__fifteen_kills_leave_whole_documents_and_right_restarts(tmp_path):
    assert kill_often(tmp_path, 15, seed=1)["documents"] > 1


@pytest.mark.soak
@pytest.mark.parametrize("lane", range(_LANES))
def test_watch__five_hundred_kills_leave_whole_documents_and_right_restarts(
    tmp_path, lane, summary
):
    started = time.monotonic()
    seen = kill_often(tmp_path, _KILLS, seed=100 + lane)
    summary(f"kill lane {lane}: {_KILLS} kills in {time.monotonic() - started:.0f} s, {seen}")
    assert seen["compared"] > _KILLS / 3
