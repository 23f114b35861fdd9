"""The description against the table, the router and the rules of OpenAPI."""

from __future__ import annotations

import json
import pkgutil
from importlib import import_module

import pytest
from openapi_spec_validator import validate

from services.web.api import answers
from services.web.api.openapi import openapi
from services.web.api.table import TABLE
from services.web.routes import ROUTES
from services.web.what_if.question import FIELDS


@pytest.fixture(scope="module")
def description(api):
    return api.json("/openapi.json")


def test_openapi__is_openapi(description):
    validate(description)
    assert description["openapi"] == "3.1.0"


def test_openapi__has_what_the_table_has_in_its_order(description):
    said = [(path, method) for path, one in description["paths"].items() for method in one]
    assert said == [(route.path, route.method.lower()) for route in TABLE]
    for route in TABLE:
        told = description["paths"][route.path][route.method.lower()]
        assert [one["name"] for one in told["parameters"]] == [one.name for one in route.fields]


def test_router__has_what_the_table_has_and_no_more():
    routed = {
        (plug.route.path.replace(":str", ""), method)
        for plug in ROUTES
        if plug.route.path.startswith("/v1/")
        for method in plug.route.methods - {"HEAD"}
    }
    of_the_server = {"/v1/stream", "/openapi.json", "/healthz", "/readyz", "/metrics"}
    assert routed == {(one.path, one.method) for one in TABLE if one.path not in of_the_server}


@pytest.mark.parametrize("path", ["/v1/stream", "/openapi.json", "/healthz", "/readyz", "/metrics"])
def test_server__answers_what_the_table_leaves_to_it(api, path):
    assert path in {route.path for route in TABLE}
    assert api.ask(path, method="HEAD").status_code == 200


def test_openapi__says_of_a_question_what_a_question_may_have(description):
    said = description["components"]["schemas"]["Opinion"]["properties"]
    assert tuple(said) == FIELDS


def test_openapi__no_two_operations_have_one_name():
    names = [route.name for route in TABLE]
    assert len(set(names)) == len(names)


def test_openapi__every_field_of_ours_says_what_it_is(description):
    for name, schema in description["components"]["schemas"].items():
        assert schema.get("description"), name
    for path, methods in description["paths"].items():
        for told in methods.values():
            assert told["summary"][-1] != ".", path
            for parameter in told["parameters"]:
                assert parameter["description"], (path, parameter["name"])


def test_openapi__says_where_the_server_is_found():
    assert openapi()["servers"] == [{"url": "/"}]
    assert openapi("https://a.example")["servers"] == [{"url": "https://a.example"}]


def test_openapi__its_bytes_are_the_same_each_time(api):
    first, second = api.ask("/openapi.json"), api.ask("/openapi.json")
    assert first.content == second.content
    assert json.loads(first.content)["info"]["title"]


def test_openapi__every_field_of_an_answer_is_described(description):
    rooms = [module.name for module in pkgutil.iter_modules(answers.__path__)]
    found = [import_module(f"{answers.__name__}.{name}") for name in rooms]
    names = {name for module in found for name in module.__all__}
    schemas = description["components"]["schemas"]
    # What refers to another type is described there.
    silent = [
        f"{name}.{field}"
        for name in sorted(names & set(schemas))
        for field, said in schemas[name].get("properties", {}).items()
        if "description" not in said and "$ref" not in said
    ]
    assert silent == []
