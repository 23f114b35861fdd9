"""Bad input: a clear message, the right exit code, and nothing lost."""

import json

import pytest


def test_bad_input__an_unknown_driver_in_the_weights_is_a_usage_error(season):
    copy = season()
    run = copy.forecast("--driver-weights", "VRE=1.2")
    assert run.code == 2
    assert "VRE" in run.err
    assert "did you mean" in run.err
    assert not copy.output.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--driver-weights", "VER=fast"), "number"),
        (("--driver-weights", '{"VER": 1.2'), "JSON"),
        (("--driver-weights", "VER=5"), "out of range"),
        (("--scenarios", "dry", "fog"), "fog"),
    ],
)
def test_bad_input__options_that_cannot_be_served_say_so_and_exit_with_2(season, options, words):
    run = season().forecast(*options)
    assert run.code == 2
    assert words in run.err
    assert "Traceback" not in run.err


def test_bad_input__an_empty_folder_is_no_usable_input(season, tmp_path):
    copy = season()
    empty = tmp_path / "empty"
    empty.mkdir()
    run = type(copy)(empty, copy.output).forecast()
    assert run.code == 65
    assert str(empty) in run.err


def test_bad_input__a_folder_that_is_not_there_is_said_so(season, tmp_path):
    run = type(season())(tmp_path / "nowhere", tmp_path / "out.json").forecast()
    assert run.code == 2
    assert "nowhere" in run.err


def test_bad_input__an_output_that_cannot_be_written_is_found_before_any_work(season, tmp_path):
    (tmp_path / "file").write_text("")
    copy = season()
    run = type(copy)(copy.folder, tmp_path / "file" / "out.json").forecast()
    assert run.code == 73
    assert "file" in run.err
    assert "Traceback" not in run.err


def test_bad_input__broken_files_are_set_aside_and_the_rest_goes_on(season):
    copy = season()
    good = copy.forecast("--incremental-update").document
    (copy.event("monaco") / "half.json").write_text('{"season": 2025, "results": [')
    (copy.folder / "readme.json").write_text('{"hello": "world"}')
    run = copy.forecast("--incremental-update")
    assert run.code == 0
    assert run.document["predictions"] == good["predictions"]
    rejected = {
        item["file"].split("/")[-1]: item["reason"] for item in run.document["metadata"]["rejected"]
    }
    assert rejected.keys() == {"half.json", "readme.json"}
    assert run.document["metadata"]["status"] == "degraded"
    assert "half.json" in run.err


def test_bad_input__half_a_race_is_named_and_never_scored(season):
    copy = season()
    folder = copy.event("abu-dhabi")
    race = json.loads((folder / "race.json").read_text())
    rows = [
        {
            "number": str(r["number"]), "position": str(i), "positionText": str(i), "points": "0",
            "Driver": {"driverId": r["driver_id"], "code": r["driver"], "givenName": "x",
                       "familyName": "y"},
            "Constructor": {"constructorId": "t", "name": r["team"]}, "grid": "1", "laps": "58",
            "status": "Finished",
        }
        for i, r in enumerate(race["results"][:10], start=1)
    ]  # fmt: skip
    page = {
        "MRData": {
            "limit": "10", "offset": "0", "total": "20",
            "RaceTable": {"season": "2025", "round": "24", "Races": [{
                "season": "2025", "round": "24", "raceName": "Abu Dhabi Grand Prix",
                "Circuit": {"circuitId": "yas_marina"}, "date": "2025-12-07", "Results": rows}]},
        }
    }  # fmt: skip
    (folder / "race.json").write_text(json.dumps(page))
    run = copy.forecast("--incremental-update")
    assert run.code == 0
    event = run.document["predictions"]["Abu Dhabi Grand Prix"]
    assert event["metadata"]["status"] == "scheduled"
    assert "scores" not in event
    reason = run.document["metadata"]["rejected"][0]["reason"]
    assert "page 1 of 2" in reason
    assert "10 of 20 drivers" in reason


def test_bad_input__an_output_that_is_a_session_file_is_refused(season):
    copy = season()
    entries = copy.folder / "entries.json"
    before = entries.read_bytes()
    run = type(copy)(copy.folder, entries).forecast("--incremental-update")
    assert run.code == 2
    assert "what is there would be lost" in run.err
    assert entries.read_bytes() == before


def test_bad_input__no_path_of_this_machine_reaches_the_document(season, tmp_path):
    copy = season()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert type(copy)(empty, copy.output).forecast().code == 65
    run = copy.forecast("--incremental-update")
    history = run.document["metadata"]["training_history"]
    assert [entry["outcome"] for entry in history] == ["failed", "published"]
    assert "NoUsableInput" in history[0]["error"]
    assert str(tmp_path) not in run.path.read_text()


def test_bad_input__weights_of_a_whole_field_are_no_file_name(season):
    copy = season()
    entries = json.loads((copy.folder / "entries.json").read_text())["drivers"]
    weights = ",".join(f"{d['id']}=1.1" for d in entries if d["role"] == "race")
    assert len(weights) > 300
    run = copy.forecast("--incremental-update", "--driver-weights", weights)
    assert run.code == 0, run.err
