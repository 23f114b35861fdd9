"""How a race ended reaches none of its own forecasts, on a real season."""

import json
from pathlib import Path

import pytest

from predictor.features.rain_signs import rain_signs
from predictor.features.weekend import weekend_of
from predictor.fingerprint import digest
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.vocabulary import Horizon, SessionKind

RACE_DATA = Path(__file__).parents[2] / "race-data"
OUTCOME = ("laps", "time_s", "gap_s", "gap_laps", "best_s", "points", "reason", "time_penalty_s")


def with_another_outcome(data: bytes) -> bytes:
    """Reverse who finished where; grid, entries and who started stay as they are."""
    race = json.loads(data)
    started = [row for row in race["results"] if row["status"] in ("finished", "dnf", "nc", "dsq")]
    for place, row in enumerate(reversed(started), start=1):
        for field in OUTCOME:
            row.pop(field, None)
        row |= {"position": place, "status": "finished", "classified": True}
    race["results"] = sorted(race["results"], key=lambda row: row.get("position") or 99)
    race.pop("pit_stops", None)
    return json.dumps(race).encode()


def season(year, change=lambda data: data):
    files = {}
    for path in (RACE_DATA / str(year)).rglob("*.json"):
        data = path.read_bytes()
        data = change(data) if path.name == "race.json" else data
        files[path.name + path.parent.name] = parse_file(str(path.relative_to(RACE_DATA)), data)
    return fold(link_files(files)[0])[year]


@pytest.mark.parametrize("year", [2016, 2021, 2025])
def test_weekend_of__is_the_same_however_the_race_ended(year):
    real, other = season(year), season(year, with_another_outcome)
    winners = [
        e.results(SessionKind.RACE)[0].driver.driver_id for s in (real, other) for e in s.events
    ]
    assert winners[: len(real.events)] != winners[len(real.events) :]
    for before, after in zip(real.events, other.events, strict=True):
        for horizon in Horizon:
            assert rain_signs(before, horizon) == rain_signs(after, horizon)
            assert digest(weekend_of(before, horizon)) == digest(weekend_of(after, horizon)), (
                before.event_id,
                horizon,
            )
