"""The page of the API says what the table says, in the site's frame."""

from __future__ import annotations

import re

import pytest

from services.web.api.problem_kinds import KINDS
from services.web.api.table import TABLE
from services.web.derived.schema_words import schema_words


@pytest.fixture(scope="module")
def page(api):
    answer = api.ask("/api")
    assert answer.status_code == 200
    return answer.text


def test_page__has_every_address_with_its_parameters(page):
    for route in TABLE:
        block = page.partition(f'<h3 id="{route.name}">')[2].partition("</article>")[0]
        assert f"{route.method} {route.path}" in block
        for name in route.parameters:
            assert f'<th scope="row"><code>{name}</code>' in block


def test_page__has_a_place_for_every_kind_of_problem(page):
    for kind in KINDS:
        assert f'id="{kind.uri.partition("#")[2]}"' in page


def test_page__its_examples_lead_to_answers(page, api):
    examples = re.findall(r'<a href="([^"]+)">Example', page)
    assert len(examples) > 10
    for address in examples:
        if address not in ("/v1/stream", "/v1/runs", "/v1/title-odds", "/v1/diff", "/v1/scores"):
            status = api.ask(address.replace("&amp;", "&"), method="HEAD").status_code
            assert status == 200 or "history" in address or "calibration" in address, address


def test_page__no_two_places_have_one_name(page):
    found = re.findall(r' id="([^"]+)"', page)
    assert len(set(found)) == len(found)


def test_page__is_there_before_anything_is_published_and_with_results_hidden(tmp_path, api):
    from tests.web.api.conftest import Api  # noqa: PLC0415 - not the fixture of its name

    empty = Api(tmp_path)
    assert empty.ask("/api").status_code == 200
    empty.close()
    assert 'href="/api"' in api.ask("/api?hide=results").text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 500}, "whole number, 1 to 500"),
        ({"type": "number", "minimum": 0}, "number, at least 0"),
        ({"$ref": "#/x/Horizon"}, "a or b or c"),
        ({"$ref": "#/x/Row"}, "Row"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or null"),
        ({"type": "array", "items": {"$ref": "#/x/Row"}}, "list of Row"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "object of number"),
        ({"type": "object"}, "object"),
        ({}, "anything"),
    ],
)
def test_schema_words__say_what_a_value_may_be(schema, words):
    named = {"Horizon": {"enum": ["a", "b", "c"]}, "Row": {"type": "object"}}
    assert schema_words(schema, named) == words
