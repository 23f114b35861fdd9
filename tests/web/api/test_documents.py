"""What the API says of seasons, events, drivers and teams, against the document itself."""

from __future__ import annotations

import pytest


def test_seasons__lists_what_is_published(api, document):
    found = api.json("/v1/seasons")
    assert found["default_season"] == 2025
    (row,) = found["data"]
    assert row["id"] == 2025
    assert row["run_id"] == document["metadata"]["run"]["run_id"]
    assert row["known_round"] == 5
    assert row["is_published"] is True


def test_season__is_the_document_byte_for_byte(api, forecasts):
    assert api.ask("/v1/seasons/2025").content == forecasts[-1]


def test_championship__is_that_of_the_document(api, document):
    found = api.json("/v1/seasons/2025/championship")
    assert found["drivers"] == document["championship"]["drivers"]
    assert found["constructors"] == document["championship"]["constructors"]
    assert found["made_from"]["run_id"] == document["metadata"]["run"]["run_id"]


def test_events__are_those_of_the_calendar_in_its_order(api, document):
    rows = api.json("/v1/events")["data"]
    assert [row["name"] for row in rows] == list(document["predictions"])
    assert [row["round"] for row in rows] == list(range(1, len(rows) + 1))


def test_events__a_status_leaves_the_others_out(api):
    run = api.json("/v1/events?status=completed")["data"]
    assert [row["id"] for row in run] == [
        "2025-australia", "2025-china", "2025-japan", "2025-bahrain",
        "2025-saudi-arabia",
    ]  # fmt: skip
    assert all(row["winner_driver_id"] for row in run)
    others = api.json("/v1/events?status=scheduled")["data"]
    assert {row["winner_driver_id"] for row in others} == {None}


def test_event__has_all_that_the_document_has(api, document):
    found = api.json("/v1/events/2025-japan")
    block = document["predictions"]["Japanese Grand Prix"]
    assert {name: found[name] for name in block} == block
    assert list(found)[:2] == ["id", "url"]
    assert (found["previous_url"], found["next_url"]) == (
        "/v1/events/2025-china",
        "/v1/events/2025-bahrain",
    )


def test_event__next_and_latest_stand_on_both_sides_of_now(api):
    assert api.json("/v1/events/latest")["id"] == "2025-saudi-arabia"
    assert api.json("/v1/events/next")["id"] == "2025-miami"


def test_forecast__is_a_row_per_driver(api, document):
    found = api.json("/v1/events/2025-japan/forecast")
    block = document["predictions"]["Japanese Grand Prix"]
    assert (found["source"], found["scenario"], found["horizon"]) == (
        "document",
        None,
        block["metadata"]["horizon"],
    )
    for row, said in zip(found["data"], block["predictions"], strict=True):
        assert row == {name: said[name] for name in row}


@pytest.mark.parametrize("session", ["race", "sprint"])
def test_forecast__of_a_scenario_or_sprint_is_that_of_the_document(api, document, session):
    found = api.json(f"/v1/events/2025-miami/forecast?scenario=wet&session={session}")
    block = document["predictions"]["Miami Grand Prix"]
    said = (block if session == "race" else block["sprint"])["scenarios"]["wet"]
    assert found["scenario_probability"] == said["probability"]
    assert [row["p_win"] for row in found["data"]] == [row["p_win"] for row in said["predictions"]]
    assert all(row["name"] for row in found["data"])


def test_driver__has_every_race_of_his(api, document):
    one = document["championship"]["drivers"][0]
    found = api.json(f"/v1/drivers/{one['driver_id']}")
    assert (found["p_title"], found["points_now"]) == (one["p_title"], one["points"]["current"])
    order = document["predictions"]["Bahrain Grand Prix"]["result"]["order"]
    said = next(row for row in order if row["driver_id"] == one["driver_id"])
    race = next(row for row in found["races"] if row["event_id"] == "2025-bahrain")
    assert (race["position"], race["points"], race["result"]) == (
        said["position"],
        said["points"],
        said["status"],
    )


def test_team__has_its_cars(api):
    team = api.json("/v1/teams/mclaren")
    assert set(team["driver_ids"]) == {"lando-norris", "oscar-piastri"}
    assert {race["driver_id"] for race in team["races"]} == set(team["driver_ids"])
    for driver_id in team["driver_ids"]:
        assert api.json(f"/v1/drivers/{driver_id}")["team_id"] == "mclaren"


def test_health__says_what_the_document_says(api):
    found = api.json("/v1/health")
    assert (found["status"], found["daemon"], found["archive"]["state"]) == ("ok", "none", "none")
    assert found["seasons"][0]["rejected"] == []


@pytest.mark.parametrize(
    "address",
    ["/v1/seasons/1999", "/v1/seasons/1999/championship", "/v1/events?season=1999",
     "/v1/events/2025-nowhere", "/v1/events/2025-nowhere/forecast", "/v1/drivers/nobody",
     "/v1/teams/nobody", "/v1/drivers/lando-norris?season=1999"],
)  # fmt: skip
def test_unknown__is_told_by_its_kind_and_what_to_do(api, address):
    answer = api.ask(address)
    told = answer.json()
    assert (answer.status_code, told["type"]) == (404, "/api#unknown-id")
    assert told["do"].startswith("GET /v1/")


def test_forecast__what_was_not_forecast_is_no_unknown_event(api):
    told = api.ask("/v1/events/2025-japan/forecast?session=sprint")
    assert (told.status_code, told.json()["type"]) == (404, "/api#not-forecast")
    told = api.ask("/v1/events/2025-japan/forecast?horizon=a")  # only an archive would know
    assert (told.status_code, told.json()["type"]) == (404, "/api#no-archive")


def test_teams__have_their_colours_in_both_schemes(api):
    team = api.json("/v1/teams/mclaren")
    assert (team["team_colour_light"], team["team_colour_dark"]) == ("#dc7105", "#f38d47")
    driver = api.json("/v1/drivers/oscar-piastri")
    assert (driver["team_colour_light"], driver["is_second_car"]) == ("#dc7105", True)
    assert not api.json("/v1/drivers/lando-norris")["is_second_car"]
