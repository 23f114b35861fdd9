import contextlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.errors import DropError, FormatError, PartialPageError
from predictor.formats import parse_file
from predictor.records import EventRef
from predictor.vocabulary import ResultStatus, SessionKind
from services.calibration.restate import CORRECTED_DAYS
from tests.formats.builders import CODES, dump, native_race

RACE = dump(native_race())
SHIPPED = Path(__file__).parents[2] / "race-data"


def parse(value):
    (record,) = parse_file("race.json", dump(value)).records
    return record


def refused(value):
    with pytest.raises(FormatError) as caught:
        parse_file("race.json", dump(value))
    return caught.value


def test_parse_session__gives_event_kind_and_rows():
    record = parse(native_race())
    assert record.event == EventRef(
        season=2025, round=8, name="Monaco Grand Prix", date="2025-05-25"
    )
    assert record.kind is SessionKind.RACE
    assert [row.driver.driver_id for row in record.results] == ["driver-1", "driver-2", "driver-3"]
    assert [row.gap_s for row in record.results] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("grid", "4", "/results/1/grid"),
        ("grid", True, "/results/1/grid"),
        ("grid", 0, "/results/1/grid"),
        ("grid", 4.5, "/results/1/grid"),
        ("position", 41, "/results/1/position"),
        ("number", 100, "/results/1/number"),
        ("time_s", "5001", "/results/1/time_s"),
        ("best_s", 9.4, "/results/1/best_s"),
        ("best_s", 72500, "/results/1/best_s"),
        ("classified", 1, "/results/1/classified"),
        ("team", 5, "/results/1/team"),
        ("team", "x" * 1_000_000, "/results/1/team"),
        ("team", "Red\x00Bull", "/results/1/team"),
        ("driver_id", "../../x", "/results/1/driver_id"),
        ("status", "retired", "/results/1/status"),
        ("status", None, "/results/1/status"),
    ],
)
def test_parse_session__names_the_place_of_a_wrong_value(field, value, pointer):
    race = native_race()
    race["results"][1][field] = value
    error = refused(race)
    assert error.where == f"race.json {pointer}"
    assert len(str(error)) < 600


@pytest.mark.parametrize("results", [[], None, "none", [1]])
def test_parse_session__refuses_a_session_without_rows(results):
    assert refused(native_race(results=results)).where.startswith("race.json")


def test_parse_session__two_rows_of_one_driver_with_one_place_are_left_to_the_season():
    race = native_race()
    race["results"].append(race["results"][0] | {"position": None, "best_s": 75.0})
    assert len(parse(race).results) == 4
    race["results"][3]["position"] = 1
    assert len(parse(race).results) == 4


def test_parse_session__refuses_a_driver_or_race_place_that_stands_twice():
    race = native_race()
    race["results"][1]["driver_id"] = "driver-1"
    assert refused(race).got == "driver-1 twice"
    race = native_race()
    race["results"][1]["position"] = 1
    assert refused(race).got == "position 1 twice"


@pytest.mark.parametrize("session", ["race", "sprint"])
@pytest.mark.parametrize(
    ("cut", "got"),
    [
        ([6], "position 6 missing: 19 of 20 drivers"),
        ([1, 2], "positions 1, 2 missing: 18 of 20 drivers"),
    ],
)
def test_parse_session__refuses_a_race_with_rows_cut_out(session, cut, got):
    race = native_race(20, session=session)
    race["results"] = [row for row in race["results"] if row["position"] not in cut]
    with pytest.raises(PartialPageError) as caught:
        parse_file("race.json", dump(race))
    assert (caught.value.got, caught.value.where) == (got, "race.json /results")


def test_parse_session__the_unplaced_leave_no_hole():
    race = native_race(20)
    for row, status in zip(race["results"][17:], ("dnf", "dns", "dsq"), strict=True):
        row.update(position=None, status=status)
    assert len(parse(race).results) == 20


RACED = ("points", "grid", "time_s", "classified")


def native_qualifying(n=3):
    value = native_race(n, session="qualifying")
    for row in value["results"]:
        for name in RACED:
            del row[name]
        row |= {"status": "classified", "q1_s": 80.0, "best_s": 80.0}
    return value


def test_parse_session__qualifying_may_have_holes():
    value = native_qualifying(20)
    del value["results"][5]
    assert len(parse(value).results) == 19


@pytest.mark.parametrize("session", ["qualifying", "sprint-qualifying"])
@pytest.mark.parametrize("name", RACED)
def test_parse_session__refuses_a_race_that_is_called_qualifying(session, name):
    race = native_race(session=session)
    for row in race["results"]:
        for other in set(RACED) - {name}:
            del row[other]
    error = refused(race)
    assert error.what == f"the rows are of a race, but the file says it is {session}"
    assert error.expected == "race or sprint"


@pytest.mark.parametrize("session", ["race", "sprint"])
def test_parse_session__refuses_qualifying_that_is_called_a_race(session):
    value = native_qualifying() | {"session": session}
    for row in value["results"]:
        row["status"] = "finished"
    assert refused(value).expected == "qualifying or sprint-qualifying"


def test_parse_session__tolerates_a_shared_place_in_qualifying():
    value = native_qualifying()  # 2017 Mexico has two nineteenths
    for row in value["results"]:
        row["position"] = 19
    assert [row.position for row in parse(value).results] == [19, 19, 19]


