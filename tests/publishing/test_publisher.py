"""A reader sees the old document or the new one, whole and checked."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import orjson
import pytest

from services.disk.atomic_write import sweep
from services.errors import OutputNotWritable
from services.publishing.publisher import (
    check_writable,
    publish,
    read_document,
    stable_digest,
)
from tests.published.small_document import as_json, event, small_document


def payload(**metadata):
    return msgspec.json.encode(small_document(**metadata))


def test_publish__replaces_the_document_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "season.json"
    publish(payload(seed=1), path)
    publish(payload(seed=2), path)
    assert path.read_bytes() == payload(seed=2) + b"\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


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
        publish(payload(), path)
    assert (path / "full").is_dir()
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def sized(n):
    """Give a document of some size that says how long it is."""
    return orjson.dumps({"n": n, "data": "x" * n})


def test_publish__a_reader_never_sees_a_part(tmp_path):
    path = tmp_path / "season.json"
    sizes = (10, 5000, 200_000)
    publish(sized(10), path)
    stop = threading.Event()

    def write():
        for number in range(150):
            size = sizes[number % 3]
            publish(sized(size), path)
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
from tests.publishing.test_publisher import sized
number = 0
while True:
    number += 1
    size = 100_000 * (number % 3)
    publish(sized(size), Path(sys.argv[1]))
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
    base = small_document()
    run = msgspec.structs.replace(base.metadata.run, run_id="other")
    volatile = payload(
        generated_at="2020-01-01T00:00:00Z",
        training_time="2020-01-01T00:00:00Z",
        training_history=(),
        run=run,
    )
    before = stable_digest(payload())
    assert stable_digest(volatile) == before
    assert stable_digest(payload(seed=2)) != before
    other = small_document(event("first", round=2))
    assert stable_digest(msgspec.json.encode(other)) != before
    path = tmp_path / "season.json"
    publish(payload(), path)
    assert read_document(path).digest == before


def test_stable_digest__sees_fields_that_nobody_knows_and_the_order_of_all():
    plain = as_json(small_document())
    more = {**plain, "predictions": {**plain["predictions"], "more": {"x": 1}}}
    turned = dict(reversed(plain.items()))
    digests = {stable_digest(orjson.dumps(one)) for one in (plain, more, turned)}
    assert len(digests) == 3


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[1]", b"\xff\xfe", b'{"metadata": [1]}', b"[" * 100_000, b'{"a":' * 5000],
)
def test_read_document__what_is_no_document_counts_as_none(tmp_path, content):
    path = tmp_path / "season.json"
    if content is not None:
        path.write_bytes(content)
    assert read_document(path) is None


def test_read_document__takes_one_of_another_version(tmp_path):
    path = tmp_path / "season.json"
    other = as_json(small_document())
    del other["metadata"]["passed_over"]
    other["metadata"]["added_later"] = {"x": 1}
    path.write_bytes(orjson.dumps(other))
    found = read_document(path).document
    assert found.predictions == small_document().predictions
    assert found.metadata.passed_over == ()


def test_publish__a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    path = tmp_path / "season.json"
    real = os.fsync

    def refuse_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no sync of folders here")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    publish(b"{}", path)
    assert path.read_bytes() == b"{}\n"


@pytest.mark.skipif(os.name == "nt", reason="needs limits")
def test_publish__a_full_disk_is_output_not_writable_and_keeps_the_document(tmp_path):
    path = tmp_path / "season.json"
    publish(payload(), path)
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, hard))
    try:
        with pytest.raises(OutputNotWritable) as caught:
            publish(payload(seed=2), path)
        with pytest.raises(OutputNotWritable):
            check_writable(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.where == str(path)
    assert path.read_bytes() == payload() + b"\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["season.json"]


def test_publish__is_durable(tmp_path, monkeypatch):
    synced = []
    real = os.fsync

    def sync(descriptor):
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    publish(payload(), tmp_path / "season.json")
    assert synced == [False, True]
