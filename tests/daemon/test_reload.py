"""SIGHUP: limits, weights, and settings that cannot be used."""

from __future__ import annotations

import json
import signal

import pytest

from tests.daemon.daemon_process import DaemonProcess
from tests.daemon.test_lifecycle import FULL_DISK

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")


def reloaded(daemon, n):
    log = daemon.season.output.parent / "training.log"
    return daemon.until(
        lambda one: log.read_text().count("configuration") >= n and one["state"] == "idle"
    )


def test_reload__weights_are_read_again(season, tmp_path):
    weights = tmp_path / "weights.json"
    weights.write_text('{"VER": 1.0}')
    with DaemonProcess(season, "--driver-weights", str(weights)) as daemon:
        daemon.until_idle(1)
        weights.write_text('{"VER": 2.0}')
        daemon.signal(signal.SIGHUP)
        status = daemon.until_idle(2)
    assert status["last_build"]["trigger"] == "reload"
    assert season.document()["metadata"]["driver_weights"] == {"VER": 2.0}
    assert season.history()[-1]["trigger"] == "reload"


def test_reload__limits_are_read_again(season):
    with DaemonProcess(season, settle_s=600.0, max_wait_s=600.0) as daemon:
        daemon.until(lambda one: one["state"] == "idle" and one["builds"])
        season.add("04-bahrain/qualifying.json")
        daemon.until(lambda one: one["state"] == "settling" and one["due_in_s"] > 60)
        daemon.write_limits(content_s=0.2, worker_idle_s=0.2)
        daemon.signal(signal.SIGHUP)
        daemon.until_idle(2)
        daemon.until(lambda one: one["rescans"] >= 2 and not one["worker_pid"])
        season.add("04-bahrain/race.json")
        daemon.until_idle(3)


def test_reload__the_pace_of_surveys_follows_too(season):
    with DaemonProcess(season, survey_s=600.0) as daemon:
        n_surveys = daemon.until_idle(1)["surveys"]
        daemon.write_limits(survey_s=0.05)
        daemon.signal(signal.SIGHUP)
        status = daemon.until(lambda one: one["surveys"] > n_surveys + 20)
    assert status["builds"]["published"] == 1  # looking is no building


def test_reload__limits_of_the_worker_hold_from_its_next_build(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.write_limits(worker_bytes=1)
        daemon.signal(signal.SIGHUP)
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: one["builds"].get("failed"))
        assert "grew above 0 MiB" in status["degraded"][0]


@pytest.mark.parametrize("text", ["[daemon]\nsettle_s = -1", "[daemon]\nsettel_s = 1", "[", None])
def test_reload__settings_that_cannot_be_used_keep_the_old_ones_and_are_told(season, text):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.settings.unlink() if text is None else daemon.settings.write_text(text)
        daemon.signal(signal.SIGHUP)
        status = daemon.until(lambda one: one["degraded"])
        assert "could not be reloaded" in status["degraded"][0]
        season.add("04-bahrain/qualifying.json")
        daemon.until_idle(2)
        daemon.write_limits()
        daemon.signal(signal.SIGHUP)
        daemon.until(lambda one: one["state"] == "idle" and not one["degraded"])


def test_reload__what_was_asked_for_before_is_not_published_later(season, tmp_path):
    weights, gate = tmp_path / "weights.json", tmp_path / "full"
    weights.write_text('{"VER": 1.0}')
    prelude = FULL_DISK.format(gate=str(gate), only="season.json")
    options = ("--driver-weights", str(weights))
    with DaemonProcess(
        season, *options, prelude=prelude, back_off_s=600.0, back_off_max_s=600.0
    ) as daemon:
        daemon.until_idle(1)
        gate.touch()
        season.add("04-bahrain/qualifying.json")
        daemon.until(lambda one: one["state"] == "waiting")
        gate.unlink()
        weights.write_text(json.dumps({"VER": 2.0}))
        daemon.signal(signal.SIGHUP)
        daemon.until_idle(2)
    assert season.document()["metadata"]["driver_weights"] == {"VER": 2.0}
    assert [entry["outcome"] for entry in season.history()] == ["published", "failed", "published"]


@pytest.mark.parametrize("bad", ['{"VER": 1' + "0" * 400 + "}", "[" * 100_000])
def test_reload__weights_that_cannot_be_read_keep_the_old_ones_and_are_told(season, tmp_path, bad):
    weights = tmp_path / "weights.json"
    weights.write_text('{"VER": 1.5}')
    with DaemonProcess(season, "--driver-weights", str(weights)) as daemon:
        daemon.until_idle(1)
        weights.write_text(bad)
        daemon.signal(signal.SIGHUP)
        status = daemon.until(lambda one: one["degraded"])
        assert "could not be reloaded" in status["degraded"][0]
        season.add("04-bahrain/qualifying.json")
        status = daemon.until_idle(2)
        assert "could not be reloaded" in status["degraded"][0]
        assert season.document()["metadata"]["driver_weights"] == {"VER": 1.5}
