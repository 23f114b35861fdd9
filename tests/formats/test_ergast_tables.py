"""The Ergast CSV dump says what Jolpica's answers say: both are made here from the same facts."""

import csv
import io

import pytest

from predictor.errors import DropError, FormatError
from predictor.formats import join_parts, parse_file
from predictor.formats.jolpica.answers import FORMAT
from tests.formats.builders import dump, jolpica_page, jolpica_row, jolpica_season

RACES = jolpica_season(3)
STATUS = {"Finished": "1", "+1 Lap": "11", "Engine": "5"}
ROWS = [
    jolpica_row(1, grid="0", points="25", Time={"millis": "5000123", "time": "1:23:20.123"},
                FastestLap={"rank": "1", "lap": "44", "Time": {"time": "1:21.046"}}),
    jolpica_row(2, points="18", Time={"millis": "5001000", "time": "+0.877"}),
    *(jolpica_row(place) for place in range(3, 18)),
    jolpica_row(18, status="+1 Lap", laps="49"),
    jolpica_row(19, positionText="R", status="Engine", laps="12"),
    jolpica_row(20, positionText="R", status="Engine", laps="1"),
]  # fmt: skip
RACES[0]["Results"] = ROWS


def write(rows):
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def result(number, race_id, row, **more):
    time, fastest = row.get("Time", {}), row.get("FastestLap", {})
    is_placed = row["positionText"].isdigit()
    return {
        "resultId": number,
        "raceId": race_id,
        "driverId": row["Driver"]["familyName"].removeprefix("Family"),
        "constructorId": 6,
        "number": row["number"],
        "grid": row["grid"],
        "position": row["position"] if is_placed else "\\N",
        "positionText": row["positionText"],
        "positionOrder": row["position"],
        "points": row["points"],
        "laps": row["laps"],
        "time": time.get("time", "\\N"),
        "milliseconds": time.get("millis", "\\N"),
        "fastestLap": fastest.get("lap", "\\N"),
        "rank": fastest.get("rank", "\\N"),
        "fastestLapTime": fastest.get("Time", {}).get("time", "\\N"),
        "statusId": STATUS[row["status"]],
        **more,
    }


def tables():
    results = [
        result(20 * at + row_at, 1000 + at, row, fastestLapSpeed="\\N")
        for at, race in enumerate(RACES)
        for row_at, row in enumerate(race["Results"])
    ]
    races = [
        {"raceId": 1000 + at, "year": race["season"], "round": race["round"], "circuitId": 14,
         "name": race["raceName"], "date": race["date"], "time": "\\N", "url": "x"}
        for at, race in enumerate(RACES)
    ]  # fmt: skip
    old = {"raceId": 1, "year": 2009, "round": 1, "circuitId": 14, "name": "Old Grand Prix",
           "date": "2009-05-01", "time": "\\N", "url": "x"}  # fmt: skip
    drivers = [
        {"driverId": place, "driverRef": jolpica_row(place)["Driver"]["driverId"],
         "number": place, "code": jolpica_row(place)["Driver"]["code"], "forename": "Given",
         "surname": f"Family{place}"}
        for place in range(1, 21)
    ]  # fmt: skip
    circuit = {"circuitId": 14, "circuitRef": "monza", "name": "\\N", "country": "Italy"}
    return {
        "results.csv": write([*results, result(99, 1, ROWS[0], fastestLapSpeed="\\N")]),
        "races.csv": write([*races, old]),
        "drivers.csv": write(drivers),
        "constructors.csv": write(
            [{"constructorId": 6, "constructorRef": "ferrari", "name": "Ferrari"}]
        ),
        "status.csv": write([{"statusId": key, "status": word} for word, key in STATUS.items()]),
        "circuits.csv": write([circuit]),
    }


def join(files):
    parts = {}
    for path, data in files.items():
        with pytest.raises(DropError) as caught:
            parse_file("", data)
        parts[path] = caught.value.parts
    return join_parts(parts)


def test_join_tables__results_are_those_of_jolpicas_answers():
    completed = join(tables())
    assert completed.refused == {}
    expected = parse_file("", dump(jolpica_page(RACES, limit=100)))
    assert completed.files["results.csv"].records == expected.records
    assert completed.files["results.csv"].format == FORMAT
    (calendar,) = completed.files["races.csv"].records
    assert (calendar.season, calendar.complete, len(calendar.events)) == (2025, True, 3)


def test_join_tables__the_files_may_be_called_anything_and_come_in_any_order():
    named = tables()
    other = {f"{at}.csv": named[name] for at, name in enumerate(sorted(named, reverse=True))}
    records = {repr(file.records) for file in join(named).files.values()}
    assert {repr(file.records) for file in join(other).files.values()} == records


@pytest.mark.parametrize(
    ("table", "refused"),
    [
        ("status.csv", ["results.csv"]),
        ("races.csv", ["circuits.csv", "constructors.csv", "results.csv", "status.csv"]),
        ("circuits.csv", []),
    ],
)  # fmt: skip
def test_join_tables__a_missing_table_is_named(table, refused):
    files = tables()
    del files[table]
    completed = join(files)
    assert [path for path in sorted(completed.refused) if path in refused] == refused
    if refused:
        assert f"without {table}" in str(completed.refused["results.csv"])
        assert "add it" in str(completed.refused["results.csv"])


def test_join_tables__a_race_that_is_wrong_costs_only_itself():
    files = tables()
    files["results.csv"] = files["results.csv"].replace(b"20,1001,1,6", b"20,1001,777,6")
    file = join(files).files["results.csv"]
    assert [record.event.round for record in file.records] == [1, 3]
    assert "2025 round 2 left out: drivers.csv of the Ergast CSV dump has no such row" in str(
        file.notes[0]
    )
    assert "driverId 777" in str(file.notes[0])


def test_join_tables__two_tables_that_differ_are_refused_with_both_names():
    files = tables()
    files["more/drivers.csv"] = files["drivers.csv"].replace(b"Given", b"Other")
    completed = join(files)
    assert "drivers.csv, more/drivers.csv" in str(completed.refused["drivers.csv"])
    assert "without drivers.csv" in str(completed.refused["results.csv"])


def test_parse_file__lap_times_of_the_dump_are_refused_by_name():
    with pytest.raises(FormatError, match="lap_times of the Ergast dump") as caught:
        parse_file("", b"raceId,driverId,lap,position,time,milliseconds\n1,2,3,4,x,5\n")
    assert caught.value.parts == ()


@pytest.mark.real_data
def test_join_tables__the_real_tables_name_what_is_missing_beside_them(reference_data):
    folder = reference_data / "formats/ergast_csv"
    completed = join({path.name: path.read_bytes() for path in folder.glob("*.csv")})
    calendars = completed.files["races_head_tail60.csv"].records
    assert [(one.season, one.complete) for one in calendars] == [
        (2023, False), (2024, True), (2025, True),
    ]  # fmt: skip
    for name in ("results", "sprint_results"):
        why = str(completed.refused[f"{name}_head_tail60.csv"])
        assert "without constructors.csv and status.csv" in why
