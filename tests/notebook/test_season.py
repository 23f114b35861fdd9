"""A season opened from a document: what is found in it, and as which frames."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import msgspec
import pytest

from predictor.errors import PackageMissing, UsageError
from predictor.vocabulary import EventStatus, ResultStatus
from services.notebook import open_season
from tests.published.small_document import event, small_document
from tests.rules.sources import ROOT


def opened(folder, document):
    path = folder / "season_2025_incremental.json"
    path.write_bytes(msgspec.json.encode(document))
    return open_season(folder)


@pytest.fixture(name="season")
def _season(tmp_path):
    return opened(
        tmp_path,
        small_document(event("monaco"), event("spain", status=EventStatus.SCHEDULED, round=2)),
    )


def test_open_season__of_a_folder_takes_the_latest_seasons_document(tmp_path):
    for year in (2024, 2025):
        path = tmp_path / f"season_{year}_incremental.json"
        path.write_bytes(msgspec.json.encode(small_document(season=year)))
    (tmp_path / "season_2026_as_of_round_3.json").write_bytes(b"{}")
    assert open_season(tmp_path).year == 2025
    assert open_season(tmp_path / "season_2024_incremental.json").year == 2024


def test_open_season__of_nothing_says_what_it_could_be(tmp_path):
    with pytest.raises(UsageError, match="nothing of that name") as caught:
        open_season(tmp_path / "absent")
    assert "2025" in caught.value.do


def test_open_season__of_another_file_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("{}")
    with pytest.raises(UsageError, match="not a season document"):
        open_season(path)


@pytest.mark.parametrize("option", [{"as_of": 3}, {"simulations": 10}, {"output": "elsewhere"}])
def test_open_season__a_document_takes_no_options_of_a_run(tmp_path, option):
    opened(tmp_path, small_document())
    with pytest.raises(UsageError, match="opened as it is"):
        open_season(tmp_path, **option)


def test_season__of_a_document_alone_can_try_no_opinion(season):
    with pytest.raises(UsageError, match="an opinion needs the session files"):
        season.what_if(drivers={"AAA": 1.2})
    with pytest.raises(UsageError, match="a backtest needs the session files"):
        season.backtest()


@pytest.mark.parametrize(
    ("name", "event_id"),
    [
        ("next", "2025-spain"),
        ("last", "2025-monaco"),
        ("Monaco", "2025-monaco"),
        ("2025-spain", "2025-spain"),
        (2, "2025-spain"),
    ],
)
def test_forecast__finds_an_event_by_what_it_is_called(season, name, event_id):
    assert season.forecast(name).metadata.event_id == event_id


def test_forecast__next_is_past_a_race_that_is_missing_and_one_that_is_cancelled(tmp_path):
    events = (
        event("australia", status=EventStatus.SCHEDULED),
        event("monaco", round=2),
        event("spain", status=EventStatus.CANCELLED, round=3),
        event("italy", status=EventStatus.SCHEDULED, round=4),
    )
    assert opened(tmp_path, small_document(*events)).forecast().metadata.event_id == "2025-italy"


def test_forecast__of_a_season_that_is_over_has_no_next(tmp_path):
    season = opened(tmp_path, small_document(event("monaco")))
    with pytest.raises(UsageError, match="no event is to come"):
        season.forecast("next")


def test_forecast__of_a_season_not_begun_has_no_last(tmp_path):
    season = opened(tmp_path, small_document(event("spain", status=EventStatus.SCHEDULED)))
    with pytest.raises(UsageError, match="no race has been run"):
        season.forecast("last")


def test_frame__has_odds_and_what_became_of_each_driver(season):
    frame = season.forecast("monaco").to_frame()
    assert list(frame["driver"]) == ["AAA", "BBB"]
    assert list(frame["p_win"]) == [0.75, 0.25]
    assert list(frame["position"]) == [1, 2]
    assert list(frame["result"]) == ["finished", "finished"]
    assert list(frame["high_90_if_finished"]) == [2, 2]


def test_frame__types_do_not_depend_on_whether_the_race_is_run(season):
    past, ahead = (season.forecast(name) for name in ("last", "next"))
    assert dict(past.to_frame().dtypes) == dict(ahead.to_frame().dtypes)
    assert past.to_polars().schema == ahead.to_polars().schema
    assert ahead.to_frame()["position"].isna().all()
    assert ahead.to_polars()["position"].null_count() == 2


def test_frames__of_a_season_hold_races_and_sprints_with_times_that_have_a_zone(season):
    frame, same = season.to_frame(), season.to_polars()
    assert len(frame) == len(same) == 8  # two drivers in two races and two sprints
    noon = datetime(2025, 3, 16, 4, tzinfo=UTC)
    assert set(frame["as_of"]) == {noon}
    assert set(same["as_of"].to_list()) == {noon}
    assert list(frame.columns) == same.columns
    assert [str(kind) for kind in frame[["round", "event", "p_win"]].dtypes] == [
        "Int64",
        "str",
        "float64",
    ]


def test_frame__of_a_season_without_a_forecast_is_empty_and_has_its_columns(tmp_path, season):
    bare = msgspec.structs.replace(event("spain"), predictions=(), sprint=msgspec.UNSET)
    frame = opened(tmp_path, small_document(bare)).to_frame()
    assert len(frame) == 0
    assert dict(frame.dtypes) == dict(season.to_frame().dtypes)


def test_places__are_a_row_for_each_driver_and_place(season):
    frame = season.forecast().places().to_frame()
    assert frame[["driver", "place", "p"]].values.tolist() == [
        ["AAA", 1, 0.75],
        ["AAA", 2, 0.25],
        ["BBB", 1, 0.25],
        ["BBB", 2, 0.75],
    ]


def test_scenarios__are_a_row_for_each_scenario_and_driver(season):
    frame = season.forecast().scenarios().to_polars()
    assert frame["scenario"].to_list() == ["dry", "dry"]
    assert frame["probability"].to_list() == [1.0, 1.0]


def test_titles__are_a_row_for_each_driver_or_team(season):
    assert list(season.titles().to_frame()["p_title"]) == [0.75, 0.25]
    assert list(season.titles("constructors").to_frame()["id"]) == ["team"]


@pytest.mark.parametrize("name", ["season", "next", "last", "titles", "scores", "calibration"])
def test_html__says_what_it_is_and_escapes_names(tmp_path, name):
    first = event("monaco")
    row = msgspec.structs.replace(first.predictions[0], name="<b>Driver</b>")
    first = msgspec.structs.replace(first, predictions=(row, *first.predictions[1:]))
    season = opened(tmp_path, small_document(first, event("x", status=EventStatus.SCHEDULED)))
    shown = {
        "season": lambda: season,
        "next": lambda: season.forecast("next"),
        "last": lambda: season.forecast("last"),
        "titles": season.titles,
        "scores": season.scores,
        "calibration": lambda: season.scores().calibration(),
    }[name]()
    html = shown._repr_html_()
    assert "<caption>" in html
    assert "2025" in html
    assert "<b>" not in html


def test_html__of_a_retirement_says_so(tmp_path):
    first = event("monaco")
    order = [
        msgspec.structs.replace(one, status=ResultStatus.DNF) if one.driver == "BBB" else one
        for one in first.result.order
    ]
    result = msgspec.structs.replace(first.result, order=tuple(order))
    season = opened(tmp_path, small_document(msgspec.structs.replace(first, result=result)))
    assert "2 dnf" in season.forecast("last")._repr_html_()


def test_open_season__loads_nothing_heavy(tmp_path):
    path = tmp_path / "season.json"
    path.write_bytes(msgspec.json.encode(small_document()))
    code = (
        "import sys; from services.notebook import open_season\n"
        f"season = open_season({str(path)!r}); season.forecast('first')._repr_html_()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "pandas", "polars", "altair"} & set(done.stdout.split())


def test_frame__without_its_package_says_what_installs_it(season):
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "pandas", None)  # as if it were not installed
        with pytest.raises(PackageMissing, match="frames of pandas need the package") as caught:
            season.to_frame()
    assert "notebook" in caught.value.do
