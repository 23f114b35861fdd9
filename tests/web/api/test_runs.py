"""What the API says of past runs, against documents that were archived."""

from __future__ import annotations

import json

import pytest

from tests.web.api.conftest import PAST

RUNS = [f"past{number}" for number in range(1, 9)]


def ids(forecasts):
    return [json.loads(one)["metadata"]["run"]["run_id"] for one in forecasts]


def test_seasons__those_that_are_only_archived_are_there_too(archived):
    found = archived.json("/v1/seasons")
    assert [row["id"] for row in found["data"]] == [2025, PAST]
    assert found["has_all_archived"] is True
    now, past = found["data"]
    assert (now["is_published"], now["is_archived"]) == (True, True)
    assert (past["is_published"], past["is_archived"]) == (False, True)
    assert (past["run_id"], past["known_round"]) == ("past8", 1)


def test_season__of_the_archive_is_its_last_document(archived):
    document = archived.json(f"/v1/seasons/{PAST}")
    assert document["metadata"]["run"]["run_id"] == "past8"
    championship = archived.json(f"/v1/seasons/{PAST}/championship")
    assert championship["drivers"] == document["championship"]["drivers"]
    rows = archived.json(f"/v1/events?season={PAST}")["data"]
    assert [row["id"] for row in rows] == ["2025-first", "2025-second"]
    assert archived.json("/v1/events/2025-first")["made_from"]["run_id"] == "past8"
    assert archived.json(f"/v1/drivers/aaa?season={PAST}")["races"][0]["position"] == 1


def test_runs__are_all_of_them_in_either_order(archived, forecasts):
    every = [*ids(forecasts), *RUNS]
    assert [row["id"] for row in archived.json("/v1/runs")["data"]] == every
    newest = archived.json(f"/v1/runs?order=newest&season={PAST}&limit=2")
    assert [row["id"] for row in newest["data"]] == ["past8", "past7"]
    assert newest["next"] == f"/v1/runs?season={PAST}&order=newest&after=past7&limit=2"


def test_run__and_its_document_never_change(archived, forecasts):
    run_id = ids(forecasts)[0]
    run = archived.ask(f"/v1/runs/{run_id}")
    document = archived.ask(f"/v1/runs/{run_id}/document")
    assert document.content == forecasts[0]
    assert run.json()["known_round"] == 3
    for answer in (run, document):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert archived.ask("/v1/runs").headers["cache-control"] == "no-cache"


def test_history__has_a_row_for_each_run_that_moved_the_forecast(archived):
    found = archived.json("/v1/history?event_id=2025-first&driver_id=aaa")
    told = [(row["run_id"], row["horizon"], row["p_win"]) for row in found["data"]]
    before = [(f"past{number}", "a", number / 10) for number in range(1, 8)]
    assert told == [*before, ("past8", "c", 0.8)]
    second = archived.json("/v1/history?event_id=2025-second&driver_id=aaa")["data"]
    assert [row["run_id"] for row in second] == ["past1", "past8"]
    only = archived.json("/v1/history?event_id=2025-first&driver_id=aaa&horizon=c")["data"]
    assert [row["run_id"] for row in only] == ["past8"]


def test_history__of_a_scenario_and_a_sprint_are_their_own(archived):
    wet = archived.json("/v1/history?event_id=2025-miami&scenario=wet")["data"]
    assert {row["scenario"] for row in wet} == {"wet"}
    sprint = archived.json("/v1/history?event_id=2025-miami&session=sprint")["data"]
    assert {row["session"] for row in sprint} == {"sprint"}
    assert archived.json("/v1/history?event_id=2025-nowhere")["data"] == []


@pytest.mark.parametrize("after", ["past1", "past1.nobody", "nobody.aaa", ".", ""])
def test_history__a_row_that_is_not_there_is_told(archived, after):
    answer = archived.ask(f"/v1/history?event_id=2025-first&after={after}")
    assert (answer.status_code, answer.json()["parameter"]) == (404, "after")


def test_title_odds__are_those_of_every_run_or_of_the_last_before_the_next_race(
    archived, forecasts
):
    said = [json.loads(one)["championship"]["drivers"] for one in forecasts]
    rows = archived.json("/v1/title-odds?limit=500")["data"]
    assert [row["p_title"] for row in rows] == [
        one["p_title"]
        for drivers in said
        for one in sorted(drivers, key=lambda one: (-one["p_title"], one["driver_id"]))
    ]
    rounds = archived.json(f"/v1/title-odds?by=round&season={PAST}&driver_id=aaa")["data"]
    assert [(row["known_round"], row["run_id"]) for row in rounds] == [(0, "past7"), (1, "past8")]
    teams = archived.json(f"/v1/title-odds?kind=team&season={PAST}&team_id=team")["data"]
    assert len(teams) == len(RUNS)


