"""A file cut anywhere is the whole file, or refused, or said to be cut: never another forecast."""

from __future__ import annotations

import json

import pytest

from predictor.errors import DropError
from predictor.formats import link_files, parse_file
from predictor.season.fold import fold
from tests.forecasting.small_season import RACE_DATA
from tests.input.told import ToldSeason, sha256
from tests.said import said

OWN = (
    "2025/01-australia/race.json",
    "2025/01-australia/qualifying.json",
    "2025/01-australia/fp1.json",
    "2025/02-china/sprint.json",
    "2025/calendar.json",
    "2025/entries.json",
)
# Of every provider; those of more than 20 KB are cut to their first rows beforehand.
PROVIDERS = (
    "ergast_jolpica/jolpica_2024_race_session.json",
    "ergast_jolpica/qualifying_2023_qualifying.json",
    "openf1/session_result.json",
    "openf1/pit_9488.json",
    "openf1/meetings.json",
    "fastf1/2024_01_Bahrain_race_results_export_offline.json",
)
RESULTS_CSV = "fastf1/2024_01_Bahrain_race_results_export_offline.csv"
LAPS_CSV = "fastf1/2024_Bahrain_laps.csv"


def outcome(name, data):
    """Give what bytes come to; None where they are refused. No other error may come out."""
    try:
        return parse_file(name, data)
    except DropError:
        return None


def check_every_cut(name, data):
    whole = parse_file(name, data)
    n_whole = len(data.rstrip())
    for n_bytes in range(n_whole):
        assert outcome(name, data[:n_bytes]) is None, n_bytes
    for n_bytes in range(n_whole, len(data)):
        assert outcome(name, data[:n_bytes]) == whole, n_bytes


def first_rows(data):
    """Cut a long list of rows to those that belong to its first session."""
    rows = json.loads(data)
    if len(data) < 20_000:
        return data
    key = "session_key" if "session_key" in rows[0] else "meeting_key"
    some = [row for row in rows if row[key] == rows[0][key]]
    return json.dumps(some).encode()


@pytest.mark.parametrize("name", OWN)
def test_parse_file__cut_at_any_byte_is_refused(name):
    check_every_cut(name, (RACE_DATA / name).read_bytes())


@pytest.mark.real_data
@pytest.mark.parametrize("name", PROVIDERS)
def test_parse_file__a_providers_file_cut_at_any_byte_is_refused(reference_data, name):
    data = (reference_data / "formats" / name).read_bytes()
    check_every_cut(name, first_rows(data))


@pytest.mark.real_data
@pytest.mark.parametrize("name", [RESULTS_CSV, LAPS_CSV])
def test_parse_file__a_table_cut_inside_a_row_is_refused(reference_data, name):
    data = b"".join((reference_data / "formats" / name).read_bytes().splitlines(True)[:60])
    whole = parse_file(name, data)
    ends = {n for n in range(len(data)) if data[:n].endswith(b"\n")}
    between_rows = ends | {n - 1 for n in ends} | {len(data) - 1}  # with the line's end or without
    for n_bytes in set(range(len(data))) - between_rows:
        assert outcome(name, data[:n_bytes]) is None, n_bytes
    assert outcome(name, data[:-1]) in (None, whole)


@pytest.mark.real_data
def test_fold__a_table_cut_between_rows_is_whole_or_noted(reference_data):
    """With the season's other files beside it, which say how many cars there are."""
    folder = RACE_DATA / "2024"
    others = [folder / "calendar.json", folder / "entries.json"]
    others.append(folder / "01-bahrain" / "qualifying.json")
    beside = {path.name: parse_file(path.name, path.read_bytes()) for path in others}
    lines = (reference_data / "formats" / RESULTS_CSV).read_bytes().splitlines(True)
    name = "2024_01_Bahrain_race_results.csv"

    def bahrain(n_rows):
        file = outcome(name, b"".join(lines[: n_rows + 1]))
        if file is None:
            return None
        return fold(link_files({**beside, name: file})[0])[2024].events[0]

    whole = bahrain(len(lines) - 1)
    assert len(whole.entries) == 20
    assert not any("drivers" in note for note in said(whole.notes))
    for n_rows in range(len(lines) - 1):
        event = bahrain(n_rows)
        assert event is None or any(f"holds {n_rows} of 20" in one for one in said(event.notes)), (
            n_rows
        )


# The first bytes, the middle, the last brace, and where a row of the results ends.
@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.5, 0.9, 0.9999])
def test_run_job__a_cut_file_leaves_the_forecast_as_it_was(tmp_path, share):
    season = ToldSeason(tmp_path / "season")
    before = season.told()
    whole = season.good().rstrip()
    season.drop("02-china/race.json", whole[: int(share * len(whole))])
    after = season.told()
    assert sha256(after) == sha256(before)
    assert after["metadata"]["stale_inputs"] == ["02-china/race.json"]
    assert [one["file"] for one in after["metadata"]["rejected"]] == ["02-china/race.json"]
    season.drop("02-china/race.json", whole)
    again = season.told()
    assert sha256(again) == sha256(before)
    assert (again["metadata"]["rejected"], again["metadata"]["stale_inputs"]) == ([], [])
