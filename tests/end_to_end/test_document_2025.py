"""The invariants of the season contract, on the document of a real season."""

import itertools
import json
import math
from datetime import datetime

import pytest

from tests.end_to_end.conftest import ROOT

RACE_POINTS = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)


def blocks(document):
    for name, event in document["predictions"].items():
        yield name, "headline", event["predictions"]
        for scenario, block in event["scenarios"].items():
            yield name, scenario, block["predictions"]


def numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, float):
        yield value


def test_document__holds_24_events_in_calendar_order(document_2025):
    rounds = [event["metadata"]["round"] for event in document_2025["predictions"].values()]
    assert rounds == list(range(1, 25))


def test_document__every_row_and_column_sums_to_one(document_2025):
    for name, scenario, rows in blocks(document_2025):
        for row in rows:
            assert sum(row["p_position"]) == pytest.approx(1, abs=1e-3), (name, scenario)
        for column in zip(*(row["p_position"] for row in rows), strict=True):
            assert sum(column) == pytest.approx(1, abs=1e-3), (name, scenario)
        assert sum(row["p_win"] for row in rows) == pytest.approx(1, abs=1e-3)


def test_document__probabilities_are_ordered_and_finite(document_2025):
    assert all(math.isfinite(number) for number in numbers(document_2025))
    for _, _, rows in blocks(document_2025):
        for row in rows:
            assert 0 <= row["p_win"] <= row["p_podium"] <= row["p_points"] <= 1
            assert 0 <= row["p_dnf"] <= 1
            assert row["p_win"] == row["p_position"][0]
            assert row["interval_90"][0] <= row["interval_90"][1]


def test_document__the_headline_is_the_mixture_of_the_scenarios(document_2025):
    for event in document_2025["predictions"].values():
        assert sum(s["probability"] for s in event["scenarios"].values()) == pytest.approx(
            1, abs=1e-5
        )
        mixed = dict.fromkeys((row["driver_id"] for row in event["predictions"]), 0.0)
        for scenario in event["scenarios"].values():
            for row in scenario["predictions"]:
                mixed[row["driver_id"]] += scenario["probability"] * row["p_win"]
        for row in event["predictions"]:
            assert row["p_win"] == pytest.approx(mixed[row["driver_id"]], abs=2e-5)


def test_document__expected_points_follow_from_positions_and_rules(document_2025):
    for _, _, rows in blocks(document_2025):
        for row in rows:
            points = sum(p * n for p, n in zip(row["p_position"], RACE_POINTS, strict=False))
            assert row["expected_points"] == pytest.approx(points, abs=2e-3)


def test_document__no_two_events_carry_the_same_vector(document_2025):
    vectors = [
        tuple(sorted((row["driver_id"], row["p_win"]) for row in event["predictions"]))
        for event in document_2025["predictions"].values()
    ]
    assert all(one != other for one, other in itertools.combinations(vectors, 2))


def test_document__ids_codes_names_and_numbers_are_one_to_one_within_an_event(document_2025):
    for event in document_2025["predictions"].values():
        for field in ("driver_id", "driver", "name", "number"):
            values = [row[field] for row in event["predictions"]]
            assert len(set(values)) == len(values)


def test_document__a_driver_who_changed_teams_has_the_right_one_in_each_event(document_2025):
    def team(event, driver_id):
        rows = document_2025["predictions"][event]["predictions"]
        return next(row["team"] for row in rows if row["driver_id"] == driver_id)

    assert team("Chinese Grand Prix", "yuki-tsunoda") == "Racing Bulls"
    assert team("Japanese Grand Prix", "yuki-tsunoda") == "Red Bull"
    assert team("Chinese Grand Prix", "liam-lawson") == "Red Bull"
    assert team("Japanese Grand Prix", "liam-lawson") == "Racing Bulls"


def test_document__every_cut_off_is_before_its_race(document_2025):
    calendar = json.loads((ROOT / "race-data" / "2025" / "calendar.json").read_text())
    starts = {
        event["event_id"]: event["sessions"]["race"]["starts_at"] for event in calendar["events"]
    }
    for event in document_2025["predictions"].values():
        metadata = event["metadata"]
        start = datetime.fromisoformat(starts[metadata["event_id"]])
        assert datetime.fromisoformat(metadata["as_of"]) < start
        assert metadata["horizon"] == "c"


def test_document__says_when_and_by_which_clock_an_event_is_run(document_2025):
    metadata = document_2025["predictions"]["Las Vegas Grand Prix"]["metadata"]
    assert metadata["time_zone"] == "America/Los_Angeles"
    assert metadata["sessions"]["race"] == {"starts_at": "2025-11-23T04:00:00Z"}
    assert metadata["date"] == "2025-11-22"  # there it is the evening before
    assert list(metadata["sessions"]) == ["fp1", "fp2", "fp3", "qualifying", "race"]


def test_document__names_the_sessions_that_files_tell_of(document_2025):
    metadata = document_2025["predictions"]["Belgian Grand Prix"]["metadata"]
    assert metadata["inputs"]["sessions"] == ["qualifying"]  # what the forecast looks at
    assert metadata["known_sessions"] == [
        *("fp1", "sprint-qualifying", "sprint", "qualifying", "race")
    ]


def test_document__a_finished_season_crowns_the_champions(document_2025):
    drivers = document_2025["championship"]["drivers"]
    assert (drivers[0]["driver"], drivers[0]["p_title"]) == ("NOR", 1.0)
    assert drivers[0]["points"] == dict.fromkeys(("current", "mean", "p05", "p50", "p95"), 423.0)
    assert drivers[1]["points"]["current"] == 421.0  # Verstappen
    teams = document_2025["championship"]["constructors"]
    assert (teams[0]["team_id"], teams[0]["points"]["current"]) == ("mclaren", 833.0)


def test_document__credits_its_sources(document_2025):
    assert any(
        "f1db" in source["name"] and source["licence"] == "CC BY 4.0"
        for source in document_2025["metadata"]["sources"]
    )


def test_document__scores_are_those_of_the_headline(document_2025):
    for event in document_2025["predictions"].values():
        p_win = {row["driver_id"]: row["p_win"] for row in event["predictions"]}
        clipped = {driver: max(p, 1e-4) for driver, p in p_win.items()}
        loss = -math.log(clipped[event["result"]["winner"]] / sum(clipped.values()))
        assert event["scores"]["winner_log_loss"] == pytest.approx(loss, abs=2e-2)
