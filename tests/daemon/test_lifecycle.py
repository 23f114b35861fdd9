"""Start, stop, second instances, lost folders and full disks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.daemon import worker_trouble
from tests.daemon.daemon_process import DaemonProcess
from tests.rules.sources import ROOT

STOP_S = 20.0  # five on a machine with nothing else to do
LONG_PAUSE = {"back_off_s": 600.0, "back_off_max_s": 600.0}


def ask(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "services", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def stop(daemon, signum=signal.SIGTERM):
    daemon.signal(signum)
    return daemon.process.wait(STOP_S)


def is_whole(season):
    """Whether the document can be read, and no temporary file is left beside it."""
    season.document()
    return not list(season.output.parent.rglob("*.tmp"))


def test_daemon__changes_while_it_was_down_are_found_at_the_start_with_one_build(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        assert stop(daemon) == 0
        for number in range(48):
            shutil.copy(season.drops / "calendar.json", season.drops / f"copy-{number}.json")
        season.add("04-bahrain/qualifying.json")
        season.add("04-bahrain/race.json")
        daemon.start()
        status = daemon.until_idle(1)
        assert status["last_build"]["trigger"] == "start"
        assert status["builds"] == {"published": 1}
    assert [entry["trigger"] for entry in season.history()] == ["start", "start"]


def test_daemon__a_start_with_nothing_new_writes_nothing(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        stop(daemon)
        document, n_entries = season.output.read_bytes(), len(season.history())
        daemon.start()
        status = daemon.until(lambda one: one["state"] == "idle" and one["builds"])
        assert status["builds"] == {"nothing new": 1}
        assert status["worker_starts"] == 0
        assert season.output.read_bytes() == document
        assert len(season.history()) == n_entries


SLOW_TO_PUBLISH = """
import pathlib, time
from services.publishing import conclude
def publish(document, path, sound=conclude.publish):
    pathlib.Path({gate!r}).touch()
    time.sleep(1)
    return sound(document, path)
