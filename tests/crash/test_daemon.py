"""A daemon that is killed, or refused by the disk, at any I/O call of its own."""

from __future__ import annotations

import sys

import pytest

from tests.crash.faulty_daemon import FaultyDaemon
from tests.crash.io_faults import KILL, each_kind
from tests.crash.kinds import some_kinds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc")

_SOME = 6  # faults of a kind; make soak tries more of them


@pytest.mark.parametrize("kind", some_kinds(KILL, "ENOSPC"))
def test_watch__a_fault_while_publishing_is_made_good(tmp_path, kind):
    with FaultyDaemon(tmp_path) as faulty:
        faults = each_kind(kind, faulty.calls(kind))
        assert len(faults) > 10
        step = -(-len(faults) // _SOME)
        n_hits = sum(faulty.check(fault) for fault in faults[::step])
    assert n_hits >= 3


def test_watch__last_good_bytes_that_were_refused_are_kept_without_a_further_change(tmp_path):
    with FaultyDaemon(tmp_path) as faulty:
        faults = each_kind("EIO", faulty.calls("EIO"))
        of_table = [one for one in faults if one.operation == "create" and ".table" in one.files]
        # A change to a broken file leaves the table alone: then there is nothing to refuse.
        assert any(faulty.check(of_table[0]) for _ in range(10))
        assert faulty.season.not_kept() == []