def test_parse_session__starting_grid_fills_only_what_the_results_leave_out():
    race = native_race()
    race["results"][1]["grid"] = None
    race["results"][2]["grid"] = None
    race["starting_grid"] = [
        {"driver": CODES[1], "grid": 7},  # disagrees with the result's 1
        {"driver": CODES[2], "grid": 9, "grid_penalty": "5"},
        {"driver": CODES[3], "grid": None, "pit_lane_start": True},
    ]
    first, second, third = parse(race).results
    assert first.grid == 1
    assert (second.grid, second.grid_penalty, second.pit_lane_start) == (9, "5", False)
    assert (third.grid, third.pit_lane_start) == (None, True)


def test_parse_session__refuses_a_pit_lane_start_with_a_grid_place():
    race = native_race()
    race["results"][0]["pit_lane_start"] = True
    assert refused(race).where.endswith("/results/0/grid")


def test_parse_session__pit_stops_name_the_drivers_of_the_results():
    record = parse(native_race(pit_stops=[{"driver": CODES[2], "stop": 1, "lap": 9, "time_s": 22}]))
    (stop,) = record.pit_stops
    assert (stop.driver.driver_id, stop.lap, stop.time_s) == ("driver-2", 9, 22.0)


def test_parse_session__says_of_everyone_whether_he_had_the_fastest_lap():
    race = native_race()
    assert [row.fastest_lap for row in parse(race).results] == [None, None, None]
    race["results"][1]["fastest_lap"] = True
    assert [row.fastest_lap for row in parse(race).results] == [False, True, False]


def test_parse_session__practice_rows_need_no_status():
    race = native_race(session="fp1")
    for row in race["results"]:
        del row["status"]
    race["results"][0]["best_s"] = 75.0
    statuses = [row.status for row in parse(race).results]
    assert statuses == [ResultStatus.FINISHED, ResultStatus.NC, ResultStatus.NC]


def test_parse_session__event_id_must_be_of_the_season():
    assert parse(native_race(event_id="2025-monaco")).event.event_id == "2025-monaco"
    assert refused(native_race(event_id="2024-monaco")).where == "race.json /event_id"


def test_parse_session__never_reads_hindsight():
    race = native_race(fastest_laps=[{"driver": "nonsense"}], standings=["nonsense"])
    assert parse(race) == parse(native_race())


@pytest.mark.parametrize("n_bytes", range(0, len(RACE), 7))
def test_parse_file__a_cut_native_file_never_gives_records(n_bytes):
    with pytest.raises(DropError):
        parse_file("race.json", RACE[:n_bytes])


@given(st.integers(0, len(RACE) - 1), st.integers(0, 255))
def test_parse_file__a_changed_byte_gives_records_or_a_drop_error_and_nothing_else(at, byte):
    data = RACE[:at] + bytes([byte]) + RACE[at + 1 :]
    with contextlib.suppress(DropError):
        assert parse_file("race.json", data).records


@pytest.mark.real_data
@pytest.mark.parametrize("season", range(2010, 2026))
def test_parse_file__reads_every_file_of_every_season(reference_data, season):
    folder = reference_data / "seasons" / str(season)
    files = sorted(folder.rglob("*.json"))
    kinds = [
        record.kind
        for path in files
        if path.parent != folder
        for record in parse_file(path.name, path.read_bytes()).records
    ]
    n_events = len(json.loads((folder / "calendar.json").read_bytes()))
    assert kinds.count(SessionKind.RACE) == n_events
    assert len(kinds) == len(files) - 2


@pytest.mark.real_data
def test_parse_file__knows_these_facts_of_real_races(reference_data):
    def rows(path):
        data = (reference_data / "seasons" / path).read_bytes()
        (record,) = parse_file(path, data).records
        return {row.driver.driver_id: row for row in record.results}

    spa = rows("2024/14-belgium/race.json")
    assert spa["george-russell"].status is ResultStatus.DSQ
    assert spa["lewis-hamilton"].position == 1
    pit_lane = [row for row in rows("2025/01-australia/race.json").values() if row.pit_lane_start]
    assert {row.driver.driver_id for row in pit_lane} == {"oliver-bearman", "liam-lawson"}
    assert all(row.grid is None for row in pit_lane)
    mexico = rows("2017/18-mexico/qualifying.json")
    assert [row.position for row in mexico.values()].count(19) == 2


@pytest.mark.real_data
def test_parse_file__shipped_sessions_say_the_same_as_their_source(reference_data):
    """What restating leaves out is hindsight or empty, so both give the same records."""
    for path in sorted(SHIPPED.glob("20*/*/*.json"))[::7]:
        relative = path.relative_to(SHIPPED)
        (ours,) = parse_file("ours", path.read_bytes()).records
        source = reference_data / "seasons" / relative
        (theirs,) = parse_file("theirs", source.read_bytes()).records
        day = CORRECTED_DAYS.get(ours.event.event_id, theirs.event.date)
        assert replace(ours.event, event_id=None) == replace(theirs.event, date=day)
        assert ours.results == theirs.results, relative
        assert ours.pit_stops == theirs.pit_stops, relative


@pytest.mark.parametrize(("session", "best"), [("sprint", 25), ("race", 8)])
def test_parse_session__points_tell_a_sprint_from_a_race(session, best):
    value = native_race(session=session)
    value["results"][0]["points"] = best
    with pytest.raises(FormatError, match="the points are those of a"):
        parse_file("x.json", dump(value))