conclude.publish = publish
"""


def settling(season, trouble, tmp_path):
    return {"settle_s": 600.0, "max_wait_s": 600.0}, lambda: season.add("04-bahrain/race.json")


def building(season, trouble, tmp_path):
    trouble.begin(worker_trouble.HOLDS_EVERYTHING)
    return {}, None


def waiting(season, trouble, tmp_path):
    trouble.begin(worker_trouble.LACKS_MEMORY)
    return LONG_PAUSE, None


def holding(season, trouble, tmp_path):
    return {}, lambda: shutil.rmtree(season.drops)


def verifying(season, trouble, tmp_path):
    code = "if '19' in argv:\n    import time\n    while True: time.sleep(1)"
    trouble.begin(code)
    return {"verify_s": 86_400.0}, None


def idle(season, trouble, tmp_path):
    return {}, None


STATES = (settling, building, waiting, holding, verifying, idle)


@pytest.mark.parametrize(
    ("state", "signum"),
    [
        *((state, signal.SIGTERM) for state in STATES),
        (building, signal.SIGINT),
        (idle, signal.SIGINT),
        *(
            pytest.param(state, signal.SIGINT, marks=pytest.mark.soak)
            for state in STATES
            if state not in (building, idle)
        ),
    ],
)
def test_daemon__stops_in_every_state(season, trouble, tmp_path, state, signum):
    limits, act = state(season, trouble, tmp_path)
    with DaemonProcess(season, environment=trouble.environment, **limits) as daemon:
        if act is not None:
            daemon.until(lambda one: one["state"] == "idle" and one["builds"].get("published"))
            act()
        status = daemon.until(
            lambda one: (
                one["state"] == state.__name__ and (trouble.is_at_work or state is not building)
            )
        )
        assert stop(daemon, signum) == 0, daemon.output()
        assert daemon.status()["state"] == "stopped"
    if state in (building, waiting):
        assert not season.output.exists()
        expected = "cancelled" if state is building else "failed"
        assert season.history()[-1]["outcome"] == expected
    else:
        assert is_whole(season)
    if status["worker_pid"]:
        with pytest.raises(ProcessLookupError):
            os.kill(status["worker_pid"], 0)


def test_daemon__told_to_stop_while_it_publishes_publishes_the_whole(season, tmp_path):
    gate = tmp_path / "gate"
    with DaemonProcess(season, prelude=SLOW_TO_PUBLISH.format(gate=str(gate))) as daemon:
        daemon.until(lambda one: gate.exists())
        assert stop(daemon) == 0
    assert is_whole(season)
    assert [entry["outcome"] for entry in season.history()] == ["published"]


def test_daemon__a_second_instance_and_a_single_run_are_told_who_is_at_work(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        given = ["--train-data", season.drops, "--output", season.output]
        for command in ("watch", "forecast"):
            second = ask(command, *given)
            assert second.returncode == 75
            assert f"held by process {daemon.process.pid}" in second.stderr
        daemon.until_idle(1)


def test_daemon__an_output_folder_that_is_deleted_is_made_anew(season):
    with DaemonProcess(season, content_s=0.3) as daemon:
        pid = daemon.process.pid
        daemon.until_idle(1)
        shutil.rmtree(season.output.parent, ignore_errors=True)
        daemon.until(lambda one: one["state"] == "idle" and season.output.exists())
        lock = season.output.parent / ".lock"
        daemon.until(lambda one: lock.exists() and lock.read_text() == f"{pid}\n")
        season.add("04-bahrain/qualifying.json")
        daemon.until(
            lambda one: one["state"] == "idle" and one["last_build"]
            and one["last_build"]["trigger"] in {"drop", "content check"}
        )  # fmt: skip
        assert (
            ask("watch", "--train-data", season.drops, "--output", season.output).returncode == 75
        )


FULL_DISK = """
import errno, os, pathlib
gate = pathlib.Path({gate!r})
sound = os.open
def refuse(path, flags, *more, **named):
    if flags & os.O_CREAT and str(path).endswith(".tmp") and gate.exists():
        if {only!r} in str(path):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
    return sound(path, flags, *more, **named)
os.open = refuse
"""


def test_daemon__a_full_disk_keeps_the_old_document_and_heals_by_itself(season, tmp_path):
    gate = tmp_path / "full"
    prelude = FULL_DISK.format(gate=str(gate), only="season.json")
    with DaemonProcess(season, prelude=prelude) as daemon:
        daemon.until_idle(1)
        document = season.output.read_bytes()
        gate.touch()
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: one["builds"].get("failed", 0) >= 3)
        assert "OutputNotWritable" in status["degraded"][0]
        assert season.output.read_bytes() == document
        n_runs = status["worker_starts"]
        gate.unlink()
        status = daemon.until_idle(2)
        assert status["degraded"] == []
        assert status["last_build"]["trigger"] == "retry"
        assert status["worker_starts"] == n_runs
    outcomes = [entry["outcome"] for entry in season.history()]
    assert outcomes == ["published", "failed", "published"]


@pytest.mark.parametrize("what", ["a file in its place", "no room in it"])
def test_daemon__a_cache_that_fails_blocks_nothing(season, tmp_path, what):
    prelude = ""
    season.output.parent.mkdir(parents=True, exist_ok=True)
    if what == "a file in its place":
        (season.output.parent / ".cache").write_text("no folder")
    else:
        gate = tmp_path / "full"
        gate.touch()
        prelude = FULL_DISK.format(gate=str(gate), only=".cache")
    with DaemonProcess(season, prelude=prelude) as daemon:
        daemon.until_idle(1)
        season.add("04-bahrain/qualifying.json")
        status = daemon.until_idle(2)
        assert status["degraded"] == []
    assert "2025" in json.dumps(season.document()["metadata"]["season"])


CRASHES_ONCE = """
import pathlib
from services.daemon import builder
def conclude(*given, sound=builder.conclude, **named):
    gate = pathlib.Path({gate!r})
    if not gate.exists():
        gate.touch()
        raise RuntimeError("nobody foresaw this")
    return sound(*given, **named)
