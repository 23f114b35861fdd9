import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from predictor.season.places import circuit_slug
from predictor.season.time_zones import time_zone_of

ROOT = Path(__file__).parents[2]
# Circuits that races are planned at in 2026, by the names that providers give them.
OF_2026 = ("madring", "albert_park", "catalunya", "vegas", "losail", "americas", "yas_marina")


def circuits():
    found = {path.stem for path in (ROOT / "config" / "circuits").glob("[a-z]*.toml")}
    for path in (ROOT / "race-data").glob("*/calendar.json"):
        events = json.loads(path.read_bytes())["events"]
        found |= {event["circuit"]["id"] for event in events}
    return sorted(found | {circuit_slug(name) for name in OF_2026})


@pytest.mark.parametrize("circuit_id", circuits())
def test_time_zone_of__every_circuit_has_one_that_exists(circuit_id):
    assert time_zone_of(circuit_id) in available_timezones()


@pytest.mark.parametrize(
    ("circuit_id", "utc", "there"),
    [
        ("las-vegas", "2024-11-24T06:00:00Z", "2024-11-23 22:00"),
        ("melbourne", "2025-03-16T04:00:00Z", "2025-03-16 15:00"),
        ("mexico-city", "2022-10-30T20:00:00Z", "2022-10-30 14:00"),  # its clocks had just changed
        ("istanbul", "2010-05-30T12:00:00Z", "2010-05-30 15:00"),
    ],
)
def test_time_zone_of__gives_the_clock_at_the_circuit(circuit_id, utc, there):
    local = datetime.fromisoformat(utc).astimezone(ZoneInfo(time_zone_of(circuit_id)))
    assert local.strftime("%Y-%m-%d %H:%M") == there


def test_time_zone_of__a_circuit_that_nobody_knows_has_none():
    assert time_zone_of("atlantis") is None
    assert time_zone_of(None) is None
