"""The daemon trains when there is a reason to: beside its work, one at a time, and with manners."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from predictor.learn.model_kinds import RACE_OUTCOME
from services.registry.registry_file import read_registry
from tests.daemon import training_stand_in
from tests.daemon.test_lifecycle import ask, stop
from tests.daemon.test_worker import ends, is_alive
from tests.daemon.training_stand_in import SOON, StandIn
from tests.rules.sources import ROOT
from tests.waiting import until


@pytest.fixture
def stand_in(tmp_path):
    if sys.platform == "win32":
        pytest.skip("signals and groups of POSIX systems")
    return StandIn(tmp_path / "stand-in")


def versions(season):
    model = read_registry(season.output.parent / "models").registry.models.get(RACE_OUTCOME)
    return {} if model is None else {one: entry.status for one, entry in model.versions.items()}


def trained(status):
    return status["model"] and status["model"]["last_training"]


def log_of(season):
    return (season.output.parent / "training.log").read_text()


def test_daemon__trains_beside_its_work_and_serves_drops_meanwhile(season, stand_in):
    stand_in.train(training_stand_in.WAITS)
    with stand_in.daemon(season) as daemon:
        status = daemon.until(lambda one: one["state"] == "training" and stand_in.trainings())
        pid = status["model"]["training_pid"]
        assert "distributed otherwise" in status["model"]["reasons"][0]
        assert os.getpriority(os.PRIO_PROCESS, pid) == 19  # behind everything else
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: one["builds"].get("published") == 2)
        assert status["model"]["training_pid"] == pid
        stand_in.leave()
        status = daemon.until(trained)
        last = status["model"]["last_training"]
        assert (last["outcome"], last["version"]) == ("registered", "1.0")
        assert versions(season) == {"1.0": "candidate"}
        status = daemon.until_idle(2)
        assert status["model"]["n_new_reasons"] == 0
        assert status["degraded"] == []
        assert len(stand_in.trainings()) == 1
        assert ends(stand_in.child())
        assert (season.output.parent / ".cache" / "worker-train.log").read_text() == ""
    outcomes = [entry["outcome"] for entry in season.history()]
    assert outcomes == ["published", "published", "model 1.0 registered"]
    assert season.history()[-1]["trigger"] == "retraining: feature_drift"
    assert "training a new model: features are distributed otherwise" in log_of(season)
    assert (season.output.parent / "metrics.prom").read_bytes().startswith(b"# HELP")
    (options,) = stand_in.trainings()
    assert options["folder"] == str(season.output.parent / "models")
    assert options["history"] == str(season.earlier)
    assert (options["kind"], options["jobs"]) == ("small", 2)


def test_daemon__does_not_train_again_for_what_it_has_trained_for(season, stand_in):
    with stand_in.daemon(season) as daemon:
        daemon.until(trained)
        stop(daemon)
        season.add("04-bahrain/qualifying.json")
        daemon.start()
        daemon.until_idle(1)
        time.sleep(0.5)
        assert trained(daemon.until_idle(1))["version"] == "1.0"
        assert list(versions(season)) == ["1.0"]
        # Another model in service may drift again.
        stand_in.say(version="1.9")
        season.add("04-bahrain/race.json")
        daemon.until(lambda one: trained(one) and trained(one)["version"] == "1.1")


def test_daemon__promotes_only_if_it_may_and_the_test_is_passed(season, stand_in):
    with stand_in.daemon(season, promote="auto") as daemon:
        status = daemon.until_idle(2)
        assert trained(status)["outcome"] == "promoted"
        assert versions(season) == {"1.0": "active"}
        assert status["last_build"]["trigger"] == "another model"
        stand_in.train(training_stand_in.REFUSES_PROMOTION)
        stand_in.say(version="1.9")
        season.add("04-bahrain/race.json")
        status = daemon.until(lambda one: trained(one)["version"] == "1.1")
        assert trained(status)["outcome"] == "registered"
        assert "it gains nothing" in trained(status)["words"]
        assert versions(season) == {"1.0": "active", "1.1": "candidate"}
        # Whatever kept it from being compared: it has been trained, and is not trained again.
        last = trained(status)
        stand_in.train(training_stand_in.BREAKS_PROMOTION)
        stand_in.say(version="2.9")
        season.add("04-bahrain/qualifying.json")
        status = daemon.until(lambda one: trained(one) != last or one["degraded"])
        last = trained(status)
        assert (last["outcome"], last["version"]) == ("registered", "1.2")
        assert status["degraded"] == []


def test_daemon__told_not_to_train_names_the_reasons_all_the_same(season, stand_in):
    with stand_in.daemon(season, retrain=False) as daemon:
        status = daemon.until_idle(1)
        assert status["model"]["n_new_reasons"] == 1
        time.sleep(0.5)
        assert daemon.until_idle(1)["model"]["training_pid"] is None
        told = ask("status", "--output", season.output)
        assert "retrain    features are distributed otherwise" in told.stdout
        assert "race_outcome 1.2, trained until 2024-12-08; weight (c) 0.1" in told.stdout
        stop(daemon)
        told = ask("status", "--output", season.output)
        assert "no daemon is at work" in told.stdout
        assert "race_outcome 1.2, trained until 2024-12-08; weight (c) 0.1" in told.stdout
    assert versions(season) == {}


TROUBLES = {
    "failure": (training_stand_in.FAILS, {}, "F1Error: torch is not installed"),
    "crash": (training_stand_in.CRASHES, {}, "ended by itself: signal 11"),
    "nonsense": (training_stand_in.TALKS_NONSENSE, {}, "ended by itself"),
    "endless": (training_stand_in.WAITS, {"train_s": 1.5}, "took longer than 1.5 s"),
    "growth": (training_stand_in.GROWS, {"train_bytes": 200 * 2**20}, "grew above 200 MiB"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_daemon__a_training_in_trouble_is_told_tried_again_and_recovers(season, stand_in, name):
    code, limits, words = TROUBLES[name]
    stand_in.train(code)
    with stand_in.daemon(season, **SOON, **limits) as daemon:
        status = daemon.until(lambda one: one["degraded"])
        assert words in status["degraded"][0]
        document = season.output.read_bytes()
        stand_in.train(training_stand_in.REGISTERS)
        status = daemon.until(lambda one: not one["degraded"] and trained(one))
        assert trained(status)["outcome"] == "registered"
        assert season.output.read_bytes() == document
    failed = [one for one in season.history() if one["outcome"] == "failed"]
    assert words in failed[0]["error"]


def test_daemon__a_training_that_is_killed_goes_on_later(season, stand_in):
    stand_in.train(training_stand_in.WAITS)
    with stand_in.daemon(season, **SOON) as daemon:
        daemon.until(lambda one: stand_in.trainings())
        daemon.until(lambda one: (stand_in.folder / "child").exists())
        pid, child = daemon.status()["model"]["training_pid"], stand_in.child()
        subprocess.run(["kill", "-9", str(pid)], check=True)
        daemon.until(lambda one: len(stand_in.trainings()) > 1)
        assert ends(child)
        stand_in.leave()
        assert trained(daemon.until_idle(1) and daemon.until(trained))


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_daemon__a_training_ends_with_it_and_goes_on_at_the_next_start(season, stand_in, signum):
    stand_in.train(training_stand_in.WAITS)
    with stand_in.daemon(season) as daemon:
        status = daemon.until(lambda one: (stand_in.folder / "child").exists())
        pids = (status["model"]["training_pid"], stand_in.child())
        assert all(map(is_alive, pids))
        stop(daemon, signum)
        assert all(map(ends, pids))
        assert versions(season) == {}
        stand_in.leave()
        daemon.start()
        assert trained(daemon.until(trained))["outcome"] == "registered"


def test_daemon__a_damaged_monitor_is_made_anew(season, stand_in):
    with stand_in.daemon(season, retrain=False) as daemon:
        daemon.until_idle(1)
        stop(daemon)
        path = season.output.parent / "models" / "monitor.json"
        sound = path.read_bytes()
        path.write_bytes(sound[: len(sound) // 2])
        daemon.start()
        daemon.until(lambda one: one["model"])
        assert path.read_bytes() == sound
        assert json.loads(sound)["record"]["model"]["version"] == "1.2"


def test_daemon__without_a_model_in_the_document_figures_are_of_the_daemon_alone(season):
    from tests.daemon.daemon_process import DaemonProcess  # noqa: PLC0415

    with DaemonProcess(season) as daemon:
        assert daemon.until_idle(1)["model"] is None
        folder = season.output.parent
        until((folder / "metrics.prom").exists)
    assert not (folder / "models").exists()
    figures = (folder / "metrics.prom").read_bytes()
    assert b'f1_builds_total{outcome="published"} 1.0' in figures
    assert b"f1_ml_model_info" not in figures


def test_import__of_the_daemon_needs_no_numpy_and_no_prometheus():
    code = "import sys, services.daemon.watch\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "prometheus_client", "torch"} & set(done.stdout.split())
