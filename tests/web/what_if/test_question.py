"""Questions are checked in the words of whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from services.settings.limits import WhatIfLimits
from services.web.derived.who_races import resolve
from services.web.problems import Problem
from services.web.what_if.form import read_fields, read_form
from services.web.what_if.question import FIELDS, asked, read_json_object
from tests.web.conftest import SIMS

NEXT = "2025-japan"


def ask(world, **sent):
    return asked(sent, world, WhatIfLimits())


def refused(world, **sent):
    with pytest.raises(Problem) as caught:
        ask(world, **sent)
    return caught.value


@pytest.mark.parametrize(
    "name", ["max-verstappen", "VER", "Max Verstappen", "verstappen", "VERSTAPPEN"]
)
def test_asked__takes_what_a_driver_goes_by(world, name):
    question = ask(world, driver_weights={name: 1.1})
    assert question.driver_weights == (("max-verstappen", 1.1),)
    assert (question.event_id, question.season) == (NEXT, 2025)
    assert (question.titles, question.n_simulations) == (False, SIMS)


def test_asked__takes_teams_without_accents_and_case(world):
    question = ask(world, team_weights={"RED BULL": 0.9}, event_id=NEXT, n_simulations=500)
    assert question.team_weights == (("red-bull", 0.9),)
    assert question.n_simulations == 500


def test_asked__equal_questions_have_one_id_and_others_another(world):
    one, same = (ask(world, driver_weights={name: 1.1}) for name in ("VER", "verstappen"))
    assert one.id == same.id
    assert one.id != ask(world, driver_weights={"VER": 1.2}).id
    assert one.id != replace(one, forecast="0" * 64).id  # another forecast, another answer


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"drivers": {"VER": 1.1}}, 400, "drivers is nothing that can be asked"),
        ({"driver_weights": {"VER": 1.1}, "season": 1999}, 404, "no forecast of that season"),
        ({"driver_weights": {"VER": 1.1}, "season": True}, 404, "no forecast of that season"),
        ({"driver_weights": {"VER": 1.1}, "event_id": "2025-china"}, 422, "2025-china is run"),
        ({"driver_weights": {"VER": 1.1}, "event_id": "2025-x"}, 422, "2025-x is no event"),
        ({"driver_weights": {"VER": 1.1}, "event_id": 3}, 422, "3 is no event"),
        ({"driver_weights": {"Fangio": 1.1}}, 422, "Fangio is no driver of the season"),
        ({"driver_weights": {"": 1.1}}, 422, "is no driver"),
        ({"team_weights": {"Lotus": 1.1}}, 422, "Lotus is no team of the season"),
        ({"driver_weights": ["VER"]}, 422, "driver_weights is no object"),
        ({"driver_weights": {"VER": "much"}}, 422, "the weight of VER is no number"),
        ({"driver_weights": {"VER": True}}, 422, "the weight of VER is no number"),
        ({"driver_weights": {"VER": 2.5}}, 422, "the weight of VER is 2.5"),
        ({"driver_weights": {"VER": 0}}, 422, "the weight of VER is 0"),
        ({"driver_weights": {"VER": 1.1, "Verstappen": 1.2}}, 422, "two weights"),
        ({"driver_weights": {"HAM": 1.5}}, 422, "2.25, with the 1.5 that the published"),
        ({"driver_weights": {"VER": 1.0}}, 422, "nobody is said to be stronger"),
        ({}, 422, "nobody is said to be stronger"),
        ({"driver_weights": {"VER": 1.1}, "titles": 1}, 422, "titles is neither"),
        ({"driver_weights": {"VER": 1.1}, "n_simulations": 99}, 422, "99 simulations"),
        ({"driver_weights": {"VER": 1.1}, "n_simulations": 20_001}, 422, "20001 simulations"),
        ({"driver_weights": {"VER": 1.1}, "n_simulations": "9"}, 422, "no whole number"),
        ({"driver_weights": {"VER": 1.1}, "n_simulations": True}, 422, "no whole number"),
    ],
)
def test_asked__says_what_is_wrong_and_what_to_do(world, sent, status, said):
    problem = refused(world, **sent)
    assert problem.status == status
    assert said in problem.detail
    assert problem.do
    assert "--" not in problem.detail + problem.do  # options are no words of a reader


ODD = (
    *(None, True, 0, -1, 10**400, 1e308, "", "\0", "x" * 9999, [], [[1]], {}, {"a": {"b": 1}}),
    *({"": 1}, {"VER": None}, {"VER": []}, {"VER": {}}, {"VER": 10**400}, {"VER": -(10**400)}),
)


def refusals(world, field):
    """Give what is said about each of the odd values that is refused."""
    for value in ODD:
        try:
            ask(world, **{"driver_weights": {"VER": 1.1}, field: value})
        except Problem as problem:
            yield problem


@pytest.mark.parametrize("field", [*FIELDS, "\0", "x" * 9999])
def test_asked__whatever_is_sent_is_answered_or_refused_in_a_few_words(world, field):
    said = list(refusals(world, field))
    assert said
    for problem in said:
        assert problem.status in (400, 404, 422)
        assert problem.do
        assert len(problem.detail) < 200
        assert problem.more["type"].startswith("/api#")


def test_read_fields__a_form_of_many_fields_is_refused():
    assert read_fields(b"a=1&b=%FF") == {"a": "1", "b": "\ufffd"}
    with pytest.raises(Problem) as caught:
        read_fields(b"&".join(b"a%d=1" % number for number in range(41)))
    assert caught.value.status == 422


def test_asked__a_long_text_is_not_sent_back_whole(world):
    assert len(refused(world, event_id="x" * 10_000, driver_weights={"VER": 1.1}).detail) < 200


def test_resolve__a_whole_name_outweighs_a_part_that_others_have():
    named = {
        "michael": ("michael", "MSC", "Michael Schumacher"),
        "ralf": ("ralf", "RSC", "Ralf Schumacher"),
        "bull": ("bull", "Bull"),
        "red-bull": ("red-bull", "Red Bull"),
    }
    assert resolve("schumacher", named) == {"michael", "ralf"}
    assert resolve("RSC", named) == {"ralf"}
    assert resolve("bull", named) == {"bull"}
    assert resolve("red", named) == {"red-bull"}


def test_asked__says_when_the_season_is_over(world):
    document = world.documents[2025]
    run = {
        name: event
        for name, event in document.predictions.items()
        if event.metadata.status == "completed"
    }
    over = replace(world, documents={2025: changed(document, predictions=run)})
    assert refused(over, driver_weights={"VER": 1.1}).status == 409


def test_asked__says_when_there_is_no_forecast_at_all(world):
    empty = replace(world, documents={}, raw={}, default_season=None)
    assert refused(empty, driver_weights={"VER": 1.1}).status == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b"\xff", b"[" * 100_000])
def test_read_json_object__refuses_what_is_none(body):
    with pytest.raises(Problem) as caught:
        read_json_object(body)
    assert caught.value.status == 400


def test_read_form__is_the_same_question(world):
    sent = {
        "season": "2025", "event": NEXT, "sims": "300", "titles": "yes", "token": "x",
        "who1": "driver:max-verstappen", "by1": "12.5", "who2": "team:ferrari", "by2": "−5",
        "who3": "", "by3": "10",
    }  # fmt: skip
    question = asked(read_form(sent), world, WhatIfLimits())
    assert question.driver_weights == (("max-verstappen", 1.125),)
    assert question.team_weights == (("ferrari", 0.95),)
    assert (question.titles, question.n_simulations) == (True, 300)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"who1": "driver:max-verstappen", "by1": "lots"}, "no number"),
        ({"who1": "driver:max-verstappen", "by1": "nan"}, "no number"),
        ({"who1": "max-verstappen", "by1": "5"}, "neither a driver nor a team"),
        ({"who1": "driver:a", "by1": "5", "who2": "driver:a", "by2": "6"}, "two rows"),
        ({"season": "MMXXV"}, "the season"),
        ({"sims": "-5"}, "the number of simulations"),
    ],
)
def test_read_form__says_what_is_wrong(sent, said):
    with pytest.raises(Problem) as caught:
        read_form(sent)
    assert caught.value.status == 422
    assert said in caught.value.detail
