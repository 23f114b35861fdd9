"""Days of pre-season testing in the files that people have."""

import pytest

from predictor.errors import FormatError
from predictor.formats import link_files, parse_file
from predictor.records import DayOfTesting, SessionRecord
from predictor.vocabulary import SessionKind
from tests.formats.builders import (
    SESSIONS,
    dump,
    openf1_link,
    openf1_meeting,
    openf1_practice,
    openf1_session,
)
from tests.formats.test_fastf1 import LAPS, table
from tests.said import said

DRIVERS = ("VER", "NOR", "LEC")


def lap_rows(extra="", n_laps=9, day=None):
    """Laps of three drivers: nine in a row, of 94.0, 95.0 and 96.0 s."""
    start = f"{day}T07:10:00" if day else ""
    return [
        f"{code},{number},0 days 00:01:{33 + number}.000000,{lap}.0,1.0,,,HARD,{lap}.0,Ferrari,"
        f"{start},False,True{extra}"
        for number, code in enumerate(DRIVERS, start=1)
        for lap in range(1, n_laps + 1)
    ]


def laps_file(columns="", cells="", **fields):
    return table(f"{LAPS}{columns}", lap_rows(cells, **fields))


def settled(path, data):
    files, reasons = link_files({path: parse_file(path, data)})
    assert reasons == {}
    (record,) = files[path].records
    return record


def test_link_files__laps_of_a_day_are_best_laps_long_runs_and_laps_driven():
    record = settled("2025/testing/day-2.csv", laps_file())
    assert isinstance(record, SessionRecord)
    assert (record.kind, record.testing) == (SessionKind.TESTING, DayOfTesting(None, 2))
    assert (record.event.season, record.event.name, record.event.path) == (
        2025, "Pre-Season Testing", None,
    )  # fmt: skip
    found = [(row.driver.code, row.best_s, row.long_run_s, row.laps) for row in record.results]
    assert found == [("VER", 94.0, 94.0, 9), ("NOR", 95.0, 95.0, 9), ("LEC", 96.0, 96.0, 9)]


@pytest.mark.parametrize(
    ("session", "event", "day"),
    [
        ("Practice 3", "Pre-Season Testing", DayOfTesting(None, 3)),
        ("Session 1", "Pre-Season Testing", DayOfTesting(None, 1)),
        ("Day 2", "Pre-Season Test 2", DayOfTesting(2, 2)),
    ],
)
def test_link_files__columns_say_the_day_wherever_the_file_lies(session, event, day):
    data = laps_file(",Year,EventName,Session", f",2025,{event},{session}")
    record = settled("2025/04-bahrain/fp1.csv", data)
    assert (record.kind, record.testing, record.event.season) == (SessionKind.TESTING, day, 2025)


def test_link_files__a_column_of_an_event_outweighs_a_folder_called_testing():
    data = laps_file(",Year,EventName,Session", ",2025,Monaco Grand Prix,Practice 1")
    files, _ = link_files({"testing/day-1.csv": parse_file("x", data)})
    kinds = [record.kind for record in files["testing/day-1.csv"].records]
    assert kinds == [SessionKind.FP1, SessionKind.FP1]


def test_link_files__a_date_stands_for_the_number_of_a_day():
    record = settled("2025/testing/laps.csv", laps_file(day="2025-02-27"))
    assert (record.event.date, record.testing) == ("2025-02-27", DayOfTesting())
    record = settled("2025/testing/2025-02-28_laps.csv", laps_file())
    assert record.event.date == "2025-02-28"


def test_link_files__nothing_that_tells_the_day_is_refused():
    _, reasons = link_files({"2025/testing/laps.csv": parse_file("x", laps_file())})
    assert "which day of testing" in str(reasons["2025/testing/laps.csv"])


def test_link_files__results_of_testing_hold_no_times():
    header = "DriverNumber,Abbreviation,Position,Q1,Q2,Q3,Time,Status,Points,Laps"
    rows = [f"{n},A{n:02d},{n},,,,,,," for n in range(1, 13)]
    path = "2025/testing/day-1_results.csv"
    _, reasons = link_files({path: parse_file(path, table(header, rows))})
    assert "export session.laps" in str(reasons[path])


def native(**changes):
    rows = [{"driver": code, "team": "Ferrari", "best_s": 90.0 + n, "long_run_s": 95.0, "laps": 60}
            for n, code in enumerate(DRIVERS)]  # fmt: skip
    return {"season": 2025, "session": "testing", "day": 1, "results": rows, **changes}


