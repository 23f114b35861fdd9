"""Files that no session file should be: named, and the forecast stays byte for byte."""

from __future__ import annotations

import json

import pytest

from tests.forecasting.small_season import RACE_DATA
from tests.input.told import RACE, ToldSeason, sha256

WHOLE = (RACE_DATA / "2025" / RACE).read_text()
MEGABYTE = 2**20
CONTROL_KEY = {"name": "China", "slug": "china", "sessions": {"\x1b[2J": "x"}}


def changed(**fields):
    """Give the race with other values in the winner's row."""
    race = json.loads(WHOLE)
    race["results"][0] |= fields
    return race


def with_value(text):
    """Give the race with this value, as it is written, in a field that nothing reads."""
    return json.dumps(changed(spare="HERE")).replace('"HERE"', text).encode()


def with_text(**fields):
    return json.dumps(changed(**fields)).encode()


def nested(depth):
    return b'{"session": "race", "results": ' + b"[" * depth + b"]" * depth + b"}"


HOSTILE = {
    "empty": b"",
    "blank": b" \n\t\n",
    "nul": b"\0" * 5000,
    "nul-inside": WHOLE.encode().replace(b"race", b"ra\0ce", 1),
    "utf-16-cut": WHOLE.encode("utf-16")[:-1],
    "utf-16-without-mark": WHOLE.encode("utf-16-le"),
    "utf-32": WHOLE.encode("utf-32"),
    "invalid-utf-8": WHOLE.encode().replace(b"Chinese", b"Chin\xe8se"),
    "overlong-utf-8": WHOLE.encode().replace(b"Chinese", b"Chin\xc0\xaese"),
    "surrogate-in-utf-8": WHOLE.encode().replace(b"Chinese", b"Chin\xed\xa0\xbcse"),
    "lone-surrogate": with_value('"\\ud83c"'),
    "lone-surrogate-in-a-name": WHOLE.encode().replace(b"Chinese", b"Chin\\ud83cse"),
    "nan": with_value("NaN"),
    "infinity": with_value("Infinity"),
    "minus-infinity": with_value("-Infinity"),
    "1e400": with_value("1e400"),
    "2^64": with_value(str(2**64)),
    "5000-digits": with_value("1" * 5000),
    "deep": nested(1025),
    "very-deep": nested(100_000),
    "very-deep-and-cut": b"[" * 100_000,
    "twice-the-key": WHOLE.encode().replace(b'"position": 1,', b'"position": 2, "position": 1,'),
    "long-name": with_text(driver="A" * MEGABYTE),
    "control-name": with_text(driver="\x1b[2JVER"),
    "line-break-name": with_text(team="Red\nBull"),
    "right-to-left-name": with_text(team="Red \u202elluB"),
    "long-key": json.dumps({"\x1b[2J" + "A" * MEGABYTE: 1}).encode(),
    "control-key": json.dumps({"season": 2025, "events": [CONTROL_KEY]}).encode(),
    "control-column": b"Driver,DriverNumber,\x1b[2J,\x1b[2J,LapNumber,LapTime\n1,2,3,4,5,6\n",
    "path-as-event": json.dumps(json.loads(WHOLE) | {"event_id": "../../x"}).encode(),
    "path-as-driver": with_text(driver_id="../../x"),
    "true-for-a-place": with_text(position=True),
    "text-for-a-place": with_text(position="1"),
    "zero-for-a-place": with_text(position=0),
    "web-page": b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
    "half": WHOLE.encode()[: len(WHOLE) // 2],
    "two-at-once": WHOLE.encode() * 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A season that has been forecast once."""
    made = ToldSeason(tmp_path_factory.mktemp("hostile") / "season")
    made.before = made.told()
    return made


@pytest.mark.parametrize("name", HOSTILE)
def test_run_job__a_hostile_file_in_a_races_place_leaves_the_forecast(season, name):
    season.drop(RACE, HOSTILE[name])
    try:
        after = season.told()
    finally:
        season.drop(RACE, WHOLE.encode())
    assert sha256(after) == sha256(season.before)
    assert after["metadata"]["stale_inputs"] == [RACE]
    (rejected,) = after["metadata"]["rejected"]
    assert rejected["file"] == RACE
    assert rejected["reason"].isprintable()
    assert len(rejected["reason"]) < 1000


def test_run_job__hostile_files_beside_the_season_are_each_named(season):
    """All at once; file names and content tell nothing of each other."""
    for name, data in HOSTILE.items():
        suffix = "csv" if name == "control-column" else "json"
        season.drop(f"more/{name}.{suffix}", data)
    after = season.told()
    assert sha256(after) == sha256(season.before)
    assert after["metadata"]["stale_inputs"] == []
    assert len(after["metadata"]["rejected"]) == len(HOSTILE)
    for path in (season.drops / "more").iterdir():
        path.unlink()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_run_job__a_byte_order_mark_is_no_other_value(season, encoding):
    season.drop(RACE, WHOLE.encode(encoding))
    after = season.told()
    season.drop(RACE, WHOLE.encode())
    assert sha256(after) == sha256(season.before)
    assert (after["metadata"]["rejected"], after["metadata"]["stale_inputs"]) == ([], [])
