"""Files that stand in for each other's sake: a weekend's that need each other, and a calendar's."""

from __future__ import annotations

import orjson
import pytest

from tests.formats.builders import openf1_meeting, openf1_race, openf1_session
from tests.intake.test_last_good import RACE, assert_stands_in, cut, rejected, season, stale

__all__ = ["season"]


def test_run_job__files_that_need_each_other_stand_in_alone(season):
    files = {
        "results.json": openf1_race(n=20),
        "sessions.json": [openf1_session()],
        "meetings.json": [openf1_meeting()],
    }
    for name, rows in files.items():
        (season.drops / name).write_bytes(orjson.dumps(rows))
    season.run()
    before = season.document()
    assert rejected(season) == []
    (season.drops / "sessions.json").write_bytes(b"[{")
    season.run()
    assert_stands_in(season, before, "sessions.json")
    assert rejected(season) == ["sessions.json"]
    for name in ("sessions.json", "meetings.json"):
        (season.drops / name).unlink()
    season.run()
    # Its own bytes are as they were: they lack what was deleted on purpose.
    assert (stale(season), rejected(season)) == ([], ["results.json"])


def without_event(path, name):
    calendar = orjson.loads(path.read_bytes())
    calendar["events"] = [one for one in calendar["events"] if one["slug"] != name]
    path.write_bytes(orjson.dumps(calendar))


@pytest.mark.parametrize(
    ("folder", "race", "event", "shown"),
    [("drops", RACE, "china", RACE), ("earlier/2024", "race.json", "bahrain", "(history) 2024/")],
)
def test_run_job__a_file_whose_last_good_bytes_cannot_be_used_either_is_listed_once(
    season, folder, race, event, shown
):
    season.run()
    root = season.drops.parent / folder
    cut(root / race)
    without_event(root / "calendar.json", event)
    season.run()
    reasons = [
        one["reason"]
        for one in season.document()["metadata"]["rejected"]
        if one["file"].startswith(shown)
    ]
    # What lies there is what can be corrected, and nothing of what stood in is in use.
    assert len(reasons) == 1
    assert reasons[0].startswith("not valid JSON")
    assert stale(season) == []
