"""What the types take is what the schema allows, and earlier documents can be read."""

from __future__ import annotations

import copy
import json

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.published.season_types import SeasonDocument
from tests.published.small_document import as_json, small_document
from tests.rules.document_files import season_schema

REFEREE = jsonschema.Draft7Validator(json.loads(season_schema()))
DOCUMENT = as_json(small_document())
OTHERS = (None, True, -1, -0.5, 0, 0.5, 1.5, 2, "", "x", [], {}, [1], {"a": 1}, 2**60)
# What only a reader of earlier versions does without; the schema wants it written.
FIELDS_ADDED_LATER = {
    "time_zone",
    "sessions",
    "passed_over",
    "note_details",
    "winner_gain",
    "stage_seconds",
    "events",
    "sprint_scores",
}

# Objects whose names are anybody's: a further one is no field.
BY_NAME = {
    (name,)
    for name in (
        "driver_weights",
        "host",
        "predictions",
        "scenarios",
        "scores",
        "sessions",
        "sprint_scores",
        "stage_seconds",
        "team_weights",
        "weights",
    )
}


def places(value, path=()):
    """Give the paths of all that is in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from places(one, (*path, key))


PLACES = list(places(DOCUMENT))


def changed(path, change):
    """Give the document with something else at a path, or without it."""
    document = copy.deepcopy(DOCUMENT)
    at = document
    for key in path[:-1]:
        at = at[key]
    if change is None:
        del at[path[-1]]
    else:
        at[path[-1]] = change[0]
    return document


def is_read(document):
    try:
        msgspec.json.decode(msgspec.json.encode(document), type=SeasonDocument)
    except msgspec.ValidationError:
        return False
    return True


def test_season_document__every_field_is_in_the_small_one():
    assert list(REFEREE.iter_errors(DOCUMENT)) == []
    definitions = json.loads(season_schema())["definitions"]
    seen = {key for path in PLACES for key in path if isinstance(key, str)}
    named = {name for one in definitions.values() for name in one.get("properties", ())}
    assert named - seen == set()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), st.one_of(st.none(), st.tuples(st.sampled_from(OTHERS))))
def test_season_document__types_and_schema_refuse_the_same(path, change):
    document = changed(path, change)
    if change is None and path[-1] in FIELDS_ADDED_LATER and path[-2:-1] != ("inputs",):
        assert is_read(document)
        return
    # Readers pass over fields they do not know; the schema of what is written allows none.
    unknown = any(
        error.validator == "additionalProperties" for error in REFEREE.iter_errors(document)
    )
    assert unknown or is_read(document) == REFEREE.is_valid(document)


@pytest.mark.parametrize("name", sorted(FIELDS_ADDED_LATER))
def test_season_document__a_field_that_an_earlier_version_lacked_can_be_missing(name):
    found = [path for path in PLACES if path[-1] == name and path[-2:-1] != ("inputs",)]
    assert found
    assert all(is_read(changed(path, None)) for path in found)


def test_season_document__fields_of_a_later_version_are_passed_over():
    later = copy.deepcopy(DOCUMENT)
    for path in [(), *PLACES]:
        at = later
        for key in path:
            at = at[key]
        if isinstance(at, dict) and path[-1:] not in BY_NAME:
            at["added_later"] = {"x": 1}
    read = msgspec.json.decode(msgspec.json.encode(later), type=SeasonDocument)
    assert read.predictions == small_document().predictions


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metadata", "data_hash"), "sha256:0"),
        (("metadata", "generated_at"), "2025-03-16T04:00:00"),
        (("predictions", "2025-first Grand Prix", "predictions", 0, "p_win"), 1.01),
        (("predictions", "2025-first Grand Prix", "predictions", 0, "interval_90"), [1]),
        (("predictions", "2025-first Grand Prix", "metadata", "round"), 0),
    ],
)
def test_season_document__bounds_and_forms_are_checked(path, value):
    document = changed(path, (value,))
    assert not is_read(document)
    assert not REFEREE.is_valid(document)


def test_season_document__is_written_in_the_order_of_the_contract():
    assert list(DOCUMENT) == [
        "schema_version",
        "metadata",
        "championship",
        "scores",
        "sprint_scores",
        "predictions",
    ]
    assert list(DOCUMENT["metadata"])[:4] == ["generated_at", "training_time", "season", "as_of"]
    assert list(DOCUMENT["metadata"])[-2:] == ["training_history", "run"]
    row = DOCUMENT["predictions"]["2025-first Grand Prix"]["predictions"][0]
    assert list(row)[:7] == ["driver", "driver_id", "name", "number", "team", "team_id", "p_win"]
