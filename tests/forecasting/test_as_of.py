"""A run as of an earlier point: its document, its place beside others, what it refuses."""

from __future__ import annotations

import pytest

from predictor.as_of import AsOf
from predictor.errors import NoUsableInput, UsageError
from predictor.graph.seasons.folding import parse_all
from predictor.graph.seasons.known_folder import known_folder
from predictor.published.season_types import Point
from services.settings.run_request import RunRequest
from tests.forecasting.small_season import SmallSeason, copy


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path)


def test_run__as_of_a_round_has_a_document_of_its_own_and_leaves_the_other(season, monkeypatch):
    monkeypatch.chdir(season.drops.parent)
    whole = season.run(output=None)
    cut = season.run(output=None, as_of=AsOf(round=2))
    assert cut.path.name == "season_2025_as_of_round_2.json"
    assert cut.document.metadata.known_until == Point(round=2)
    notes = cut.document.predictions["Japanese Grand Prix"].metadata.notes
    assert notes == ("an earlier season",)  # and no session of its own
    again = season.run(output=None), season.run(output=None, as_of=AsOf(round=2))
    assert [one.outcome for one in again] == ["unchanged", "unchanged"]
    assert again[0].document.predictions == whole.document.predictions
    assert not again[0].document.metadata.known_until


def test_series__runs_as_of_another_point_do_not_follow_each_other(tmp_path):
    points = (None, AsOf(round=2), AsOf(round=3), AsOf(day="2025-03-23"))
    series = {RunRequest(train_data=tmp_path, as_of=point).series for point in points}
    assert len(series) == len(points)


def test_run__a_later_drop_changes_nothing_of_an_earlier_point(season):
    first = season.run(as_of=AsOf(day="2025-03-23"))
    season.add("04-bahrain/race.json")
    second = season.run(as_of=AsOf(day="2025-03-23"))
    assert second.outcome == "unchanged"
    assert second.document.metadata.data_hash == first.document.metadata.data_hash


def test_run__an_earlier_point_takes_no_whole_seasons_place(season):
    season.run()
    with pytest.raises(UsageError, match="would take the place of the whole season's"):
        season.run(as_of=AsOf(round=2))
    assert "known_until" not in season.document()["metadata"]


def test_run__the_whole_season_takes_an_earlier_points_place(season):
    season.run(as_of=AsOf(round=2))
    report = season.run()
    assert report.outcome == "published"
    assert "known_until" not in season.document()["metadata"]


def test_run__earlier_seasons_are_cut_too(season):
    copy("2023/calendar.json", season.earlier / "2023" / "calendar.json")
    copy("2023/01-bahrain/race.json", season.earlier / "2023" / "race.json")

    def earlier(**point):
        season.run(**point)
        return season.earlier_seasons()

    assert earlier() == 2
    season.output.unlink()
    assert earlier(as_of=AsOf(day="2024-12-31")) == 2
    assert earlier(as_of=AsOf(day="2023-12-31")) == 1
    known = known_folder(
        parse_all({str(p): p.read_bytes() for p in season.earlier.rglob("*.json")}),
        "earlier",
        AsOf(day="2024-03-01"),  # the day before the race in Bahrain
    )
    assert [sum(len(event.sessions) for event in one.events) for one in known.states] == [1, 0]


def test_run__a_folder_of_several_seasons_is_forecast_in_the_year_of_the_day(season):
    copy("2024/calendar.json", season.drops / "2024" / "calendar.json")
    copy("2024/entries.json", season.drops / "2024" / "entries.json")
    copy("2024/01-bahrain/race.json", season.drops / "2024" / "race.json")
    assert season.run(as_of=AsOf(day="2024-06-01")).document.metadata.season == 2024
    assert season.run(as_of=AsOf(day="2025-06-01")).document.metadata.season == 2025
    assert season.run(as_of=AsOf(round=1)).document.metadata.season == 2025


def test_run__a_round_that_has_not_been_run_is_refused(season):
    with pytest.raises(UsageError) as caught:
        season.run(as_of=AsOf(round=4))
    assert caught.value.what == "round 4 of 2025 has not been run"
    assert caught.value.expected == "0 to 3, the last round with a result"


def test_run__before_the_first_round_something_must_be_known(season):
    for path in season.drops.glob("*.json"):
        path.unlink()
    with pytest.raises(NoUsableInput, match="nothing was known of 2025 as of round 0"):
        season.run(as_of=AsOf(round=0))
