import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from predictor.errors import FormatError, UsageError
from predictor.formats import parse_file
from predictor.season.fold import fold
from services.calibration.restate import (
    CORRECTED_DAYS,
    dump_compact,
    restate_calendar,
    restate_entries,
    restate_seasons,
    restate_session,
)
from services.errors import OutputNotWritable, SomebodysFile

CREDIT = "f1db 123 CC BY 4.0"
RACE_DATA = Path(__file__).parents[2] / "race-data"

EVENT = {
    "round": 1,
    "slug": "monaco",
    "name": "Monaco Grand Prix",
    "official_name": "Grand Prix de Monaco",
    "date": "2025-05-25",
    "circuit": {
        "id": "monaco",
        "layout": "monaco-6",
        "name": "Monaco",
        "type": "street",
        "length_km": 3.337,
        "country": "Monaco",
        "lat": 43.7,
    },
    "laps": 77,
    "distance_km": 256.9,
    "scheduled_laps": 78,
    "qualifying_format": "knockout",
    "grid_from": "qualifying",
    "sprint": False,
    "sprint_laps": None,
    "sprint_format": None,
    "sessions": {"fp1": None, "race": "2025-05-25T13:00Z"},
    "held": True,
}
RACE = {
    "season": 2025,
    "round": 1,
    "grand_prix": "Monaco Grand Prix",
    "session": "race",
    "date": "2025-05-25",
    "source": CREDIT,
    "results": [
        {"position": 1, "driver": "NOR", "grid": 1, "pit_lane_start": False, "points": 0},
        {"position": None, "driver": "STR", "grid": None, "pit_lane_start": False, "points": 0},
        {"position": 2, "driver": "LAW", "grid": None, "pit_lane_start": True, "points": 18},
    ],
    "starting_grid": [
        {"driver": "NOR", "grid": 1, "pit_lane_start": False, "qualifying_s": 70.1},
        {"driver": "STR", "grid": 14, "pit_lane_start": False, "qualifying_s": 71.0},
        {"driver": "LAW", "grid": None, "pit_lane_start": True, "qualifying_s": 71.5},
    ],
    "pit_stops": [{"driver": "NOR", "stop": 1, "lap": 19, "time_s": 22.5}],
    "fastest_laps": [{"driver": "NOR", "lap": 78, "time_s": 73.2}],
}


def entrant(driver_id, team_id, race_rounds):
    return {
        "id": driver_id,
        "code": driver_id[:3].upper(),
        "number": 5,
        "name": driver_id.title(),
        "team_id": team_id,
        "team": team_id.title(),
        "engine": "Ferrari",
        "rounds": race_rounds,
        "practice_only_rounds": [2],
        "test_driver": False,
    }


ENTRANTS = {
    "season": 2025,
    "source": CREDIT,
    "drivers": [
        entrant("swapped", "red", [3]),
        entrant("swapped", "blue", [1, 2]),
        entrant("late", "green", [7]),
        entrant("never", "green", []),
    ],
}


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source" / "2025"
    (folder / "01-monaco").mkdir(parents=True)
    (folder / "calendar.json").write_text(json.dumps([EVENT]))
    (folder / "entrants.json").write_text(json.dumps(ENTRANTS))
    (folder / "01-monaco" / "race.json").write_text(json.dumps(RACE))
    return tmp_path / "source"


def test_restate_calendar__plans_stay_and_hindsight_goes():
    event = restate_calendar(2025, [EVENT], source=CREDIT)["events"][0]
    assert event["event_id"] == "2025-monaco"
    assert event["scheduled_laps"] == 78
    assert event["sessions"] == {"fp1": None, "race": {"starts_at": "2025-05-25T13:00:00Z"}}
    assert not {"laps", "distance_km", "held", "sprint_laps"} & event.keys()


def test_restate_calendar__a_bare_date_is_no_start():
    event = {**EVENT, "sessions": {"race": "2025-05-25"}}
    (row,) = restate_calendar(2025, [event], source=CREDIT)["events"]
    assert row["sessions"] == {"race": None}


def test_restate_calendar__gives_the_time_zone_of_circuits_that_are_known():
    unknown = {**EVENT, "circuit": {**EVENT["circuit"], "id": "atlantis"}}
    first, second = restate_calendar(2025, [EVENT, unknown], source=CREDIT)["events"]
    assert first["circuit"]["time_zone"] == "Europe/Monaco"
    assert "time_zone" not in second["circuit"]


def test_restate_calendar__mends_a_day_that_the_source_has_wrong():
    wrong = {**EVENT, "slug": "turkey", "date": "2021-10-03"}
    (row,) = restate_calendar(2021, [wrong], source=CREDIT)["events"]
    assert row["date"] == "2021-10-10"
    session = restate_session({**RACE, "season": 2021, "date": "2021-10-03"}, slug="turkey")
    assert session["date"] == "2021-10-10"


