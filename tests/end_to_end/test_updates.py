"""What a change in the folder recomputes, seen from the command line."""

import json
import shutil

import pytest

EVENTS = 24
SCENARIOS = 3


def ran(run, prefix):
    return {name for name, why in run.stages.items() if name.startswith(prefix) and why != "reused"}


def forecasts(document, event):
    block = document["predictions"][event]
    return {key: value for key, value in block.items() if key not in ("result", "scores")}


@pytest.fixture
def settled(season):
    """A season with its document made, and the run that made it."""
    copy = season()
    (copy.event("monaco") / "fp2.json").rename(copy.folder.parent / "fp2.json")
    run = copy.forecast("--incremental-update")
    assert run.code == 0, run.err
    return copy, run.document


def test_update__a_second_run_recomputes_nothing(settled):
    copy, before = settled
    written = copy.output.stat().st_mtime_ns
    run = copy.forecast("--incremental-update")
    assert run.code == 0
    assert not ran(run, "")
    assert copy.output.stat().st_mtime_ns == written
    assert run.document == before


def test_update__one_new_practice_file_recomputes_one_event(settled):
    copy, _ = settled
    # At horizon (b) practice counts; at (c) the grid speaks for itself.
    before = copy.forecast("--incremental-update", "--horizon", "b").document
    shutil.copy(copy.folder.parent / "fp2.json", copy.event("monaco"))
    run = copy.forecast("--incremental-update", "--horizon", "b")
    assert run.code == 0
    assert ran(run, "forecast/") == {
        f"forecast/2025-monaco/{scenario}" for scenario in ("dry", "wet", "safety_car")
    }
    for event in before["predictions"]:
        same = forecasts(run.document, event) == forecasts(before, event)
        assert same == (event != "Monaco Grand Prix")
    rebuilt = copy.forecast("--force-retrain", "--horizon", "b").document
    assert rebuilt["predictions"] == run.document["predictions"]


def test_update__a_corrected_result_leaves_earlier_events_as_they_were(settled):
    copy, before = settled
    path = copy.event("saudi-arabia") / "race.json"
    race = json.loads(path.read_text())
    first, second = race["results"][:2]
    for key in ("driver", "driver_id", "number", "team", "engine", "grid", "best_s"):
        first[key], second[key] = second[key], first[key]
    path.write_text(json.dumps(race))
    run = copy.forecast("--incremental-update")
    assert run.code == 0, run.err
    names = list(before["predictions"])
    for event in names[:5]:
        assert forecasts(run.document, event) == forecasts(before, event)
    for event in names[5:]:
        assert forecasts(run.document, event) != forecasts(before, event)
    assert len(ran(run, "forecast/")) == (EVENTS - 5) * SCENARIOS
    assert run.document["predictions"][names[4]]["result"]["winner"] == "max-verstappen"


def test_update__white_space_stops_at_the_parser(settled):
    copy, before = settled
    path = copy.event("miami") / "qualifying.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=3))
    run = copy.forecast("--incremental-update")
    assert len(ran(run, "parse/")) == 1
    assert not ran(run, "forecast/")
    assert run.document["predictions"] == before["predictions"]


def test_update__weights_recompute_forecasts_and_keep_the_unweighted_ones(settled):
    copy, before = settled
    run = copy.forecast("--incremental-update", "--driver-weights", "NOR=1.5")
    assert run.code == 0, run.err
    assert not ran(run, "form/")
    assert not any("/unweighted/" in name for name in ran(run, "forecast/"))
    for name, event in run.document["predictions"].items():
        plain = {row["driver_id"]: row for row in before["predictions"][name]["predictions"]}
        for row in event["predictions"]:
            assert row["unweighted"]["p_win"] == plain[row["driver_id"]]["p_win"]
    norris = [
        (row["p_win"], row["unweighted"]["p_win"])
        for event in run.document["predictions"].values()
        for row in event["predictions"]
        if row["driver"] == "NOR"
    ]
    assert sum(p > q for p, q in norris) >= 20


def test_update__a_run_without_reuse_gives_the_same_document(settled):
    copy, before = settled
    for options in ((), ("--force-retrain", "--incremental-update", "--jobs", "1")):
        run = copy.forecast(*options)
        assert len(ran(run, "forecast/")) == EVENTS * SCENARIOS
        assert run.document["predictions"] == before["predictions"]
        assert run.document["championship"] == before["championship"]