builder.conclude = conclude
"""


def test_daemon__outlives_an_error_that_nobody_foresaw(season, tmp_path):
    prelude = CRASHES_ONCE.format(gate=str(tmp_path / "gate"))
    with DaemonProcess(season, prelude=prelude) as daemon:
        status = daemon.until_idle(1)
        assert status["degraded"] == []
        assert status["builds"]["failed"] == 1
    log = (season.output.parent / "training.log").read_text()
    assert "nobody foresaw this" in log


STEPS_FAIL = """
import pathlib
from services.daemon import lookout
def survey(roots, sound=lookout.survey):
    if pathlib.Path({gate!r}).exists():
        raise RuntimeError("nobody foresaw this")
    return sound(roots)
lookout.survey = survey
"""


def test_daemon__outlives_surveys_that_fail_and_says_so_as_long_as_they_do(season, tmp_path):
    gate = tmp_path / "gate"
    with DaemonProcess(season, prelude=STEPS_FAIL.format(gate=str(gate))) as daemon:
        daemon.until_idle(1)
        gate.touch()
        log = season.output.parent / "training.log"

        def told():
            return [line[:19] for line in log.read_text().splitlines() if "unforeseen" in line]

        daemon.until(lambda one: len(set(told())) >= 3)  # seconds in which it was told
        assert len(told()) <= 4 * len(set(told()))
        gate.unlink()
        season.add("04-bahrain/qualifying.json")
        assert daemon.until_idle(2)["degraded"] == []


BEING_REPLACED = """
import pathlib
from services.daemon import upgrade
def read_product_code(sound=upgrade.read_product_code):
    if pathlib.Path({gate!r}).exists():
        raise FileNotFoundError
    return sound()
upgrade.read_product_code = read_product_code
"""


def test_daemon__code_that_is_being_replaced_is_left_alone(season, tmp_path):
    gate = tmp_path / "gate"
    prelude = BEING_REPLACED.format(gate=str(gate))
    with DaemonProcess(season, prelude=prelude, content_s=0.2) as daemon:
        code = daemon.until_idle(1)["code"]
        gate.touch()
        n_rescans = daemon.status()["rescans"]
        status = daemon.until(lambda one: one["rescans"] > n_rescans + 2)
        assert status["degraded"] == []
        assert status["code"] == code


UPGRADE_S = {"content_s": 0.3}


def test_daemon__code_that_changes_on_disk_is_taken_up_by_the_same_process(season, product):
    with DaemonProcess(season, cwd=product, **UPGRADE_S) as daemon:
        before = daemon.until_idle(1)
        old = season.document()["metadata"]["code_version"]
        with (product / "predictor" / "graph" / "document" / "part.py").open("a") as file:
            file.write("ANOTHER_RELEASE = 1\n")
        status = daemon.until(lambda one: one["code"] != before["code"] and one["state"] == "idle"
                              and one["builds"].get("published"))  # fmt: skip
        assert status["pid"] == before["pid"]
        assert season.document()["metadata"]["code_version"] != old
        assert stop(daemon) == 0


def test_daemon__a_worker_with_other_code_is_not_listened_to(season, product):
    with DaemonProcess(season, cwd=product, worker_idle_s=0.3) as daemon:  # no check of content
        before = daemon.until(lambda one: one["builds"].get("published") and not one["worker_pid"])
        with (product / "services" / "__init__.py").open("a") as file:
            file.write("ANOTHER_RELEASE = 1\n")
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: one["code"] != before["code"] and one["state"] == "idle"
                              and one["builds"].get("published"))  # fmt: skip
        assert status["pid"] == before["pid"]
