"""The same faults as in `tests.crash`, at every single call."""

from __future__ import annotations

import sys
import time
from itertools import count

import pytest

from tests.crash.faulty_daemon import FaultyDaemon
from tests.crash.io_faults import KINDS, Fault
from tests.crash.one_shot import set_scene
from tests.crash.one_shot_checks import check_faults

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_run_job__a_fault_at_any_call_leaves_a_whole_document_and_mends(tmp_path, kind, summary):
    started = time.monotonic()
    n_faults = check_faults(set_scene(tmp_path), (Fault(kind, at) for at in count(1)))
    summary(f"run: {kind} at each of {n_faults} calls in {time.monotonic() - started:.0f} s")
    assert n_faults > 50


@pytest.mark.parametrize("kind", KINDS)
def test_watch__a_fault_at_any_call_of_a_build_is_made_good(tmp_path, kind, summary):
    started = time.monotonic()
    with FaultyDaemon(tmp_path) as faulty:
        n_calls = len(faulty.calls(kind))
        n_hits = sum(faulty.check(Fault(kind, at)) for at in range(1, n_calls + 1))
    summary(f"watch: {kind} at each of {n_hits} calls in {time.monotonic() - started:.0f} s")
    assert n_hits > 20
