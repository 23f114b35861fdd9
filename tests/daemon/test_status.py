"""The status command: three exit codes, words for people, JSON for scripts."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from msgspec import structs

from services.commands import status as command
from services.daemon.status_file import Status, read_status, write_status
from services.lock import hold_folder
from tests.daemon.daemon_process import DaemonProcess
from tests.daemon.test_lifecycle import ask

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
    assert "no daemon" in given(tmp_path)[1]


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


@pytest.mark.parametrize("data", [b"", b"{", b'{"state": 1}', b"\xff", b"[]"])
def test_read_status__a_damaged_file_is_none(tmp_path, data):
    (tmp_path / ".status.json").write_bytes(data)
    assert read_status(tmp_path) is None


def test_write_status__a_disk_that_refuses_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    write_status(tmp_path / "file", IDLE)
