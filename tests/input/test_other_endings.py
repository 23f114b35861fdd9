"""Data in other files than .json and .csv: read, or named with what to do; never without a word."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.commands.doctor import doctor
from services.forecasting.diagnosis import examine
from services.settings.limits import read_settings
from tests.input.told import RACE, ToldSeason, sha256

CASES = Path(__file__).parents[3] / "shared" / "cases"


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """A season that has been forecast once."""
    made = ToldSeason(tmp_path_factory.mktemp("endings") / "season")
    made.before = made.told()
    return made


@pytest.mark.parametrize("ending", [".json.gz", ".json.txt", ".jsonl", ".ndjson"])
def test_run_job__a_race_packed_or_under_another_ending_is_the_same_race(season, ending):
    whole = season.good()
    data = gzip.compress(whole, mtime=0) if ending.endswith(".gz") else whole
    (season.drops / RACE).unlink()
    other = season.drop(RACE.replace(".json", ending), data)
    try:
        after = season.told()
    finally:
        other.unlink()
        season.drop(RACE, whole)
    assert sha256(after) == sha256(season.before)
    assert after["metadata"]["rejected"] == []
    assert after["metadata"]["passed_over"] == []


def test_run_job__names_what_it_passes_over_and_forgets_it_when_it_is_gone(season):
    book = season.drop("02-china/grid.xlsx", b"PK\3\4")
    season.drop("02-china/notes.txt", b"rain expected")
    try:
        after = season.told()
    finally:
        book.unlink()
    (passed,) = after["metadata"]["passed_over"]
    assert passed["file"] == "02-china/grid.xlsx"
    assert "save the sheet as CSV" in passed["do"]
    assert sha256(after) == sha256(season.before)
    assert after["metadata"]["status"] != "degraded"
    assert season.told()["metadata"]["passed_over"] == []


def doctor_of(name):
    folder = CASES / name / "input"
    if not folder.is_dir():
        pytest.skip("the small inputs are not beside this checkout")
    (year,) = folder.iterdir()
    return year


@pytest.mark.parametrize(
    ("case", "used", "passed_over"),
    [
        ("34-other-endings", 4, ["qualifying.xlsx"]),
        ("35-other-endings-2", 3, ["data.zip", "laps.parquet"]),
        ("22-bare-races-list", 1, []),
        ("24-openf1-csv", 4, []),
        ("25-openf1-sessions-csv", 4, []),
        ("26-semicolon", 3, []),
    ],
)
def test_examine__uses_or_names_every_file_of_data(case, used, passed_over):
    folder = doctor_of(case)
    found = examine(folder, None, read_settings())
    assert (found.n_used, found.n_files) == (used, used + len(passed_over))
    named = [one.where for one in found.findings if "passed over" in one.what]
    assert named == passed_over
    assert all(one.do for one in found.findings if one.where in passed_over)
    assert any(event.sessions for event in found.events)


@pytest.mark.parametrize(
    ("case", "file", "reason"),
    [
        ("01-crash-one-line-page", "china.json", "an error page instead of data"),
        ("36-f1db-single-file", "f1db.json", "f1db's whole database"),
    ],
)
def test_doctor__says_what_a_file_is_that_is_no_session(case, file, reason):
    result = CliRunner().invoke(doctor, [str(doctor_of(case)), "--json"], standalone_mode=False)
    findings = json.loads(result.output)["found"]["findings"]
    (said,) = [one["what"] for one in findings if one["where"] == file]
    assert reason in said


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("long-first-line.json", "an error page instead of data"),
        ("mac-line-ends.csv", "not a format this product knows"),
    ],
)
def test_run_job__an_operators_file_is_rejected_by_name_and_the_rest_goes_on(season, file, reason):
    source = CASES / "operator" / file
    if not source.is_file():
        pytest.skip("the small inputs are not beside this checkout")
    dropped = season.drop(file, source.read_bytes())
    try:
        after = season.told()
    finally:
        dropped.unlink()
    assert sha256(after) == sha256(season.before)
    (rejected,) = after["metadata"]["rejected"]
    assert rejected["file"] == file
    assert reason in rejected["reason"]
