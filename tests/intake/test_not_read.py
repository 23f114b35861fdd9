import pytest

from services.intake.listing import is_session_name
from services.intake.not_read import advice, why_not_read


@pytest.mark.parametrize(
    ("name", "what", "do"),
    [
        ("qualifying.xlsx", "workbook", "save the sheet as CSV"),
        ("Race.XLS", "workbook", "save the sheet as CSV"),
        ("laps.parquet", "table", "save it as CSV"),
        ("data.zip", "packed", "unpack"),
        ("season.tar.gz", "packed", "unpack"),
        ("2024_laps.ff1pkl", "pickle", "CSV"),
        ("f1.sqlite", "database", "CSV"),
        ("race.yaml", "not read", "JSON or CSV"),
        ("race.txt", "ending does not tell", ".csv, .tsv or .json"),
        ("Qualifying.TAB", "ending does not tell", ".csv, .tsv or .json"),
    ],
)
def test_why_not_read__names_what_people_store_data_in(name, what, do):
    assert not is_session_name(name)
    found = why_not_read(name)
    assert found is not None
    assert what in found[0]
    assert do in found[1]
    assert advice(f"2025/01-a/{name}") == f"{found[0]}: {found[1]}"


@pytest.mark.parametrize(
    "name",
    ["README.md", "readme.txt", "notes.txt", "LICENSE", "grid.png", "plot.pdf", "fetch.py",
     "run.ipynb", "race.json.bak", "~$qualifying.xlsx", ".zip", "zip", "race.json.crdownload"],
)  # fmt: skip
def test_why_not_read__is_silent_about_what_is_no_data(name):
    assert not is_session_name(name)
    assert why_not_read(name) is None


@pytest.mark.parametrize(
    "name",
    ["race.json", "laps.CSV", "laps.tsv", "race.jsonl", "race.ndjson", "fp1.json.gz",
     "Laps.csv.GZ", "race.json.txt", "laps.csv.txt"],
)  # fmt: skip
def test_is_session_name__packed_and_with_an_ending_too_many(name):
    assert is_session_name(name)
