"""The restated seasons look as the providers' own answers do, field by field."""

import csv
import io
import json

import pytest

from .facts import facts_of
from .fastf1 import fastf1_files
from .jolpica import jolpica_files, short_id
from .openf1 import openf1_files

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def facts(reference_data):
    return facts_of(reference_data / "seasons/2023")


def real(reference_data, name):
    return json.loads((reference_data / "formats" / name).read_bytes())


def types(value):
    """Give the shape of a value: its keys and the types of what they hold."""
    if isinstance(value, dict):
        return {key: types(one) for key, one in value.items()}
    return type(value).__name__


def races(answer):
    return answer["MRData"]["RaceTable"]["Races"]


@pytest.mark.parametrize(
    ("kind", "key", "sample"),
    [
        ("race", "Results", "results_2023_results.json"),
        ("sprint", "SprintResults", "sprint_2023_sprint.json"),
        ("qualifying", "QualifyingResults", "qualifying_2023_qualifying.json"),
    ],
)
def test_jolpica_files__rows_have_the_fields_of_a_real_answer(
    reference_data, facts, kind, key, sample
):
    theirs = races(real(reference_data, f"ergast_jolpica/{sample}"))[0]
    ours = races(json.loads(jolpica_files(facts)[f"{int(theirs['round']):02d}_{kind}.json"]))[0]
    assert ours.keys() >= theirs.keys() - {"time"}
    for mine, real_row in zip(ours[key], theirs[key], strict=True):
        given = types(mine)
        wanted = types(real_row)
        if "FastestLap" in wanted:  # whose best lap nobody noted has none here
            wanted["FastestLap"].pop("AverageSpeed", None)
            given.setdefault("FastestLap", wanted["FastestLap"])
        # Facts of a classified row are the same; f1db lists the retired in another order.
        if real_row.get("positionText", "1").isdigit():
            assert given.keys() <= wanted.keys()
            assert mine["Driver"]["driverId"] == real_row["Driver"]["driverId"]
            assert mine["Constructor"]["constructorId"] == real_row["Constructor"]["constructorId"]
            assert mine["Constructor"]["name"] == real_row["Constructor"]["name"]
            for field in ("points", "grid", "laps", "positionText", "Q1", "Q2", "Q3"):
                assert mine.get(field) == (real_row.get(field) or None)


def test_jolpica_files__calendar_has_the_rounds_and_circuits_of_a_real_answer(
    reference_data, facts
):
    theirs = races(real(reference_data, "ergast_jolpica/races_2023_races.json"))
    ours = races(json.loads(jolpica_files(facts)["races.json"]))
    for mine, line in zip(ours, theirs, strict=False):  # the sample is a first page
        assert mine.keys() <= line.keys() | {"SprintQualifying"}
        assert mine["Circuit"]["circuitId"] == line["Circuit"]["circuitId"]
        assert (mine["round"], mine["date"]) == (line["round"], line["date"])
        assert ("Sprint" in mine) == ("Sprint" in line)


@pytest.mark.parametrize(
    ("driver_id", "short"),
    [
        ("max-verstappen", "max_verstappen"),
        ("carlos-sainz-jr", "sainz"),
        ("nyck-de-vries", "de_vries"),
        ("pedro-de-la-rosa", "rosa"),
        ("jerome-dambrosio", "ambrosio"),
        ("kevin-magnussen", "kevin_magnussen"),
    ],
)
def test_short_id__is_ergasts(driver_id, short):
    assert short_id(driver_id) == short


@pytest.mark.parametrize("endpoint", ["session_result", "starting_grid"])
def test_openf1_files__rows_have_the_fields_of_a_real_answer(reference_data, facts, endpoint):
    files = openf1_files(facts)
    lines = {line["session_key"]: line for line in json.loads(files["sessions.json"])}
    real_lines = {
        line["session_key"]: line for line in real(reference_data, "openf1/sessions.json")
    }
    wanted = {}
    for row in real(reference_data, f"openf1/{endpoint}.json"):
        name = real_lines[row["session_key"]]["session_name"]
        wanted.setdefault(name, set()).add(frozenset(row))
    for name, content in files.items():
        if name.startswith(endpoint):
            for row in json.loads(content):
                assert frozenset(row) in wanted[lines[row["session_key"]]["session_name"]]


@pytest.mark.parametrize("name", ["sessions", "meetings"])
def test_openf1_files__lists_have_fields_and_names_of_a_real_answer(reference_data, facts, name):
    ours = json.loads(openf1_files(facts)[f"{name}.json"])
    theirs = [row for row in real(reference_data, f"openf1/{name}.json") if row["year"] == 2023]
    assert {key for row in ours for key in row} <= {key for row in theirs for key in row}
    for key in ("circuit_short_name", "session_name", "meeting_name"):
        ours_said = {row[key] for row in ours if key in row}
        assert ours_said - {row[key] for row in theirs if key in row} == set()


def test_fastf1_files__columns_are_those_of_a_real_export(reference_data, facts):
    files = fastf1_files(facts)
    folder = reference_data / "formats/fastf1"
    results = folder / "2024_01_Bahrain_race_results_export_offline.csv"
    laps = folder / "2024_Bahrain_laps.csv"
    for name, sample in (
        ("race_results", results),
        ("qualifying_results", results),
        ("fp1_laps", laps),
    ):
        header = next(csv.reader(io.StringIO(files[f"2023/01-bahrain/{name}.csv"].decode())))
        with sample.open() as lines:
            wanted = next(csv.reader(lines))
        assert header == [column for column in wanted if column != "year"]
