"""A folder that loses most of its files, or itself: the last forecast stays, and it says so."""

from __future__ import annotations

import os
import shutil
import signal

import pytest

from services.intake.last_good import open_last_good
from services.settings.run_request import RunRequest
from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess
from tests.forecasting.small_season import RACE_DATA

needs_hangup = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")


def good_files(season):
    settings = RunRequest(season.drops, season.output, season.earlier)
    return open_last_good(season.output.parent / ".last-good", settings.series).table


def remove(season, n_files):
    for path in sorted(season.drops.rglob("race.json"))[:n_files]:
        path.unlink()
    for path in sorted(season.drops.rglob("qualifying.json"))[: max(n_files - 3, 0)]:
        path.unlink()


@needs_hangup
def test_daemon__half_the_files_gone_is_taken_and_more_is_held_until_told(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        remove(season, 4)  # of eight
        assert daemon.until_idle(2)["degraded"] == []
        document, table = season.output.read_bytes(), good_files(season)
        remove(season, 5)
        (season.drops / "calendar.json").unlink()
        (season.drops / "entries.json").rename(season.drops / "01-australia" / "entries.json")
        status = daemon.until(lambda one: one["state"] == "holding")
        assert "holds 1 files, it held 4: the last forecast is kept" in status["degraded"][0]
        assert (season.output.read_bytes(), good_files(season)) == (document, table)
        daemon.signal(signal.SIGHUP)
        assert daemon.until_idle(3)["last_build"]["trigger"] == "reload"


@needs_hangup
def test_daemon__a_loss_that_is_accepted_is_published(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        for name in ("02-china", "03-japan"):
            shutil.rmtree(season.drops / name)
        (season.drops / "01-australia" / "race.json").unlink()
        daemon.until(lambda one: one["state"] == "holding")
        daemon.signal(signal.SIGHUP)
        status = daemon.until_idle(2)
        assert status["degraded"] == []
        assert sum("\0" not in name for name in good_files(season)) == 3


def test_daemon__files_that_come_back_end_the_hold(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        document = season.output.read_bytes()
        away = season.drops.with_name("away")
        away.mkdir()
        for one in list(season.drops.iterdir()):
            one.rename(away / one.name)
        daemon.until(lambda one: one["state"] == "holding")
        for one in list(away.iterdir()):
            one.rename(season.drops / one.name)
        assert daemon.until_idle()["degraded"] == []
        assert season.output.read_bytes() == document


@pytest.mark.parametrize("how", ["renamed", "deleted"])
def test_daemon__a_folder_that_goes_and_comes_back_is_followed_again(season, how):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        document = season.output.read_bytes()
        away = season.drops.with_name("away")
        shutil.copytree(season.drops, away)
        season.drops.rename(away / "old") if how == "renamed" else shutil.rmtree(season.drops)
        status = daemon.until(lambda one: one["state"] == "holding")
        assert "drops cannot be read" in status["degraded"][0]
        assert season.output.read_bytes() == document
        away.rename(season.drops)
        shutil.rmtree(season.drops / "old", ignore_errors=True)
        daemon.until(lambda one: one["state"] == "idle" and not one["degraded"])
        season.add("04-bahrain/qualifying.json")
        status = daemon.until_idle(2)
        assert status["watching"]["files"] == 11


def n_files(season):
    return sum(len(list(folder.rglob("*.json"))) for folder in (season.drops, season.earlier))


def test_daemon__the_folder_of_earlier_seasons_gone_is_held(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.until(lambda one: one["watching"]["files"] == n_files(season))
        document = season.output.read_bytes()
        season.earlier.rename(season.earlier.with_name("away"))
        daemon.until(lambda one: one["state"] == "holding")
        assert season.output.read_bytes() == document
        season.earlier.with_name("away").rename(season.earlier)
        assert daemon.until_idle()["degraded"] == []


@pytest.mark.parametrize("folder", ["drops", "earlier"])
def test_daemon__a_loss_while_it_was_down_is_held_at_the_start(season, folder):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.stop()
        document = season.output.read_bytes()
        kept = getattr(season, folder)
        for path in kept.rglob("race.json"):
            path.unlink()
        for path in kept.rglob("qualifying.json"):
            path.unlink()
        for path in season.earlier.rglob("*.json") if folder == "earlier" else ():
            path.unlink()
        daemon.start()
        status = daemon.until(lambda one: one["state"] == "holding")
        assert status["output"] == season.output.name
        assert season.output.read_bytes() == document


def test_daemon__files_that_vanish_while_a_build_is_made_are_not_published(season, trouble):
    with DaemonProcess(season, environment=trouble.environment, settle_s=3.0) as daemon:
        daemon.until_idle(1)
        document, table = season.output.read_bytes(), good_files(season)
        # Its answer comes before the loss has settled, so that nothing cancels it.
        trouble.begin(
            "import shutil, pathlib\n"
            f"drops = pathlib.Path({str(season.drops)!r})\n"
            "trouble.unlink()\n"
            "for one in list(drops.rglob('*-*/*.json')): one.unlink()\n"
        )
        season.add("04-bahrain/qualifying.json")
        daemon.until(lambda one: one["state"] == "holding")
        assert season.output.read_bytes() == document
        assert good_files(season) == table


def test_daemon__history_inside_the_season_folder_is_no_loss(season):
    inside = season.drops / "2024"
    shutil.copytree(season.earlier, inside)
    for race in sorted((RACE_DATA / "2024").glob("*/race.json"))[1:13]:
        shutil.copy(race, inside / f"{race.parent.name}.json")
    season.earlier = inside
    with DaemonProcess(season) as daemon:
        daemon.until(lambda one: one["state"] in {"idle", "holding"} and one["builds"])
        os.utime(season.drops / "calendar.json")
        status = daemon.until(lambda one: one["builds"].get("nothing new"))
        assert status["state"] != "holding"


def test_daemon__an_empty_folder_waits_for_its_files(season):
    away = season.drops.with_name("away")
    season.drops.rename(away)
    season.drops.mkdir()
    with DaemonProcess(season) as daemon:
        status = daemon.until(lambda one: one["builds"].get("failed"))
        assert "NoUsableInput" in status["degraded"][0]
        assert not season.output.exists()
        for one in list(away.iterdir()):
            one.rename(season.drops / one.name)
        status = daemon.until_idle(1)
        assert status["degraded"] == []
    assert [entry["outcome"] for entry in season.history()] == ["published"]


def test_daemon__a_folder_that_is_missing_at_the_start_is_waited_for(season):
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        daemon.stop()
        away = season.drops.rename(season.drops.with_name("away"))
        document = season.output.read_bytes()
        daemon.start()
        status = daemon.until(lambda one: one["state"] == "holding")
        assert "cannot be read" in status["degraded"][0]
        assert season.output.read_bytes() == document
        away.rename(season.drops)
        assert daemon.until_idle()["degraded"] == []


def test_daemon__a_folder_that_was_never_there_is_a_mistake(season):
    season.drops.rename(season.drops.with_name("away"))
    with DaemonProcess(season) as daemon:
        assert daemon.process.wait(PATIENCE_S) == 2
