"""Told races stand beside a season document and nowhere else, whole and of their own kind."""

from __future__ import annotations

import json

import jsonschema
import pytest

from predictor.errors import UsageError
from predictor.published.told_types import ToldRace
from services.errors import SomebodysFile
from services.publishing.told_races import (
    ToldDamaged,
    check_told_folder,
    is_of,
    publish_told,
    read_told,
    told_name,
)
from tests.published.small_document import as_json, small_document
from tests.published.small_told import as_bytes, small_told
from tests.rules.document_files import told_schema


def test_publish_told__stands_under_its_events_name_and_replaces_an_earlier_one(tmp_path):
    for sim in (1, 2):
        told = {"sim": sim, "scenario": "dry", "chosen": "asked for"}
        path = publish_told(as_bytes(told=told), tmp_path)
    assert path == tmp_path / "told" / "2025-monaco.json"
    assert [one.name for one in path.parent.iterdir()] == ["2025-monaco.json"]
    assert read_told(path.read_bytes()).told.sim == 2


def test_told_name__a_sprint_has_a_file_of_its_own():
    assert told_name("2025-china", "race") == "2025-china"
    assert told_name("2025-china", "sprint") == "2025-china-sprint"


def test_check_told_folder__takes_a_folder_with_a_season_document_alone(tmp_path):
    for folder in (tmp_path / "missing", tmp_path):
        with pytest.raises(UsageError) as caught:
            check_told_folder(folder)
        assert caught.value.where == str(folder)
        assert "--output" in caught.value.do
    (tmp_path / "notes.json").write_text('{"mine": true}')
    with pytest.raises(UsageError):
        check_told_folder(tmp_path)
    (tmp_path / "season.json").write_text(json.dumps(as_json(small_document())))
    check_told_folder(tmp_path)


def test_publish_told__leaves_what_is_somebodys(tmp_path):
    (tmp_path / "told").mkdir()
    mine = tmp_path / "told" / "2025-monaco.json"
    mine.write_text("a text of mine")
    with pytest.raises(SomebodysFile):
        publish_told(as_bytes(), tmp_path)
    assert mine.read_text() == "a text of mine"


@pytest.mark.parametrize(
    ("payload", "got"),
    [
        (b"", "truncated"),
        (as_bytes()[:-1], "truncated"),
        (b"{}", "schema_version"),
        (as_bytes().replace(b'"n_laps":4', b'"n_laps":"four"'), "$.race.n_laps"),
        (as_bytes().replace(b'"lap":3,"leader"', b'"lap":0,"leader"'), "$.leader_odds"),
        (as_bytes().replace(b'"kind":"lead"', b'"kind":"leap"', 1), "happenings"),
        (as_bytes().replace(b'"schema_version":"1', b'"schema_version":"2'), "schema_version"),
    ],
)
def test_read_told__names_the_place_that_is_wrong(payload, got):
    with pytest.raises(ToldDamaged) as caught:
        read_told(payload)
    assert got in caught.value.got
    assert caught.value.do


def test_read_told__files_of_the_version_before_have_no_odds_of_leaders():
    value = json.loads(as_bytes(schema_version="1.2.0"))
    del value["leader_odds"]
    assert isinstance(read_told(json.dumps(value).encode()), ToldRace)


def test_is_of__a_race_is_of_the_forecast_whose_odds_it_has():
    document = small_document()
    name, event = next(iter(document.predictions.items()))
    rows = [
        json.loads(json.dumps(one)) for one in as_json(document)["predictions"][name]["predictions"]
    ]
    known = {"event_id": event.metadata.event_id}
    told = json.loads(as_bytes())
    race = small_told(event=told["event"] | known, distribution=rows)
    assert is_of(race, document)
    rows[0]["p_win"] = 0.123
    assert not is_of(small_told(event=told["event"] | known, distribution=rows), document)
    assert not is_of(small_told(), document)  # of another event


def test_small_told__is_as_the_schema_has_it():

    jsonschema.Draft7Validator(json.loads(told_schema())).validate(json.loads(as_bytes()))
