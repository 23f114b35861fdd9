"""The API against its own description: whatever is asked, the answer is as described."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from predictor.evaluate.summary import SUMMARY_METRICS
from services.web.api.answered import answered
from services.web.api.answers.track_record import RaceScore
from services.web.api.openapi import openapi
from services.web.api.problem_kinds import ARCHIVE_UNUSABLE
from services.web.api.route import Nothing
from services.web.api.table import TABLE
from services.web.api.view import View
from services.web.world import World
from tests.published.small_document import small_document
from tests.web.api.names import NAMES, names

TABLE_BY_NAME = {route.name: route for route in TABLE}
ENTRY = {
    "status": "active",
    "kind": "small",
    "trained_until": "2024-12-08",
    "created": "2025-01-02T03:04:05Z",
    "digest": "sha256:1",
}
MODELS = {
    "folder": "/somewhere",
    "name": "race_outcome",
    "serves": None,
    "watched": None,
    "line": [],
    "versions": {"2.0": ENTRY},
    "shipped": {"1.0": ENTRY | {"status": "retired"}},
    "backups": [],
    "notes": ["a note"],
}

HERE = {
    "season": "2025", "event_id": "2025-miami", "driver_id": "lando-norris", "team_id": "mclaren",
}  # fmt: skip


@pytest.fixture(scope="module")
def described():
    return openapi()


def validator(described, path):
    """Give what holds an answer to its description."""
    content = described["paths"][path]["get"]["responses"]["200"]["content"]
    (schema,) = (one["schema"] for kind, one in content.items() if kind != "text/csv")
    return Draft202012Validator({**schema, "components": described["components"]})


@pytest.mark.parametrize(
    "route",
    [route for route in TABLE if route.compute is not None],
    ids=lambda route: route.name,
)
def test_answer__is_as_it_is_described(archived, described, route):
    here = HERE | {"run_id": archived.json("/v1/runs")["data"][0]["id"]}
    address = route.path.format(**here)
    if route.path == "/v1/history":
        address += "?event_id=2025-miami"
    validator(described, route.path).validate(archived.json(address))


def test_answer__of_a_document_with_every_field_is_as_it_is_described(described, tmp_path):
    document = small_document()
    world = World(
        output=tmp_path,
        documents={2025: document},
        raw={2025: msgspec.json.encode(document)},
        default_season=2025,
        models=MODELS,
    )
    view = View(world)
    here = {"season": 2025, "event_id": "2025-first", "driver_id": "aaa", "team_id": "team"}
    for route in TABLE:
        if route.compute is not None and ARCHIVE_UNUSABLE not in route.kinds:
            asked = route.asked(**{name: here[name] for name in route.in_path})
            told = json.loads(answered(route, asked, view).body)
            validator(described, route.path).validate(told)
    found = json.loads(answered(TABLE_BY_NAME["get_models"], Nothing(), view).body)
    assert [one["version"] for one in found["registry"]["versions"]] == ["2.0", "1.0"]
    assert found["seasons"][0]["model"]["version"] == "1.2"
    assert "folder" not in found["registry"]  # places of the machine are nobody's business


def test_problem__is_as_it_is_described(archived, described):
    schema = {"$ref": "#/components/schemas/ProblemAnswer", "components": described["components"]}
    for address in (
        "/v1/events?x=1",
        "/v1/events?limit=0",
        "/v1/runs/x",
        "/v1/x",
        "/v1/schema?a=b",
    ):
        answer = archived.ask(address)
        assert answer.status_code >= 400
        Draft202012Validator(schema).validate(answer.json())


def test_scores__have_every_metric_that_there_is():
    assert set(SUMMARY_METRICS) <= set(RaceScore.__struct_fields__)


def test_names__are_added_and_never_taken_away(described):
    kept = NAMES.read_text(encoding="utf-8").splitlines()
    now = names(described)
    assert [one for one in kept if one not in now] == []
    assert now == kept, "new names: python -m tests.web.api.names"
