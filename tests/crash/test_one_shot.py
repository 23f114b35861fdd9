"""A run that is killed, or refused by the disk, at any of its I/O calls."""

from __future__ import annotations

import sys
from collections import defaultdict

import pytest

from tests.crash.io_faults import KILL, KINDS, Fault
from tests.crash.one_shot import set_scene
from tests.crash.one_shot_checks import check_faults, faults_of_each_kind

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc")


def test_run_job__a_kill_at_each_kind_of_call_leaves_a_whole_document_and_mends(tmp_path):
    scene = set_scene(tmp_path)
    of_each: dict[tuple[str, str], list[Fault]] = defaultdict(list)
    for fault in faults_of_each_kind(scene, KILL):
        of_each[fault.operation, fault.files].append(fault)
    # The first call of one kind, the last of the next one: the long run tries both of all.
    faults = [calls[0 if number % 2 else -1] for number, calls in enumerate(of_each.values())]
    assert len(faults) > 10
    assert check_faults(scene, faults) == len(faults)


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_run_job__a_fault_at_each_kind_of_call_leaves_a_whole_document_and_mends(tmp_path, kind):
    scene = set_scene(tmp_path)
    faults = faults_of_each_kind(scene, kind)
    assert len(faults) > 10
    assert check_faults(scene, faults) == len(faults)


@pytest.mark.soak
def test_run_job__a_first_run_that_is_killed_is_made_good_by_the_next(tmp_path):
    scene = set_scene(tmp_path, is_first_run=True)
    faults = faults_of_each_kind(scene, KILL)
    assert check_faults(scene, faults) == len(faults)
