"""Whole seasons, parts of seasons, and seasons with holes, as people really have them."""

import json
import shutil

import pytest

from tests.providers.facts import facts_of
from tests.providers.jolpica import jolpica_files


def predictions(run):
    assert run.code == 0, run.err
    return run.document["predictions"]


def by_event(run):
    """Give the blocks by event id; providers differ in an event's name."""
    return {block["metadata"]["event_id"]: block for block in predictions(run).values()}


def check_sums(blocks):
    for name, block in blocks.items():
        rows = block["predictions"]
        if rows:
            assert sum(row["p_win"] for row in rows) == pytest.approx(1, abs=1e-3), name
            assert len({row["driver_id"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("year", "events", "champion"),
    [(2014, 19, "HAM"), (2016, 21, "ROS"), (2020, 17, "HAM"), (2021, 22, "VER")],
)
def test_season__earlier_years_work(season, year, events, champion):
    run = season(year).forecast("--incremental-update")
    blocks = predictions(run)
    assert len(blocks) == events
    check_sums(blocks)
    assert run.document["championship"]["drivers"][0]["driver"] == champion
    if year == 2021:
        spa = blocks["Belgian Grand Prix"]["result"]["order"]
        assert spa[0]["points"] == 12.5


def test_season__rounds_1_to_5_alone_forecast_the_rest(season):
    copy = season()
    for folder in copy.folder.iterdir():
        if folder.is_dir() and int(folder.name[:2]) > 5:
            shutil.rmtree(folder)
    run = copy.forecast("--incremental-update")
    blocks = predictions(run)
    check_sums(blocks)
    assert [b["metadata"]["horizon"] for b in blocks.values()] == ["c"] * 5 + ["a"] * 19
    assert [b["metadata"]["status"] for b in blocks.values()] == ["completed"] * 5 + [
        "scheduled"
    ] * 19
    assert all(len(b["predictions"]) == 20 for b in list(blocks.values())[5:])
    assert "result" not in blocks["Monaco Grand Prix"]
    sprint = blocks["Belgian Grand Prix"]["predictions"][0]
    assert sprint["expected_sprint_points"] > 1
    odds = {name: block["sprint"] for name, block in blocks.items() if "sprint" in block}
    assert len(odds) == 6
    check_sums(odds)
    assert "scores" in odds["Chinese Grand Prix"]
    assert run.document["sprint_scores"]["c"]["races"] == 1
    assert "result" not in odds["Belgian Grand Prix"]
    assert run.document["metadata"]["status"] == "partial"
    odds = run.document["championship"]["drivers"]
    assert sum(row["p_title"] for row in odds) == pytest.approx(1, abs=1e-3)
    assert {row["driver"] for row in odds[:3]} == {"PIA", "NOR", "VER"}
    assert odds[0]["points"]["p05"] < odds[0]["points"]["p50"] < odds[0]["points"]["p95"]


def test_season__without_a_calendar_events_come_from_the_sessions(season):
    copy = season()
    with_calendar = predictions(copy.forecast("--incremental-update"))
    (copy.folder / "calendar.json").unlink()
    run = copy.forecast("--incremental-update")
    blocks = predictions(run)
    assert [b["metadata"]["event_id"] for b in blocks.values()] == [
        b["metadata"]["event_id"] for b in with_calendar.values()
    ]
    check_sums(blocks)
    assert run.document["metadata"]["status"] == "partial"
    assert any("no calendar" in note for note in run.document["metadata"]["notes"])


def test_season__a_cancelled_round_is_listed_without_forecast_or_points(season):
    copy = season()
    path = copy.folder / "calendar.json"
    calendar = json.loads(path.read_text())
    calendar["events"][2]["status"] = "cancelled"
    path.write_text(json.dumps(calendar))
    run = copy.forecast("--incremental-update")
    blocks = predictions(run)
    assert len(blocks) == 24
    japan = blocks["Japanese Grand Prix"]
    assert japan["metadata"]["status"] == "cancelled"
    assert japan["predictions"] == []
    assert "result" not in japan
    verstappen = next(r for r in run.document["championship"]["drivers"] if r["driver"] == "VER")
    assert verstappen["points"]["current"] == 421.0 - 25.0


def test_season__jolpica_answers_give_the_same_drivers_teams_and_champions(season):
    copy = season()
    native = by_event(copy.forecast("--incremental-update"))
    answers = jolpica_files(facts_of(copy.folder))
    shutil.rmtree(copy.folder)
    copy.folder.mkdir()
    for name, content in answers.items():
        (copy.folder / name).write_bytes(content)
    blocks = by_event(copy.forecast("--incremental-update"))
    assert list(blocks) == list(native)
    for name, block in blocks.items():
        shown = {(r["driver_id"], r["team_id"]) for r in block["predictions"]}
        assert shown == {(r["driver_id"], r["team_id"]) for r in native[name]["predictions"]}
        assert block["result"]["winner"] == native[name]["result"]["winner"]


def test_season__22_cars_and_a_team_never_seen(season):
    copy = season()
    for folder in copy.folder.iterdir():
        if folder.is_dir() and int(folder.name[:2]) > 2:
            shutil.rmtree(folder)
    newcomers = [
        {
            "driver": "NEW",
            "driver_id": "nora-new",
            "number": 98,
            "team": "Andromeda",
            "engine": "X",
        },
        {
            "driver": "NEX",
            "driver_id": "max-next",
            "number": 99,
            "team": "Andromeda",
            "engine": "X",
        },
    ]
    for path in copy.folder.glob("*/race.json"):
        race = json.loads(path.read_text())
        for i, driver in enumerate(newcomers):
            race["results"].append(
                driver | {"position": None, "grid": 21 + i, "laps": 3, "classified": False,
                          "status": "dnf", "points": 0}
            )  # fmt: skip
        path.write_text(json.dumps(race))
    blocks = predictions(copy.forecast("--incremental-update"))
    check_sums(blocks)
    assert [len(block["predictions"]) for block in blocks.values()] == [22] * 24
    japan = {row["driver_id"]: row["team"] for row in blocks["Japanese Grand Prix"]["predictions"]}
    assert japan["nora-new"] == "Andromeda"


def test_season__a_race_without_any_grid_does_no_harm(season):
    copy = season()
    folder = copy.event("australia")
    race = json.loads((folder / "race.json").read_text())
    for row in race["results"]:
        row.pop("grid", None)
        row.pop("pit_lane_start", None)
    race.pop("starting_grid", None)
    (folder / "race.json").write_text(json.dumps(race))
    (folder / "qualifying.json").unlink()
    blocks = predictions(copy.forecast("--incremental-update"))
    assert blocks["Australian Grand Prix"]["metadata"]["horizon"] == "b"
    check_sums(blocks)


def test_season__a_race_result_cut_short_is_not_scored(season):
    copy = season()
    path = copy.event("saudi-arabia") / "race.json"
    race = json.loads(path.read_text())
    race["results"] = race["results"][:2]
    path.write_text(json.dumps(race))
    run = copy.forecast("--incremental-update")
    saudi = predictions(run)["Saudi Arabian Grand Prix"]
    assert saudi["metadata"]["status"] != "completed"
    assert "scores" not in saudi
    assert len(saudi["predictions"]) == 20
    assert any("2 of 20" in note for note in run.document["metadata"]["notes"])


def test_season__one_file_of_another_year_does_not_take_over(season):
    copy = season()
    stray = json.loads((copy.event("monaco") / "race.json").read_text())
    stray |= {"season": 2099, "event_id": "2099-monaco"}
    (copy.folder / "stray.json").write_text(json.dumps(stray))
    run = copy.forecast("--incremental-update")
    assert len(predictions(run)) == 24
    assert run.document["metadata"]["season"] == 2025
    assert any("2099" in note for note in run.document["metadata"]["notes"])
