"""A reader sees the old document or the new one, whole and checked."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import orjson
import pytest

from predictor.errors import F1Error
from services.disk.atomic_write import sweep
from services.errors import OutputNotWritable
from services.publishing.publisher import (
    check_document,
    check_writable,
    publish,
    read_document,
    stable_digest,
)

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["metadata", "predictions"],
    "properties": {
        "predictions": {"type": "object", "additionalProperties": {"$ref": "#/definitions/event"}}
    },
    "definitions": {
        "event": {
            "type": "object",
            "properties": {"p_win": {"type": "array", "items": {"minimum": 0, "maximum": 1}}},
        }
    },
}


def document(p_win=0.5, **metadata):
    return {
        "metadata": {"season": 2025, **metadata},
        "predictions": {"São Paulo Grand Prix": {"p_win": [p_win, 0.5]}},
    }


def test_publish__replaces_the_document_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "season.json"
    publish(document(0.1), path)
    publish(document(0.2), path)
    assert json.loads(path.read_text(encoding="utf-8")) == document(0.2)
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def test_publish__keeps_the_order_of_keys(tmp_path):
    path = tmp_path / "season.json"
    publish({"schema_version": "1", "metadata": {}, "championship": {}, "a": 1}, path)
    assert list(json.loads(path.read_text())) == ["schema_version", "metadata", "championship", "a"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_check_document__a_number_that_is_not_finite_is_named(bad):
    with pytest.raises(F1Error) as caught:
        check_document(document(bad), SCHEMA)
    assert caught.value.where == "/predictions/São Paulo Grand Prix/p_win/0"


def test_check_document__a_breach_of_the_schema_is_named():
    check_document(document(1.0), SCHEMA)
    with pytest.raises(F1Error, match="schema") as caught:
        check_document(document(1.5), SCHEMA)
    assert caught.value.where == "/predictions/São Paulo Grand Prix/p_win/0"
    assert caught.value.got == "1.5"
    with pytest.raises(F1Error, match="schema"):
        check_document({"metadata": {}}, SCHEMA)


@pytest.mark.parametrize("where", ["file/predictions", "file"])
def test_check_writable__a_file_where_the_folder_should_be(tmp_path, where):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputNotWritable) as caught:
        check_writable(tmp_path / where)
    assert caught.value.do


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc")  # noqa: PTH112
def test_check_writable__a_read_only_file_system():
    with pytest.raises(OutputNotWritable):
        check_writable(Path("/proc/self/predictions"))


def test_check_writable__makes_the_folder_and_leaves_no_trace(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_publish__a_path_that_cannot_be_replaced_keeps_what_is_there(tmp_path):
    path = tmp_path / "season.json"
    (path / "full").mkdir(parents=True)  # a folder of that name cannot be renamed over
    with pytest.raises(OutputNotWritable):
        publish(document(), path)
    assert (path / "full").is_dir()
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def test_publish__a_reader_never_sees_a_part(tmp_path):
    path = tmp_path / "season.json"
    sizes = (10, 5000, 200_000)
    publish({"n": 10, "data": "x" * 10}, path)
    stop = threading.Event()

    def write():
        for number in range(150):
            size = sizes[number % 3]
            publish({"n": size, "data": "x" * size}, path)
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not stop.is_set():
        seen = orjson.loads(path.read_bytes())
        assert len(seen["data"]) == seen["n"]
        reads += 1
    writer.join()
    assert reads > 10


PUBLISH_FOR_EVER = """
import sys
from pathlib import Path
from services.publishing.publisher import publish
number = 0
while True:
    number += 1
    size = 100_000 * (number % 3)
    publish({"n": size, "data": "x" * size}, Path(sys.argv[1]))
    print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_publish__killed_at_any_moment_leaves_a_whole_document(tmp_path):
    path = tmp_path / "season.json"
    for attempt in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOR_EVER, str(path)], stdout=subprocess.PIPE
        )
        process.stdout.readline()  # it has published at least once
        time.sleep(0.003 * attempt)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        seen = orjson.loads(path.read_bytes())
        assert len(seen["data"]) == seen["n"]
        sweep(tmp_path)
        assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def test_stable_digest__ignores_volatile_fields_and_nothing_else(tmp_path):
    base = document(seed=1)
    volatile = document(
        seed=1, generated_at="now", training_time="now", training_history=[1], run={"run_id": "a"}
    )
    assert stable_digest(volatile) == stable_digest(base)
    assert stable_digest(document(seed=2)) != stable_digest(base)
    assert stable_digest(document(0.25, seed=1)) != stable_digest(base)
    path = tmp_path / "season.json"
    publish(document(1 / 3, seed=1), path)
    assert stable_digest(read_document(path)) == stable_digest(document(1 / 3, seed=1))


@pytest.mark.parametrize("content", [None, b"", b"{", b"[1]", b"\xff\xfe", b'{"metadata": [1]}'])
def test_read_document__what_is_no_document_counts_as_none(tmp_path, content):
    path = tmp_path / "season.json"
    if content is not None:
        path.write_bytes(content)
    assert read_document(path) is None


def test_publish__a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    path = tmp_path / "season.json"
    real = os.fsync

    def refuse_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no sync of folders here")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    publish({"metadata": {}}, path)
    assert path.read_bytes() == b'{"metadata":{}}\n'


@pytest.mark.skipif(os.name == "nt", reason="needs limits")
def test_publish__a_full_disk_is_output_not_writable_and_keeps_the_document(tmp_path):
    path = tmp_path / "season.json"
    publish(document(0.1), path)
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
    try:
        with pytest.raises(OutputNotWritable) as caught:
            publish(document(0.2), path)
        with pytest.raises(OutputNotWritable):
            check_writable(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.where == str(path)
    assert read_document(path) == document(0.1)
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def test_publish__is_durable(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def sync(descriptor):
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    publish(document(), tmp_path / "season.json")
    assert synced == [False, True]
