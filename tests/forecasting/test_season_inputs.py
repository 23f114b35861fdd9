"""One stray file moves neither the season that is forecast nor the seasons before it."""

from __future__ import annotations

import shutil

import orjson
import pytest

from predictor.errors import NoUsableInput
from predictor.graph.seasons.folding import parse_and_fold
from tests.forecasting.small_season import RACE_DATA, SmallSeason, copy

FROM_NOTHING = "no earlier season was found: the forecast starts from nothing"


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def move(path, season):
    """Give a native file another season."""
    content = orjson.loads(path.read_bytes()) | {"season": season}
    del content["event_id"]  # which names the season too
    path.write_bytes(orjson.dumps(content))


def metadata(season):
    return season.document()["metadata"]


def n_earlier(season):
    return season.earlier_seasons()


@pytest.mark.parametrize("year", [2099, 1999])
def test_choose_season__one_stray_file_takes_nothing_over(season, year):
    move(copy("2025/24-abu-dhabi/race.json", season.drops / "stray.json"), year)
    season.run()
    assert metadata(season)["season"] == 2025
    assert len(season.document()["predictions"]) == 24
    years = sorted([f"{year} (1 event)", "2025 (24 events)"])
    assert metadata(season)["notes"] == [
        f"the folder holds {years[0]} and {years[1]}: forecasting 2025"
    ]
    assert n_earlier(season) == (1 if year == 2099 else 2)


def next_calendar(path, n_events=1):
    """Write a calendar of 2026, the first events of 2025."""
    content = orjson.loads((RACE_DATA / "2025" / "calendar.json").read_bytes())
    events = [
        {"name": one["name"], "slug": one["slug"], "round": one["round"]}
        for one in content["events"][:n_events]
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(orjson.dumps({"season": 2026, "events": events}))


@pytest.mark.parametrize("n_events", [1, 24])
def test_choose_season__a_calendar_alone_takes_no_seasons_place(season, n_events):
    season.run()
    before = season.document()["predictions"]
    next_calendar(season.drops / "next" / "calendar.json", n_events)
    shutil.copy(season.drops / "calendar.json", season.drops / "calendar copy.json")
    season.run()
    assert metadata(season)["season"] == 2025
    assert season.document()["predictions"] == before
    assert "and 2026 (" in metadata(season)["notes"][0]
    assert metadata(season)["notes"][0].endswith("forecasting 2025")
    (left_out,) = metadata(season)["rejected"]
    assert left_out["file"] == "next/calendar.json"
    assert "is a calendar of 2026, while 2025 is forecast" in left_out["reason"]
    assert season.run().outcome == "unchanged"


def test_choose_season__a_calendar_with_entries_begins_a_season(season):
    next_calendar(season.drops / "next" / "calendar.json")
    entries = copy("2025/entries.json", season.drops / "next" / "entries.json")
    entries.write_bytes(orjson.dumps(orjson.loads(entries.read_bytes()) | {"season": 2026}))
    season.run()
    assert metadata(season)["season"] == 2026
    assert "2025 (24 events) and 2026 (1 event): forecasting 2026" in metadata(season)["notes"][0]
    assert metadata(season)["rejected"] == []


def test_choose_season__a_calendar_is_enough_where_nothing_else_is(season):
    shutil.rmtree(season.drops)
    season.drops.mkdir()
    next_calendar(season.drops / "calendar.json", 24)
    season.run()
    assert (metadata(season)["season"], metadata(season)["rejected"]) == (2026, [])


def test_run_job__a_season_without_a_forecast_replaces_no_others(season):
    season.run()
    before = season.output.read_bytes()
    shutil.rmtree(season.drops)
    season.drops.mkdir()
    next_calendar(season.drops / "calendar.json", 24)
    with pytest.raises(NoUsableInput, match="of 2026 only a calendar is known"):
        season.run()
    assert season.output.read_bytes() == before
    with pytest.raises(NoUsableInput):  # again, and with no good bytes taken away meanwhile
        season.run(incremental=False)
    assert season.output.read_bytes() == before
    other = season.output.with_name("other.json")
    assert season.run(output=other).outcome == "published"


def test_choose_season__without_calendars_half_the_largest_is_enough(season):
    (season.drops / "calendar.json").unlink()
    (season.drops / "entries.json").unlink()
    for number, event in enumerate(("01-australia", "02-china"), start=1):
        move(copy(f"2025/{event}/race.json", season.drops / f"next{number}.json"), 2026)
        season.run()
        assert metadata(season)["season"] == {1: 2025, 2: 2026}[number]


def test_parse_and_fold__of_two_states_of_a_year_the_fuller_one_counts():
    names = ("01-bahrain", "02-saudi-arabia")
    files = {name: (RACE_DATA / "2024" / name / "race.json").read_bytes() for name in names}
    one, two = ({name: files[name] for name in names[:count]} for count in (1, 2))
    stray, full = (parse_and_fold(some, before=2025).states for some in (one, two))
    assert parse_and_fold(two, before=2025, earlier=stray).states == full
    assert parse_and_fold(one, before=2025, earlier=full).states == full


def run_beside(season, folder, **changed):
    """Run on drops that lie beside year folders, with no history named."""
    drops = folder / "2025"
    if not drops.exists():
        shutil.copytree(season.drops, drops)
    return season.run(train_data=drops, history=None, **changed)


@pytest.mark.parametrize("content", [None, "not json", "{}"])
def test_find_history__a_year_without_a_season_leaves_the_shipped_ones(season, tmp_path, content):
    year = tmp_path / "data" / "2024"
    year.mkdir(parents=True)
    if content is not None:
        (year / "junk.json").write_text(content)
    report = run_beside(season, tmp_path / "data")
    assert report.outcome == "published"
    assert n_earlier(season) == 11  # 2014-2024
    notes, rejected = metadata(season)["notes"], metadata(season)["rejected"]
    assert len(notes) == len(rejected) == (content is not None)
    if content is not None:
        assert "no season could be read from the years beside the data" in notes[0]
        assert rejected[0]["file"] == "(history) 2024/junk.json"
    assert run_beside(season, tmp_path / "data").outcome == "unchanged"


def test_find_history__good_years_beside_the_data_are_all_there_is(season, tmp_path):
    (tmp_path / "data" / "2023").mkdir(parents=True)
    shutil.copytree(season.earlier / "2024", tmp_path / "data" / "2024")
    run_beside(season, tmp_path / "data")
    assert (n_earlier(season), metadata(season)["notes"]) == (1, [])


def test_read_history__none_at_all_is_said_in_the_document(season, tmp_path, monkeypatch):
    monkeypatch.setattr("services.intake.earlier_seasons.RACE_DATA", tmp_path / "race-data")
    run_beside(season, tmp_path / "data")
    assert metadata(season)["notes"] == [FROM_NOTHING]
    named = tmp_path / "named"
    named.mkdir()
    (named / "junk.json").write_text("{}")
    season.run(history=named)
    assert metadata(season)["notes"] == [FROM_NOTHING]
    assert [one["file"] for one in metadata(season)["rejected"]] == ["(history) junk.json"]


def test_find_history__a_named_folder_must_hold_files(season, tmp_path):
    (tmp_path / "named").mkdir()
    with pytest.raises(NoUsableInput, match="no session files"):
        season.run(history=tmp_path / "named")
