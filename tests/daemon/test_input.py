"""Slow, restless and careless writers, as the daemon meets them."""

from __future__ import annotations

import json
import threading
import time

from tests.daemon.daemon_process import PATIENCE_S, DaemonProcess
from tests.forecasting.small_season import RACE_DATA

BAHRAIN = "04-bahrain/qualifying.json"


def test_daemon__a_writer_with_long_pauses_never_spoils_the_forecast(season):
    data = (RACE_DATA / "2025" / BAHRAIN).read_bytes()
    with DaemonProcess(season, settle_s=0.05, max_wait_s=0.3) as daemon:
        daemon.until_idle(1)
        predictions = season.document()["predictions"]
        path = season.drops / BAHRAIN
        path.parent.mkdir()
        for end in range(0, len(data), len(data) // 4 + 1):
            with path.open("ab") as file:
                file.write(data[end : end + len(data) // 4 + 1])
            if path.stat().st_size < len(data):
                # The half-written file is looked at, and rejected.
                daemon.until(lambda one: one["state"] == "idle" and one["rejected"])
                assert season.document()["predictions"] == predictions
                assert season.document()["metadata"]["rejected"][0]["file"] == BAHRAIN
        status = daemon.until(lambda one: one["state"] == "idle" and not one["rejected"])
        assert status["degraded"] == []
        assert season.document()["predictions"] != predictions


def test_daemon__a_file_that_never_rests_is_built_all_the_same(season):
    with DaemonProcess(season, settle_s=5.0, max_wait_s=1.0) as daemon:
        daemon.until_idle(1)
        data = (RACE_DATA / "2025" / BAHRAIN).read_bytes()
        path = season.add(BAHRAIN)
        is_over = threading.Event()

        def write():
            number = 0
            while not is_over.wait(0.05):
                number += 1
                path.write_bytes(data + b" " * number)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            daemon.until(lambda one: one["builds"].get("published", 0) >= 2)
        finally:
            is_over.set()
            writer.join()
        daemon.until_idle(2)


def test_daemon__a_file_overwritten_while_it_is_read_is_never_read_in_part(season):
    path = season.drops / "01-australia" / "race.json"
    data = path.read_bytes()
    other = data.replace(b'"grid": 1,', b'"grid":  1,')
    with DaemonProcess(season, settle_s=0.01, max_wait_s=0.05) as daemon:
        daemon.until_idle(1)
        predictions = season.document()["predictions"]
        deadline = time.monotonic() + PATIENCE_S
        n_builds = 0
        while n_builds < 5:
            assert time.monotonic() < deadline
            for content in (other, data) * 20:
                path.write_bytes(content)
            n_builds = sum(daemon.status().get("builds", {}).values())
            assert season.document()["predictions"] == predictions
        daemon.until(lambda one: one["state"] == "idle" and not one["rejected"])
        assert season.document()["predictions"] == predictions


def test_daemon__a_stray_calendar_of_a_season_to_come_is_told_and_replaces_nothing(season):
    stray = season.drops / "next" / "calendar.json"
    event = {"name": "Australian Grand Prix", "slug": "australia", "round": 1}
    with DaemonProcess(season) as daemon:
        daemon.until_idle(1)
        before = season.document()["predictions"]
        stray.parent.mkdir()
        stray.write_text(json.dumps({"season": 2026, "events": [event]}))
        status = daemon.until(lambda one: one["state"] == "idle" and one["rejected"])
        assert status["degraded"] == ["next/calendar.json is rejected"]
        assert season.document()["metadata"]["season"] == 2025
        assert season.document()["predictions"] == before
        stray.unlink()
        daemon.until(lambda one: one["state"] == "idle" and not one["degraded"])
