"""Two documents in one folder share a record; a kill between document and record splits them."""

from __future__ import annotations

import sys

import orjson
import pytest

from tests.crash.io_faults import KILL, Fault
from tests.crash.one_shot import KILLED, run_with, set_scene
from tests.crash.traces import check_record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc")


def test_open_history__a_run_that_comes_back_gets_a_number_that_nobody_has_taken(tmp_path):
    scene = set_scene(tmp_path)
    calls = run_with(scene, Fault(KILL, 0)).calls
    appends = [n for n, one in enumerate(calls, 1) if one == ("append", "training_history.jsonl")]
    scene.restore()
    assert run_with(scene, Fault(KILL, appends[-1])).code == KILLED
    assert scene.published() == scene.after
    killed = scene.season.document()["metadata"]["run"]["run_id"]

    other = scene.season.run(jobs=1, output=scene.folder / "other.json")
    again = scene.season.run(jobs=1)

    entries = check_record(scene.folder)
    runs = [entry["run_id"] for entry in entries]
    assert runs[-3:] == [other.run_id, killed, again.run_id]
    assert orjson.loads(other.path.read_bytes())["metadata"]["training_history"][-1] in entries
