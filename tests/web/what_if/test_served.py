"""What-ifs over a real server: a program's way, the form's way, and the token at the door."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from services.web.pages.what_if import make
from tests.web.conftest import SIMS
from tests.web.what_if.conftest import TOKEN

SENT = {"driver_weights": {"VER": 1.5}, "titles": True}
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def post(server, path="/v1/what-if", sent=SENT, kind=JSON, **headers):
    body = (json.dumps(sent) if kind == JSON else urlencode(sent)).encode()
    return server.get(path, method="POST", body=body, content_type=kind, **headers)


def ask(server, sent=SENT):
    return post(server, sent=sent, authorization=f"Bearer {TOKEN}")


def test_served__a_program_asks_and_looks_again(asked_server, world):
    answer = ask(asked_server)
    assert answer.status == 200, answer.text
    told = json.loads(answer.body)
    rows = {
        row.driver_id: row
        for row in world.documents[2025].predictions["Japanese Grand Prix"].predictions
    }
    for one in told["race"]["drivers"]:
        assert one["p_win"]["base"] == rows[one["driver_id"]].p_win
    assert told["n_simulations"] == SIMS
    assert told["drivers_title"]
    assert told["teams_title"]
    again = asked_server.get(told["url"])
    assert (again.status, again.body) == (200, answer.body)
    assert ask(asked_server).body == answer.body
    assert asked_server.get("/v1/what-if/0123456789abcdef").status == 404


def test_served__an_answer_is_a_page_and_hides_titles_with_results(asked_server):
    name = json.loads(ask(asked_server).body)["id"]
    page = asked_server.get(f"/what-if/{name}").text
    assert "With Verstappen 50" in page
    assert "title in" in page or "title moves" in page or "title hardly" in page
    hidden = asked_server.get(f"/what-if/{name}?hide=results").text
    assert "With Verstappen 50" in hidden
    assert f"/v1/what-if/{name}" in page
    assert "/v1/what-if/" not in hidden  # there the titles stand
    assert "title" not in hidden.partition("<main")[2].partition("Ask something else")[0]
    assert asked_server.get("/what-if/0123456789abcdef").status == 404


def test_served__the_form_leads_to_the_answer(asked_server):
    page = asked_server.get("/what-if").text
    assert 'value="driver:max-verstappen"' in page
    assert 'value="2025-japan"' in page
    assert 'value="2025-china"' not in page  # it is run
    sent = {"who1": "team:mclaren", "by1": "-20", "event": "2025-japan", "token": TOKEN}
    answer = post(asked_server, "/what-if", sent, FORM, sec_fetch_site="same-origin")
    assert answer.status == 303, answer.text
    assert "McLaren 20" in asked_server.get(answer.headers["location"]).text
    hidden = post(asked_server, "/what-if", {**sent, "hide": "results"}, FORM)
    assert hidden.headers["location"].endswith("?hide=results")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": TOKEN}, 401),
        ({"authorization": f"Bearer {TOKEN}", "origin": "https://evil.example"}, 403),
        ({"authorization": f"Bearer {TOKEN}", "origin": "http://[::1"}, 403),
        ({"authorization": f"Bearer {TOKEN}", "sec_fetch_site": "cross-site"}, 403),
    ],
)
def test_served__nobody_asks_without_the_token_or_from_another_site(asked_server, headers, status):
    answer = post(asked_server, **headers)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    kind = json.loads(answer.body)["type"]
    assert f'id="{kind.removeprefix("/api#")}"' in asked_server.get("/api").text


def test_served__the_form_needs_the_token_too(asked_server):
    sent = {"who1": "team:mclaren", "by1": "-20", "token": "wrong"}
    assert post(asked_server, "/what-if", sent, FORM).status == 401
    own = {"origin": f"http://127.0.0.1:{asked_server.port}"}
    assert post(asked_server, "/what-if", {**sent, "token": TOKEN}, FORM, **own).status == 303


def test_served__a_question_is_json_and_no_larger_than_it_may_be(asked_server):
    token = {"authorization": f"Bearer {TOKEN}"}
    for kind in ("text/plain", "application/jsonp"):
        assert post(asked_server, kind=kind, sent={"a": "b"}, **token).status == 415
    large = {"driver_weights": {"VER": 1.1}, "event_id": "x" * 65_536}
    assert post(asked_server, sent=large, **token).status == 413
    wrong = post(asked_server, sent={"driver_weights": {"Fangio": 1.1}}, **token)
    assert wrong.status == 422
    problem = json.loads(wrong.body)
    assert "max-verstappen" in problem["allowed"]
    assert problem["do"]
    assert asked_server.get("/v1/what-if").status == 405


def test_served__the_way_to_the_form_is_on_every_page_and_leads_nowhere_that_is_not_there(
    asked_server,
):
    assert 'href="/what-if"' in asked_server.get("/2025").text
    page = asked_server.get("/what-if").text
    links = set(re.findall(r'href="(/[^"#]*)"', page))
    found = {link: asked_server.get(link).status for link in links}
    assert found.pop("/") == 307  # to the season of the front page
    assert found == dict.fromkeys(found, 200)


def test_form__has_room_for_as_many_simulations_as_the_server_computes(world):
    for most, begins_at in ((SIMS - 10, SIMS - 10), (SIMS + 30, SIMS)):
        limited = replace(world, most_simulations=most)
        (text,) = (made().body.decode() for _, made in make(limited, hide=False))
        assert f'name="sims" value="{begins_at}" min="100" max="{most}"' in text
        assert f"From 100 to {most}" in text
