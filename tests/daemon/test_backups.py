"""The daemon backs up its models once a day, whatever else happens to it."""

from __future__ import annotations

import os
import queue
from datetime import UTC, date, datetime, timedelta

import pytest

from predictor.learn.model_kinds import RACE_OUTCOME
from services.daemon.backups import Backups
from services.disk.lock import hold_folder
from services.registry.backup import back_up, backups, kept_days, read_backup
from services.registry.layout import version_folder
from services.settings.limits import ModelLimits
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess
from tests.registry.small_models import promoted, registered

LIMITS = ModelLimits()
DAY = date(2026, 2, 28)


class Days:
    """A daemon's part for backups, with its day and its clock set by hand."""

    def __init__(self, models, day=DAY):
        self.models = models
        self.now = 0.0
        self.day = day
        self.start_again()

    def start_again(self):
        """As a daemon does that knows nothing but what is on the disk."""
        self._posted = queue.SimpleQueue()
        self.part = Backups(self._posted.put, lambda: self.day, lambda: self.now)

    def step(self):
        """Do what the loop does; give whether a backup was due."""
        if not self.part.is_due(self.models):
            return False
        self.part.start(self.models, LIMITS)
        assert self.part.is_running
        assert not self.part.is_due(self.models)
        self._posted.get(timeout=PATIENCE_S)()
        assert not self.part.is_running
        return True

    def there(self):
        return [path.stem for path in backups(self.models)]


@pytest.fixture
def days(tmp_path):
    promoted(tmp_path / "models", b"first")
    return Days(tmp_path / "models")


def test_is_due__once_a_day_and_no_oftener(days):
    assert [days.step() for _ in range(3)] == [True, False, False]
    assert days.there() == ["2026-02-28"]
    assert (days.part.last, days.part.problem) == ("2026-02-28", "")
    read_backup(backups(days.models)[0])  # whole, or it raises

    registered(days.models, b"second")
    assert not days.step()
    days.day += timedelta(1)
    assert days.step()
    assert days.there() == ["2026-02-28", "2026-03-01"]


def test_is_due__without_models_that_can_be_looked_at_there_is_none(tmp_path):
    assert not Days(tmp_path / "models").part.is_due(tmp_path / "models")
    too_long = tmp_path / ("m" * 300)  # the system refuses to look, as at a folder of others
    assert not Days(too_long).part.is_due(too_long)


def test_is_due__what_has_not_changed_is_not_written_again(days):
    days.step()
    days.day += timedelta(1)
    assert [days.step() for _ in range(3)] == [True, False, False]
    assert days.there() == ["2026-02-28"]
    assert days.part.last == "2026-02-28"


def test_is_due__after_a_restart_the_disk_says_what_is_there(days):
    back_up(days.models, LIMITS, DAY)  # by hand, or before a kill
    days.start_again()
    assert not days.step()
    assert days.part.last == "2026-02-28"

    days.day += timedelta(1)
    registered(days.models, b"second")
    days.start_again()
    assert days.step()
    assert days.there() == ["2026-02-28", "2026-03-01"]


def test_is_due__a_clock_that_was_set_back_keeps_nobody_from_backing_up(days):
    days.step()
    days.day -= timedelta(30)
    registered(days.models, b"second")
    assert days.step()
    assert days.there() == ["2026-01-29", "2026-02-28"]


def test_is_due__without_models_there_is_nothing_to_do(tmp_path):
    days = Days(tmp_path / "models")
    assert not days.step()
    assert list(tmp_path.iterdir()) == []


def test_start__after_months_of_changes_days_weeks_and_months_stay(days):
    made = [DAY + timedelta(5 * number) for number in range(25)]
    for day in made:
        days.day = day
        registered(days.models, day.isoformat().encode())
        days.start_again()
        assert days.step()
    assert {date.fromisoformat(one) for one in days.there()} == kept_days(made, LIMITS)
    assert len(days.there()) < len(made)


def test_start__a_damaged_model_is_told_and_tried_again_the_next_day(days):
    days.step()
    weights = version_folder(days.models, RACE_OUTCOME, "1.0") / "weights.safetensors"
    sound = weights.read_bytes()
    weights.write_bytes(b"x")
    days.day += timedelta(1)

    assert [days.step() for _ in range(3)] == [True, False, False]
    assert days.part.problem.startswith("the models are not backed up: nothing is backed up: ")
    assert days.there() == ["2026-02-28"]  # the good one stays

    weights.write_bytes(sound)
    registered(days.models, b"second")
    days.day += timedelta(1)
    assert days.step()
    assert days.part.problem == ""
    assert days.there() == ["2026-02-28", "2026-03-02"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_start__a_folder_that_cannot_be_written_is_told(days):
    days.models.chmod(0o500)
    try:
        assert days.step()
        assert "cannot be written" in days.part.problem
    finally:
        days.models.chmod(0o700)


def test_start__something_else_in_the_place_of_the_backups_is_told(days):
    (days.models / "backups").write_bytes(b"somebody's")
    assert [days.step() for _ in range(2)] == [True, False]
    assert days.part.problem.startswith("the models are not backed up: ")
    assert (days.models / "backups").read_bytes() == b"somebody's"


def test_start__while_somebody_changes_the_models_it_waits_without_a_word(days):
    with hold_folder(days.models):
        assert [days.step() for _ in range(3)] == [True, False, False]
        assert days.part.problem == ""
    days.now += 601.0
    assert days.step()
    assert days.there() == ["2026-02-28"]


def test_daemon__backs_up_beside_its_work_and_not_again_after_a_restart(season):
    models = season.output.parent / "models"
    promoted(models, b"first")
    with DaemonProcess(season) as daemon:
        status = daemon.until(lambda one: one["backed_up"] and one["builds"])
        daemon.until_idle(1)
        (made,) = backups(models)
        # The test may run across midnight.
        assert date.fromisoformat(made.stem) >= datetime.now(UTC).date() - timedelta(1)
        assert status["backed_up"] == made.stem
        assert status["degraded"] == []
        stamp = made.stat().st_mtime_ns
        daemon.stop()
        daemon.start()
        daemon.until(lambda one: one["backed_up"] == made.stem and one["builds"])
        assert made.stat().st_mtime_ns == stamp
        (models / "backups" / made.name).unlink()
        daemon.stop()
        (models / "model_registry.json").write_bytes(b"{")
        (models / "model_registry.json.bak").unlink(missing_ok=True)
        daemon.start()
        status = daemon.until(lambda one: one["degraded"] and one["builds"])
        assert "the models are not backed up" in status["degraded"][0]
        season.add("04-bahrain/race.json")
        daemon.until_idle(1)