def test_parse_file__the_products_own_file_needs_no_event():
    (record,) = parse_file("x", dump(native(test=2, date="2025-02-26"))).records
    assert (record.kind, record.testing) == (SessionKind.TESTING, DayOfTesting(2, 1))
    assert (record.event.season, record.event.date) == (2025, "2025-02-26")
    assert record.results[0].long_run_s == 95.0


def test_parse_file__the_products_own_file_needs_a_day_or_a_date():
    content = native()
    del content["day"]
    (record,) = parse_file("x", dump(content | {"date": "2025-02-26"})).records
    assert record.testing == DayOfTesting()
    with pytest.raises(FormatError, match="day"):
        parse_file("x", dump(content))


def test_parse_file__days_of_a_list_are_told_apart():
    assert len(parse_file("x", dump([native(), native(day=2)])).records) == 2
    with pytest.raises(FormatError, match="stands twice"):
        parse_file("x", dump([native(), native()]))


def test_parse_file__a_calendar_has_no_session_of_testing():
    event = {"event_id": "2025-monaco", "name": "Monaco Grand Prix", "round": 1}
    calendar = {"season": 2025, "events": [event | {"sessions": {"testing": None}}]}
    with pytest.raises(FormatError, match="unknown session"):
        parse_file("x", dump(calendar))


def day_of_openf1(name="Day 1", key=8000, start="2025-02-26T07:00:00+00:00"):
    return openf1_session(name, key, 999, start)


def rows_of_openf1(key=8000):
    return [{**row, "meeting_key": 999} for row in openf1_practice(key)]


TEST = openf1_meeting("Pre-Season Testing", 999)


@pytest.mark.parametrize("name", ["Day 1", "Practice 1"])
def test_link_files__openf1_calls_it_a_meeting(name):
    linked, reasons = openf1_link(
        result=rows_of_openf1(), sessions=[*SESSIONS, day_of_openf1(name)], meetings=[TEST]
    )
    assert reasons == {}
    (record,) = linked["result"].records
    assert (record.kind, record.testing) == (SessionKind.TESTING, DayOfTesting())
    assert (record.event.season, record.event.date) == (2025, "2025-02-26")
    assert [row.best_s for row in record.results] == [81.0, 82.0, 83.0]
    (calendar,) = linked["sessions"].records  # it is no event
    assert [line.event.provider_key for line in calendar.events] == ["openf1:meeting:1000"]


def test_link_files__openf1s_laps_add_long_runs_to_its_result():
    laps = [
        {"session_key": 8000, "meeting_key": 999, "driver_number": number, "lap_number": lap,
         "lap_duration": 90.0 + number, "is_pit_out_lap": False, "date_start": None}
        for number in (1, 2) for lap in range(1, 9)
    ]  # fmt: skip
    given = {"sessions": [*SESSIONS, day_of_openf1()], "meetings": [TEST], "laps": laps}
    (alone,) = openf1_link(**given)[0]["laps"].records
    assert [(row.best_s, row.long_run_s, row.laps) for row in alone.results] == [
        (91.0, 91.0, 8), (92.0, 92.0, 8),
    ]  # fmt: skip
    (beside,) = openf1_link(**given, result=rows_of_openf1())[0]["laps"].records
    assert [(row.best_s, row.long_run_s, row.laps) for row in beside.results] == [
        (None, 91.0, None), (None, 92.0, None),
    ]  # fmt: skip


def test_link_files__practice_alone_that_is_not_called_a_test_is_left_out():
    linked, reasons = openf1_link(
        result=rows_of_openf1(), sessions=[*SESSIONS, day_of_openf1("Practice 1")]
    )
    assert "testing" in str(reasons["result"])
    assert "meetings" in str(reasons["result"])
    assert "testing is no event of the calendar" in " ".join(said(linked["sessions"].notes))


@pytest.mark.real_data
def test_link_files__real_answers_hold_two_tests(reference_data):
    folder = reference_data / "formats/openf1"
    names = ("sessions", "meetings", "session_result")
    files = {name: parse_file(name, (folder / f"{name}.json").read_bytes()) for name in names}
    records = link_files(files)[0]["session_result"].records
    days = [record.event.date for record in records if record.kind is SessionKind.TESTING]
    assert days == ["2024-02-21", "2024-02-22", "2024-02-23",
                    "2025-02-26", "2025-02-27", "2025-02-28"]  # fmt: skip
