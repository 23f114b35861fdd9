"""How a race ended reaches none of its own forecasts, on a real season."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from predictor.features.rain_signs import rain_signs
from predictor.features.weekend import sprint_weekend_of, weekend_of
from predictor.fingerprint import digest
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from predictor.vocabulary import EventStatus, Horizon, SessionKind

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


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_sprint_weekend_of__is_the_same_before_the_sprint_and_after_the_race(year):
    after = {SessionKind.SPRINT, SessionKind.RACE}
    if year >= 2024:  # before that, qualifying came first
        after |= {SessionKind.QUALIFYING, SessionKind.STARTING_GRID}
    sprints = [event for event in season(year).events if event.sprint_format is not None]
    assert len(sprints) >= 3
    for event in sprints:
        known = tuple(one for one in event.sessions if one.kind not in after)
        before = replace(event, sessions=known, status=EventStatus.SCHEDULED)
        for horizon in (None, *Horizon):
            assert digest(sprint_weekend_of(before, horizon)) == digest(
                sprint_weekend_of(event, horizon)
            ), (event.event_id, horizon)