def test_restate_entries__rounds_and_later_teams_go():
    document = restate_entries(ENTRANTS, source=CREDIT)
    assert [(row["id"], row["team_id"], row["role"]) for row in document["drivers"]] == [
        ("swapped", "blue", "race"),
        ("late", "green", "reserve"),
        ("never", "green", "reserve"),
    ]
    assert all("rounds" not in row and "test_driver" not in row for row in document["drivers"])


def test_restate_session__empty_and_repeated_fields_go():
    document = restate_session(RACE, slug="monaco")
    assert document["event_id"] == "2025-monaco"
    assert "fastest_laps" not in document
    assert document["results"] == [
        {"position": 1, "driver": "NOR", "grid": 1, "points": 0},
        {"driver": "STR", "points": 0},
        {"position": 2, "driver": "LAW", "pit_lane_start": True, "points": 18},
    ]
    assert document["starting_grid"] == [{"driver": "STR", "grid": 14}]
    assert document["pit_stops"] == RACE["pit_stops"]


def test_dump_compact__one_row_per_line_and_a_trailing_newline():
    text = dump_compact({"season": 2025, "results": [{"a": "é"}, {"b": 1.5}], "empty": []})
    assert text.decode() == (
        '{\n "season": 2025,\n "results": [\n  {"a": "é"},\n  {"b": 1.5}\n ],\n "empty": []\n}\n'
    )


def test_dump_compact__refuses_a_number_that_is_none():
    with pytest.raises(ValueError, match="JSON compliant"):
        dump_compact({"x": float("nan")})


def test_restate_seasons__writes_the_layout_and_counts_it(source, tmp_path):
    out = tmp_path / "out"
    summary = restate_seasons(source, out, range(2025, 2026))
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert written == ["2025/01-monaco/race.json", "2025/calendar.json", "2025/entries.json"]
    assert (summary.seasons, summary.events, summary.files) == (1, 1, 3)
    assert summary.bytes == sum((out / path).stat().st_size for path in written)


def test_restate_seasons__second_run_touches_nothing(source, tmp_path):
    out = tmp_path / "out"
    restate_seasons(source, out, [2025])
    race = out / "2025/01-monaco/race.json"
    before = race.stat()
    restate_seasons(source, out, [2025])
    assert (race.stat().st_mtime_ns, race.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_restate_seasons__a_disk_that_fails_leaves_no_half_file(source, tmp_path, monkeypatch):
    def fail(*_given):
        raise OSError(errno.EIO, "broken disk")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputNotWritable) as caught:
        restate_seasons(source, tmp_path / "out", [2025])
    assert caught.value.got == "broken disk"
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_restate_seasons__somebodys_file_stops_it_before_anything_is_written(source, tmp_path):
    out = tmp_path / "out"
    precious = out / "2025" / "entries.json"
    precious.parent.mkdir(parents=True)
    precious.write_text('{"season": 2025}')
    with pytest.raises(SomebodysFile):
        restate_seasons(source, out, [2025])
    assert [path.name for path in out.rglob("*") if path.is_file()] == ["entries.json"]
    assert precious.read_text() == '{"season": 2025}'


@pytest.mark.parametrize("there", [".", "2025", "..", "link"])
def test_restate_seasons__the_source_is_no_destination(source, there):
    (source / "link").symlink_to(source)
    before = {path: path.read_bytes() for path in source.rglob("*.json")}
    with pytest.raises(UsageError, match="source would be overwritten"):
        restate_seasons(source, source / there, [2025])
    assert {path: path.read_bytes() for path in source.rglob("*.json")} == before


def test_restate_seasons__missing_season_says_what_to_give(source, tmp_path):
    with pytest.raises(FormatError, match=r"2024/entrants\.json"):
        restate_seasons(source, tmp_path / "out", [2024])


@pytest.mark.real_data
def test_restate_seasons__shipped_files_are_what_it_writes(reference_data, tmp_path):
    restate_seasons(reference_data / "seasons", tmp_path, range(2014, 2026))
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.json")}
    shipped = {path.relative_to(RACE_DATA) for path in RACE_DATA.glob("20*/**/*.json")}
    assert written == shipped
    assert [
        str(path)
        for path in sorted(written)
        if (tmp_path / path).read_bytes() != (RACE_DATA / path).read_bytes()
    ] == []


@pytest.mark.real_data
@pytest.mark.parametrize("season", [2014, 2021, 2025])
def test_restate_seasons__no_fact_of_an_event_is_lost(reference_data, season):
    def events(root):
        files = {
            str(path.relative_to(root)): parse_file(str(path.relative_to(root)), path.read_bytes())
            for path in (root / str(season)).rglob("*.json")
        }
        return fold(files)[season].events

    mended = tuple(
        replace(event, date=CORRECTED_DAYS.get(event.event_id, event.date))
        for event in events(reference_data / "seasons")
    )
    assert events(RACE_DATA) == mended
