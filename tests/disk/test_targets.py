"""Nothing of anybody's is overwritten, by any command and under any name."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import orjson
import pytest

from predictor.errors import UsageError
from services.disk import own_kinds
from services.disk.own_kinds import BACKTEST, COUNTS, DOCUMENT, FORECASTS, RACE, TITLES
from services.disk.targets import Target, check_own, check_targets, why_not, write_target
from services.monitoring.metrics import write_metrics
from services.monitoring.monitor import Monitor
from services.monitoring.status_file import Status, write_status
from tests.published.small_document import small_document
from tests.rules.sources import ROOT

unix = pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and sockets")

SESSION = orjson.dumps(
    orjson.loads((ROOT / "race-data" / "2025" / "01-australia" / "race.json").read_bytes())
)
SOMEBODYS = {
    "a text": b"dear diary\n",
    "a table": b"a,b\n1,2\n",
    "other JSON": b'{"VER": 1.2}',
    "a list": b"[1, 2]",
    "a session file": SESSION,
    "settings": (ROOT / "config" / "settings.toml").read_bytes(),
    "a notebook": b'{"cells": [], "metadata": {}, "nbformat": 4}',
    "bytes": bytes(range(256)),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a Parquet table": b"PAR1 lap,driver PAR1",
}
KINDS = [kind for kind in vars(own_kinds).values() if isinstance(kind, own_kinds.Kind)]
DOCUMENT_BYTES = orjson.dumps({"schema_version": "1", "metadata": {}, "predictions": {}})
OWN = {
    DOCUMENT: DOCUMENT_BYTES,
    RACE: b'{"kind": "simulated_race"}',
    COUNTS: b'{"kind": "simulated_counts"}',
    BACKTEST: b'{"settings": {}, "horizons": {}, "notes": [], "left_out": []}',
    TITLES: b'{"settings": {}, "titles": {}, "skipped": [], "notes": [], "left_out": []}',
    FORECASTS: b"season,round,event_id,horizon,driver_id,position,p_win\n",
}


def lay_folder(path):
    path.mkdir()


def lay_pipe(path):
    os.mkfifo(path)


def lay_socket(path):
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def lay_device(path):
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("may not make a device")


def lay_link(path):
    (path.parent / "other.json").write_bytes(DOCUMENT_BYTES)
    path.symlink_to("other.json")


def lay_link_to_nothing(path):
    path.symlink_to("not-there.json")


LAID = [lay_folder, lay_pipe, lay_socket, lay_device, lay_link, lay_link_to_nothing]


def snapshot(folder):
    return {
        path.name: (path.lstat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.iterdir()
    }


@pytest.mark.parametrize("name", SOMEBODYS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_why_not__a_file_of_somebodys_is_of_no_kind(tmp_path, kind, name):
    path = tmp_path / "x"
    path.write_bytes(SOMEBODYS[name])
    assert why_not(path, kind) == "a file of another kind"


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_why_not__only_the_very_same_kind_may_be_replaced(tmp_path, kind):
    path = tmp_path / "x"
    for other, content in OWN.items():
        path.write_bytes(content)
        assert bool(why_not(path, kind)) is (other is not kind), other.name


def test_why_not__a_document_with_every_field_is_own_by_whatever_is_left_of_it(tmp_path):
    whole = msgspec.to_builtins(small_document())
    for lost in whole.keys() - {"metadata"}:
        left = {name: one for name, one in whole.items() if name != lost}
        (tmp_path / "season.json").write_bytes(msgspec.json.encode(left))
        assert why_not(tmp_path / "season.json", DOCUMENT) == "", lost


@pytest.mark.parametrize(
    "data", [b"", b"{}", bytes(500), DOCUMENT_BYTES[:20], DOCUMENT_BYTES.replace(b"{}", b"{")]
)
def test_why_not__a_document_that_was_spoilt_is_published_again(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    assert why_not(tmp_path / "x", DOCUMENT) == ""


@unix
@pytest.mark.parametrize("lay", LAID)
def test_write_target__what_is_no_regular_file_is_refused_and_stays(tmp_path, lay):
    path = tmp_path / "x.json"
    lay(path)
    before = snapshot(tmp_path)
    target = Target(path, DOCUMENT, "--output")
    for attempt in (lambda: check_targets([target]), lambda: write_target(target, b"{}")):
        with pytest.raises(UsageError) as caught:
            attempt()
        error = caught.value
        assert error.exit_code == 2
        assert error.where == f"--output {path}"
        assert error.got
        assert error.expected
        assert error.do
    assert snapshot(tmp_path) == before


@unix
@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_check_targets__an_input_is_no_target_whatever_its_name_is(tmp_path, link):
    read = tmp_path / "a.json"
    read.write_bytes(OWN[COUNTS])
    link(tmp_path / "b.json", read)
    (tmp_path / "below").mkdir()
    for path in (read, tmp_path / "below" / ".." / "a.json", tmp_path / "b.json"):
        with pytest.raises(UsageError):
            check_targets([Target(path, COUNTS, "--json")], inputs=[read])
    check_targets([Target(read, COUNTS, "--json")])


def test_check_targets__two_options_do_not_name_one_file(tmp_path):
    paths = (tmp_path / "x.json", tmp_path / "below" / ".." / "X.json")
    targets = [Target(path, kind, f"--{kind.name}") for path, kind in zip(paths, OWN, strict=False)]
    with pytest.raises(UsageError, match="would be lost") as caught:
        check_targets(targets)
    assert "too" in caught.value.got


@pytest.mark.parametrize(
    "name",
    [".lock", "training.log", "Training.LOG", "training.log.2", "training_history.jsonl",
     ".status.json", "metrics.prom", "model_registry.json",
     "model_registry.json.bak", "monitor.json"],
)  # fmt: skip
def test_check_targets__names_of_the_tools_own_are_no_targets(tmp_path, name):
    with pytest.raises(UsageError) as caught:
        check_targets([Target(tmp_path / name, DOCUMENT, "--output")])
    assert "the tool keeps for itself" in caught.value.got


@pytest.mark.parametrize("place", ["config/x.json", "predictor/x.json", "services/../config/x"])
def test_check_targets__the_program_is_no_place_for_results(place):
    with pytest.raises(UsageError):
        check_targets([Target(ROOT / place, RACE, "--json")])


def test_check_targets__of_a_data_folder_only_documents_may_be_replaced(tmp_path):
    path = tmp_path / "x.json"
    check_targets([Target(path, DOCUMENT, "--output")], data=tmp_path)
    path.write_bytes(b"")  # somebody has begun to write it
    with pytest.raises(UsageError):
        check_targets([Target(path, DOCUMENT, "--output")], data=tmp_path)
    path.write_bytes(DOCUMENT_BYTES)
    check_targets([Target(path, DOCUMENT, "--output")], data=tmp_path)


def test_write_target__asks_again_at_the_moment_of_writing(tmp_path):
    target = Target(tmp_path / "x.json", DOCUMENT, "--output")
    check_targets([target])
    target.path.write_bytes(SOMEBODYS["a text"])
    with pytest.raises(UsageError):
        write_target(target, b"{}")
    assert target.path.read_bytes() == SOMEBODYS["a text"]


def test_check_own__says_what_to_do(tmp_path):
    (tmp_path / ".lock").write_bytes(b"mine")
    with pytest.raises(UsageError) as caught:
        check_own(tmp_path / ".lock", own_kinds.LOCK)
    assert "another folder" in caught.value.do


COMMANDS = {
    "forecast": ["forecast", "--train-data", "race-data/2025", "--output"],
    "simulate": ["simulate", "monaco", "--json"],
    "shard": ["simulate", "monaco", "--shard", "1/2", "--json"],
    "backtest": ["backtest", "--json"],
    "table": ["backtest", "--predictions"],
    "titles": ["titles", "--json"],
    "evaluate": ["models", "evaluate", "--json"],
    "merge-shards": ["merge-shards", "not-there.json", "--json"],
}


MODULES = {name: ["services", *words] for name, words in COMMANDS.items()}
MODULES["benchmarks"] = ["benchmarks", "--json"]


@pytest.mark.parametrize("words", MODULES.values(), ids=MODULES)
def test_command__refuses_before_any_work_and_changes_nothing(tmp_path, words):
    path = tmp_path / "precious.csv"
    path.write_bytes(SOMEBODYS["a table"])
    done = subprocess.run(
        [sys.executable, "-m", *words, str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "would be lost" in done.stderr
    assert path.read_bytes() == SOMEBODYS["a table"]
    assert [one.name for one in tmp_path.iterdir()] == ["precious.csv"]


@unix
@pytest.mark.parametrize(
    "words",
    [["plots", "PIPE"], ["compare", "PIPE", "PIPE"], ["merge-shards", "PIPE"],
     ["forecast", "--train-data", "race-data/2025", "--driver-weights", "PIPE"],
     ["forecast", "--train-data", "race-data/2025", "--driver-weights", "@PIPE"],
     ["forecast", "--train-data", "race-data/2025", "--settings", "PIPE"]],
    ids=" ".join,
)  # fmt: skip
def test_command__a_pipe_in_a_files_place_is_told_at_once(tmp_path, words):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    done = subprocess.run(
        [sys.executable, "-m", "services", *(one.replace("PIPE", str(pipe)) for one in words)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "named pipe" in done.stderr


def opens_without_waiting(action):
    """Whether an action ends by itself, in a thread that may hang."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    thread.join(10)
    return not thread.is_alive()


@unix
def test_why_not__never_waits_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert opens_without_waiting(lambda: why_not(tmp_path / "pipe", DOCUMENT))


@unix
@pytest.mark.parametrize("name", [".status.json", "metrics.prom"])
@pytest.mark.parametrize("lay", ["a link", "somebody's file"])
def test_write_status__somebodys_file_stays(tmp_path, name, lay):
    path, precious = tmp_path / name, tmp_path / "precious.txt"
    precious.write_bytes(b"dear diary")
    if lay == "a link":
        path.symlink_to("precious.txt")
    else:
        path.write_bytes(b"dear diary")
    if name == ".status.json":
        write_status(tmp_path, Status("idle", 1, "0", "c", "s", "u", 1.0, "data"))
    else:
        pytest.importorskip("prometheus_client")
        assert "metrics.prom is not written" in write_metrics(tmp_path, Monitor())
    assert path.read_bytes() == precious.read_bytes() == b"dear diary"
    assert path.is_symlink() is (lay == "a link")
