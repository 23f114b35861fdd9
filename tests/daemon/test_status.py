"""The status command: three exit codes, words for people, JSON for scripts."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from msgspec import structs

from services.cli.commands import status as command
from services.disk.lock import hold_folder
from services.monitoring.status_file import Status, read_status, write_status
from tests.daemon.daemon_process import DaemonProcess
from tests.daemon.test_lifecycle import FULL_DISK, ask

IDLE = Status("idle", 1, "0", "sha256:0", "then", "2026-03-08T05:00:00+00:00", 10.0, "drops")


def given(output, *options):
    result = CliRunner().invoke(
        command.status, ["--output", str(output), *options], standalone_mode=False
    )
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.output


def test_status__of_a_daemon_well_degraded_and_gone(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        result = ask("status", "--output", season.output)
        assert result.returncode == command.HEALTHY
        assert f"process {daemon.process.pid} since" in result.stdout
        assert str(season.drops) in result.stdout
        assert str(season.output) in result.stdout
        bad = season.drops / "bad.json"
        bad.write_text("{")
        daemon.until(lambda one: one["state"] == "idle" and one["rejected"])
        code, text = given(season.output.parent)
        assert code == command.DEGRADED
        assert "degraded   bad.json is rejected" in text
        assert "rejected   bad.json: " in text
        code, text = given(season.output, "--json")
        assert code == command.DEGRADED
        told = json.loads(text)
        assert told["running"] is True
        assert told["held_by"] == told["pid"] == daemon.process.pid
        assert told["rejected"][0]["file"] == "bad.json"
        bad.unlink()
        daemon.until(lambda one: one["state"] == "idle" and not one["rejected"])
        assert given(season.output)[0] == command.HEALTHY
        daemon.stop()
        code, text = given(season.output)
        assert code == command.NOT_RUNNING
        assert "no daemon is at work" in text
        assert "(stopped)" in text


def test_status__of_a_killed_daemon_is_not_running(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.stop(signal.SIGKILL)
        code, text = given(season.output, "--json")
        assert code == command.NOT_RUNNING
        assert json.loads(text)["running"] is False
        assert json.loads(text)["held_by"] is None


def test_status__without_any_daemon(tmp_path):
    code, text = given(tmp_path, "--json")
    assert code == command.NOT_RUNNING
    assert json.loads(text) == {"running": False, "held_by": None}
    assert given(tmp_path)[1].splitlines() == [
        f"no daemon is at work in {tmp_path}",
        "  start one with: python -m services watch --train-data FOLDER "
        f"--output {tmp_path / 'NAME.json'}",
    ]


def test_status__a_single_run_is_no_daemon(tmp_path):
    write_status(tmp_path, IDLE)
    with hold_folder(tmp_path) as hold:
        code, text = given(tmp_path)
        assert code == command.NOT_RUNNING
        assert f"process {hold.pid} holds the folder for one run" in text


@pytest.mark.parametrize(("silent_s", "code"), [(20, command.HEALTHY), (60, command.DEGRADED)])
def test_status__of_a_daemon_that_says_nothing_any_more(tmp_path, silent_s, code):
    updated = datetime.now(UTC) - timedelta(seconds=silent_s)
    with hold_folder(tmp_path) as hold:
        write_status(tmp_path, structs.replace(IDLE, pid=hold.pid, updated=updated.isoformat()))
        found, text = given(tmp_path)
    assert found == code
    assert ("stopped or stuck" in text) == (code == command.DEGRADED)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_status__of_a_holder_that_tells_nothing_is_not_well(tmp_path, options):
    with hold_folder(tmp_path) as hold:
        code, text = given(tmp_path, *options)
    assert code == command.DEGRADED
    assert f"process {hold.pid} holds" in text
    assert "cannot write" in text


def test_status__of_a_disk_that_can_only_be_read_is_not_well(tmp_path, monkeypatch):
    if not hasattr(os, "statvfs"):
        pytest.skip("needs statvfs")
    updated = datetime.now(UTC).isoformat()
    facts = os.statvfs(tmp_path)
    full = os.statvfs_result([*facts[:4], 0, *facts[5:]])
    can_only_be_read = os.statvfs_result([*facts[:8], facts.f_flag | os.ST_RDONLY, facts[9]])
    with hold_folder(tmp_path) as hold:
        write_status(tmp_path, structs.replace(IDLE, pid=hold.pid, updated=updated))
        assert given(tmp_path)[0] == command.HEALTHY
        for disk, words in ((full, "is full"), (can_only_be_read, "can only be read")):
            monkeypatch.setattr(os, "statvfs", lambda _path, disk=disk: disk)
            code, text = given(tmp_path)
            assert (code, words in text) == (command.DEGRADED, True)


def test_daemon__that_cannot_tell_its_status_is_not_taken_for_well(season, tmp_path):
    gate = tmp_path / "full"
    prelude = FULL_DISK.format(gate=str(gate), only=".status.json")
    with DaemonProcess(season, prelude=prelude) as daemon:
        daemon.until_idle(1)
        assert given(season.output)[0] == command.HEALTHY
        gate.touch()
        deadline = time.monotonic() + 600
        while (season.output.parent / ".status.json").exists():  # an old one would say all is well
            assert time.monotonic() < deadline
            time.sleep(0.02)
        code, text = given(season.output)
        assert code == command.DEGRADED
        assert f"process {daemon.process.pid} holds" in text
        gate.unlink()
        daemon.until_idle(1)
        assert given(season.output)[0] == command.HEALTHY
    assert "cannot be told in a file: No space left" in daemon.output()


DEEP = b"[" * 100_000
HALF = b'{"state": "\xff'


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"state": 1}', b"\xff", b"[]", DEEP, HALF, b'{"state":"\xff"}']
)
def test_read_status__a_damaged_file_is_none(tmp_path, data):
    (tmp_path / ".status.json").write_bytes(data)
    assert read_status(tmp_path) is None


def test_read_status__a_time_that_is_none_is_damage(tmp_path):
    write_status(tmp_path, structs.replace(IDLE, updated="a while ago"))
    assert read_status(tmp_path) is None


def test_write_status__a_disk_that_refuses_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    assert write_status(tmp_path / "file", IDLE)
    assert (tmp_path / "file").read_text() == ""
    assert read_status(tmp_path / "file") is None
