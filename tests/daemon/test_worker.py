"""Workers that hang, crash, grow or talk nonsense: ended, told once, and replaced."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest

from tests.daemon import worker_trouble
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess

LONG_PAUSE = {"back_off_s": 600.0, "back_off_max_s": 600.0}


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def ends(pid):
    deadline = time.monotonic() + PATIENCE_S
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.02)
    return True


def failures(season):
    return [entry for entry in season.history() if entry["outcome"] == "failed"]


TROUBLES = {
    "hang": (worker_trouble.HANGS, {"silence_s": 3.0}, "finished no stage in 3.0 s"),
    "endless": (worker_trouble.HANGS, {"build_s": 3.0}, "took longer than 3.0 s"),
    "crash": (worker_trouble.CRASHES, {}, "ended by itself: signal 11"),
    "end": (worker_trouble.ENDS, {}, "ended by itself: exit code 3"),
    "no memory": (worker_trouble.LACKS_MEMORY, {}, "lower --num-simulations"),
    "growth": (worker_trouble.GROWS, {"worker_bytes": 320 * 2**20}, "above 320 MiB"),
    "nonsense": (worker_trouble.TALKS_NONSENSE, {}, "ended by itself: signal 9"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_worker__in_trouble_is_ended_recorded_once_tried_again_and_recovers(season, trouble, name):
    code, limits, words = TROUBLES[name]
    with DaemonProcess(season, environment=trouble.environment) as daemon:
        first = daemon.until_idle(1)["worker_pid"]
        before = season.output.read_bytes()
        trouble.begin(code)
        daemon.write_limits(**limits)  # only now: a loaded machine is slow to start a worker
        daemon.signal(signal.SIGHUP)
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: one["builds"].get("failed", 0) >= 2)
        assert any(words in reason for reason in status["degraded"]), status["degraded"]
        assert ends(first)
        assert status["worker_starts"] > 1
        assert season.output.read_bytes() == before
        trouble.end()
        daemon.write_limits()
        daemon.signal(signal.SIGHUP)
        status = daemon.until_idle(2)
        assert status["degraded"] == []
        assert words in failures(season)[0]["error"]
        assert len(failures(season)) == 1


def test_worker__a_crash_in_compiled_code_leaves_its_stack_in_the_log(season, trouble):
    trouble.begin(worker_trouble.CRASHES)
    with DaemonProcess(season, environment=trouble.environment, **LONG_PAUSE) as daemon:
        daemon.until(lambda one: one["state"] == "waiting")
        assert "string_at" in (season.output.parent / "training.log").read_text()


def test_worker__what_a_stage_prints_does_not_disturb_its_answers(season, trouble):
    trouble.begin(worker_trouble.PRINTS)
    with DaemonProcess(season, environment=trouble.environment) as daemon:
        status = daemon.until_idle(1)
        assert status["builds"].get("failed") is None
        assert status["worker_starts"] == 1
    assert b"junk" in (season.output.parent / ".cache" / "worker.log").read_bytes()


def test_worker__idle_for_long_is_ended_and_the_next_build_starts_another(season):
    with DaemonProcess(season, worker_idle_s=0.5) as daemon:
        daemon.until(lambda one: one["builds"].get("published") == 1 and not one["worker_pid"])
        season.add("04-bahrain/qualifying.json")
        assert daemon.until_idle(2)["worker_starts"] == 2
        assert daemon.status()["degraded"] == []


def test_worker__ends_with_the_daemon_however_that_dies(season, trouble):
    trouble.begin(worker_trouble.HANGS)
    with DaemonProcess(season, environment=trouble.environment) as daemon:
        pid = daemon.until(lambda one: one["worker_pid"] and trouble.is_at_work)["worker_pid"]
        daemon.stop(signal.SIGKILL)
        assert ends(pid)


def test_worker__a_change_ends_the_pause_after_a_failure(season, trouble):
    trouble.begin(worker_trouble.ENDS)
    with DaemonProcess(season, environment=trouble.environment, **LONG_PAUSE) as daemon:
        status = daemon.until(lambda one: one["state"] == "waiting")
        assert status["due_in_s"] > 60
        trouble.end()
        season.add("04-bahrain/qualifying.json")
        assert daemon.until_idle(1)["degraded"] == []


def test_worker__pauses_between_failures_grow(season, trouble):
    trouble.begin(worker_trouble.LACKS_MEMORY)
    limits = {"back_off_s": 0.1, "back_off_max_s": 600.0}
    with DaemonProcess(season, environment=trouble.environment, **limits) as daemon:
        daemon.until(lambda one: one["builds"].get("failed", 0) >= 3)
        trouble.end()
        daemon.until_idle(1)
    log = (season.output.parent / "training.log").read_text()
    assert len(re.findall("run .* failed: ", log)) >= 3
    assert len(failures(season)) == 1


def test_worker__an_outdated_build_is_cancelled_at_most_twice(season, trouble):
    slow = "import time\ntime.sleep(1.5)"
    trouble.begin(slow)
    with DaemonProcess(season, environment=trouble.environment, settle_s=0.05) as daemon:
        deadline = time.monotonic() + PATIENCE_S
        number = 0
        while daemon.status().get("builds", {}).get("published", 0) < 1:
            assert time.monotonic() < deadline, daemon.output()
            number += 1
            (season.drops / "note.json").write_text(str(number))
            time.sleep(0.2)
        trouble.end()
        daemon.until_idle(1)
    outcomes = [entry["outcome"] for entry in season.history()]
    assert outcomes[:3] == ["cancelled", "cancelled", "published"]


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_daemon__removes_what_a_lost_worker_was_writing(season):
    with DaemonProcess(season) as daemon:
        status = daemon.until_idle(1)
        half = season.output.parent / ".cache" / "stages" / "ab" / ".cd.0123456789ab.tmp"
        half.parent.mkdir(exist_ok=True)
        half.write_bytes(b"half")
        os.kill(status["worker_pid"], signal.SIGKILL)
        daemon.until(lambda one: one["worker_pid"] is None)
        assert not half.exists()
