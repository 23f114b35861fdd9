"""The comparison with a full rebuild: it finds what is wrong, and gives way to work."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from predictor.fingerprint import decode, encode
from predictor.graph import plan
from services.daemon.verifier import Verifier
from services.engine.manifest import read_manifest
from services.engine.store import Store
from services.monitoring.status_file import Status, Verified
from services.publishing.places import manifest_path
from services.settings import environment
from services.settings.limits import DaemonLimits, Limits
from services.settings.run_request import RunRequest
from tests.daemon import worker_trouble
from tests.daemon.daemon_process import DaemonProcess

DAY = {"verify_s": 86_400.0}


def plant_difference(season):
    """Put another, well-formed value under the key of a stored document."""
    settings = RunRequest(season.drops, season.output, season.earlier)
    parts = read_manifest(manifest_path(settings)).nodes["document"]
    store = Store(season.output.parent / ".cache" / "stages", 2**30)
    key = plan.key(parts)
    value = decode(store.get(key), bytes)
    store.put(key, encode(value.replace(b"Australian Grand Prix", b"Austrolian Grand Prix")))


def test_daemon__compares_with_a_full_rebuild_once_and_says_so(season):
    with DaemonProcess(season, **DAY) as daemon:
        status = daemon.until(lambda one: one["verified"] and one["state"] == "idle")
        assert status["verified"]["outcome"] == "same"
        assert status["degraded"] == []
        assert status["builds"]["published"] == 1
        document = season.output.read_bytes()
        # Not again at the next start: it is once a day.
        daemon.stop()
        daemon.start()
        status = daemon.until(lambda one: one["state"] == "idle" and one["surveys"] > 5)
        assert status["verified"]["ended"]
        assert season.output.read_bytes() == document
    assert (season.output.parent / "training.log").read_text().count("comparing the document") == 1


def test_daemon__a_planted_difference_is_found_and_the_truth_is_published(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        truth = season.document()["predictions"]
        plant_difference(season)
        # A rebuild upon the planted result, as after any change that leaves it in use.
        manifest_path(RunRequest(season.drops, season.output, season.earlier)).unlink()
        (season.drops / "calendar.json").touch()
        daemon.until_idle(2)
        assert season.document()["predictions"] != truth
        daemon.stop()
        daemon.write_limits(**DAY)
        daemon.start()
        status = daemon.until(lambda one: one["builds"].get("published") and one["state"] == "idle")
        assert status["verified"]["outcome"] == "different"
        assert "a full rebuild gave another document" in status["degraded"][0]
        assert status["last_build"]["trigger"] == "verification"
        assert season.document()["predictions"] == truth


def test_daemon__a_comparison_gives_way_to_a_drop(season, trouble):
    trouble.begin("if '19' in argv:\n    " + worker_trouble.HANGS.replace("\n", "\n    "))
    with DaemonProcess(season, environment=trouble.environment, **DAY) as daemon:
        daemon.until(lambda one: one["state"] == "verifying")
        season.add("04-bahrain/qualifying.json")
        status = daemon.until_idle(2)
        assert status["verified"] is None
        assert status["degraded"] == []


def test_daemon__a_comparison_that_fails_is_no_failure_of_the_forecast(season, trouble):
    trouble.begin("if '19' in argv:\n    " + worker_trouble.ENDS.replace("\n", "\n    "))
    with DaemonProcess(season, environment=trouble.environment, **DAY) as daemon:
        log = season.output.parent / "training.log"
        daemon.until(lambda one: log.exists() and "no comparison with" in log.read_text())
        status = daemon.until_idle(1)
        assert status["degraded"] == []
        assert status["builds"] == {"published": 1}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def verifier(verified=None):
    clock = Clock()
    before = Status("stopped", 1, "0", "", "", "", 10.0, "", verified=verified)
    return Verifier(lambda *_: None, before, clock), clock


LIMITS = Limits(daemon=DaemonLimits(verify_s=86_400.0))


def test_is_due__never_when_it_is_switched_off():
    one, _ = verifier()
    assert not one.is_due(Limits(daemon=DaemonLimits(verify_s=0.0)))


def test_is_due__at_once_with_code_that_was_never_compared():
    code = environment.loaded_code()
    assert verifier()[0].is_due(LIMITS)
    assert verifier(Verified("2999-01-01T00:00:00+00:00", "sha256:old", "same"))[0].is_due(LIMITS)
    recent = Verified("2000-01-01T00:00:00+00:00", code, "same")
    assert verifier(recent)[0].is_due(LIMITS)


@pytest.mark.parametrize("ended", ["2999-01-01T00:00:00+00:00", "nonsense", "2000-01-01T00:00:00"])
def test_is_due__a_time_that_makes_no_sense_is_long_ago(ended):
    assert verifier(Verified(ended, environment.loaded_code(), "same"))[0].is_due(LIMITS)


def test_is_due__a_day_after_the_last_by_the_clock_that_only_runs_forward():
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    one, clock = verifier(Verified(ended, environment.loaded_code(), "same"))
    assert not one.is_due(LIMITS)
    clock.now += 86_000
    assert not one.is_due(LIMITS)
    clock.now += 500
    assert one.is_due(LIMITS)