def test_forecast__at_an_earlier_horizon_is_the_one_that_stood(archived):
    found = archived.json("/v1/events/2025-first/forecast?horizon=a")
    assert (found["source"], found["run_id"], found["horizon"]) == ("archive", "past7", "a")
    assert [row["p_win"] for row in found["data"]] == pytest.approx([0.7, 0.3])
    dry = archived.json("/v1/events/2025-first/forecast?horizon=a&scenario=dry")
    assert dry["scenario"] == "dry"
    assert {row["driver_id"] for row in dry["data"]} == {"aaa", "bbb"}
    none = archived.ask("/v1/events/2025-first/forecast?horizon=b")
    assert (none.status_code, none.json()["type"]) == (404, "/api#not-forecast")


def test_diff__of_two_runs_is_what_their_documents_say(archived, forecasts):
    first, second = ids(forecasts)
    found = archived.json(f"/v1/diff?a={first}&b={second}&limit=500")
    assert (found["a"]["id"], found["b"]["id"]) == (first, second)
    assert found["new_results"] == ["2025-bahrain", "2025-saudi-arabia"]
    assert (found["has_other_data"], found["is_same_forecast"]) == (True, False)
    was, now = (json.loads(one) for one in forecasts)
    for row in found["data"]:
        assert row["event_id"] not in {"2025-australia", "2025-bahrain", "2025-saudi-arabia"}
    titles = [row for row in found["data"] if row["what"] == "driver_title"]
    for row in titles:
        for key, document in (("before", was), ("now", now)):
            one = next(
                one
                for one in document["championship"]["drivers"]
                if one["driver_id"] == row["subject_id"]
            )
            assert row[key] == one["p_title"]
        assert row["change"] == pytest.approx(row["now"] - row["before"], abs=1e-6)
        assert row["is_beyond_noise"] == (abs(row["now"] - row["before"]) > row["noise"])
    changes = [abs(row["change"]) for row in found["data"]]
    assert changes == sorted(changes, reverse=True)


def test_diff__without_names_is_of_the_last_two_runs(archived, forecasts):
    found = archived.json("/v1/diff")
    assert [found["a"]["id"], found["b"]["id"]] == ids(forecasts)
    moved = archived.json("/v1/diff?moved=true&what=win")["data"]
    assert all(row["is_beyond_noise"] and row["what"] == "win" for row in moved)


def test_diff__of_a_run_with_itself_is_nothing(archived):
    found = archived.json("/v1/diff?a=past3&b=past3")
    assert found["is_same_forecast"] is True
    assert {row["change"] for row in found["data"]} == {0.0}
    assert (found["files"], found["new_results"]) == ([], [])


def test_diff__runs_of_two_seasons_and_the_first_run_are_told(archived, forecasts):
    answer = archived.ask(f"/v1/diff?a=past1&b={ids(forecasts)[0]}")
    assert (answer.status_code, answer.json()["type"]) == (409, "/api#not-comparable")
    assert archived.json("/v1/diff?a=past2")["b"]["id"] == "past8"
    assert archived.ask("/v1/diff?b=past1").status_code == 404
    assert archived.ask("/v1/diff?b=nobody").json()["type"] == "/api#unknown-id"


def test_scores__are_a_row_for_each_race_horizon_and_model(archived):
    rows = archived.json(f"/v1/scores?season={PAST}")["data"]
    assert [(row["horizon"], row["model"]) for row in rows] == [("a", "ours"), ("c", "ours")]
    assert rows[1]["winner_log_loss"] == pytest.approx(0.2231, abs=1e-4)  # -log 0.8
    only = archived.json("/v1/scores?horizon=c&model=ours&event_id=2025-first")["data"]
    assert [row["id"] for row in only] == ["2025-first.c.ours"]


def test_calibration__counts_what_came_of_the_forecasts_that_stood(archived):
    found = archived.json(f"/v1/calibration?season={PAST}")
    assert (found["n_races"], found["n_forecasts"]) == (1, 2)
    counted = {row["lower"]: (row["n"], row["frequency"]) for row in found["data"] if row["n"]}
    assert counted == {0.1: (1, 0.0), 0.8: (1, 1.0)}  # 1 - 0.8 is a hair below 0.2
    assert found["calibration_error"] == pytest.approx(0.2)
    every = archived.json("/v1/calibration?of=podium")
    assert every["n_races"] == 6
    assert every["seasons"] == [PAST, 2025]
    assert sum(row["n"] for row in every["data"]) == every["n_forecasts"]
    assert archived.json("/v1/calibration?season=2001")["calibration_error"] is None
