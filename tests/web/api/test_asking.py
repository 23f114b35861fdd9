"""Requests as they should not be, and answers that need not be sent again."""

from __future__ import annotations

import gzip

import pytest

from services.web.api.asking import address_of, read_asked
from services.web.api.table import TABLE

ROUTES = {route.name: route for route in TABLE}


def test_parameter__an_unknown_one_is_refused_by_name(api):
    answer = api.ask("/v1/events?state=completed")
    told = answer.json()
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == "/api#unknown-parameter"
    assert told["parameter"] == "state"
    assert told["allowed"] == ["season", "status", "after", "limit", "format", "csv"]


@pytest.mark.parametrize("address", ["/v1/health?x=1", "/openapi.json?x=1", "/v1/events/next?x="])
def test_parameter__an_address_without_any_takes_none(api, address):
    assert api.ask(address).status_code == 400


@pytest.mark.parametrize(
    ("query", "name", "do"),
    [
        ("limit=0", "limit", "give a whole number from 1 to 500"),
        ("limit=501", "limit", "give a whole number from 1 to 500"),
        ("limit=all", "limit", "give a whole number from 1 to 500"),
        ("limit=", "limit", "give a whole number from 1 to 500"),
        ("season=20%2025", "season", "give a whole number from 1950 to 2100"),
        ("season=null", "season", "give a whole number from 1950 to 2100"),
        ("status=run", "status", "give one of cancelled, completed, postponed, scheduled"),
        ("format=xml", "format", "give one of csv, json"),
        ("csv=yes", "csv", "give true or false"),
        ("season=2025&season=2024", "season", "give it once"),
    ],
)
def test_parameter__a_bad_value_is_told_with_what_to_give(api, query, name, do):
    answer = api.ask(f"/v1/events?{query}")
    told = answer.json()
    assert (answer.status_code, told["type"]) == (400, "/api#bad-parameter")
    assert (told["parameter"], told["do"]) == (name, do)


def test_parameter__a_row_that_is_not_there_is_an_unknown_id(api):
    answer = api.ask("/v1/events?after=nobody")
    told = answer.json()
    assert (answer.status_code, told["type"]) == (404, "/api#unknown-id")
    assert (told["parameter"], told["do"]) == (
        "after",
        "give the id of a row of the same list, or follow next as it is",
    )


@pytest.mark.parametrize("query", ["season", "=2025", "season=%ff", "a=1&" * 60])
def test_parameter__what_is_no_query_is_told(api, query):
    assert api.ask(f"/v1/events?{query}").status_code == 400


@pytest.mark.parametrize(
    ("name", "query", "address"),
    [
        ("list_events", b"", "/v1/events"),
        ("list_events", b"limit=7&season=2025", "/v1/events?season=2025&limit=7"),
        ("list_events", b"format=json", "/v1/events"),
        ("list_events", b"csv=true&after=a%26b", "/v1/events?after=a%26b&csv=true"),
    ],
)
def test_address__is_what_was_asked_without_what_goes_without_saying(name, query, address):
    route = ROUTES[name]
    asked = read_asked(route, {}, query)
    assert address_of(route, asked) == address
    assert read_asked(route, {}, address.partition("?")[2].encode()) == asked


@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*", '"{bare}-gzip"'])
def test_tag__that_holds_costs_no_body(api, address, form):
    tag = api.ask(address).headers["etag"]
    asked = api.ask(address, if_none_match=form.format(tag, bare=tag.strip('"')))
    assert (asked.status_code, asked.content) == (304, b"")
    assert "content-type" not in asked.headers


@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3"])
@pytest.mark.parametrize("form", ["", '"', '"other"', ",,,", "W/", "{bare}", '"{bare}'])
def test_tag__that_is_none_gets_the_answer(api, address, form):
    tag = api.ask(address).headers["etag"]
    asked = api.ask(address, if_none_match=form.format(bare=tag.strip('"')))
    assert asked.status_code == 200
    assert asked.headers["etag"] == tag


@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3"])
def test_answer__packed_and_plain_are_one_and_have_their_own_tags(api, address):
    plain = api.ask(address, accept_encoding="identity")
    packed = api.ask(address, accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # the client unpacks
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) == len(
        gzip.compress(plain.content, compresslevel=6, mtime=0)
    )


@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3", "/v1/x"])
def test_head__has_the_headers_of_get_and_no_body(api, address):
    told, sent = api.ask(address, method="HEAD"), api.ask(address)
    assert told.content == b""
    assert dict(told.headers) == dict(sent.headers)


@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3"])
def test_type__one_that_is_not_taken_is_406(api, address):
    for types in ("text/html", "application/json;q=0, text/html", "text/*", "application/json;q=0"):
        assert api.ask(address, accept=types).status_code == 406, types
    for types in ("*/*", "application/json", "text/html, application/*;q=0.1", "a/b, */*;q=0.5"):
        assert api.ask(address, accept=types).status_code == 200, types


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("address", ["/v1/events/2025-japan", "/v1/events?limit=3", "/v1/schema"])
def test_method__another_than_get_is_405(api, address, method):
    answer = api.ask(address, method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_origin__others_may_read_answers_and_problems(api):
    for address in ("/v1/events?limit=3", "/v1/events/2025-japan", "/v1/x", "/openapi.json"):
        headers = api.ask(address, origin="https://a.example").headers
        assert headers["access-control-allow-origin"] == "*", address
        assert "access-control-allow-credentials" not in headers
