"""The page of a told race, from one small enough to work out by hand."""

from __future__ import annotations

import json

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from services.web.pages import event, race
from tests.published.small_told import small_told
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page

PATH = "/events/2025-monaco/race"


def made(document, told, *, maker=race, hide=False):
    world = world_of(document, told={"2025-monaco": told} if told else {})
    return {
        path: getattr(one, "make", one)
        for path, one in maker.make(world, hide=hide)
    }  # fmt: skip


def page_of(document, told, *, hide=False, path=PATH, maker=race):
    found = made(document, told, maker=maker, hide=hide)[path]()
    return Page(found.body.decode())


@pytest.fixture
def told():
    return small_told()


def test_race__says_how_it_goes_and_that_it_is_no_result(document, told):
    page = page_of(document, told)
    assert "How Monaco could go: Ash wins by 1.5 s after a late safety car" in page.text
    assert "simulated, not a result" in page.text
    assert "One of 2,000 simulated races · told after qualifying · seed 1" in page.text
    assert "simulated race no. 306 of those dry with a safety car (40 % likely)" in page.text
    assert "Ash wins 55 % of all simulated races" in page.text
    assert "The lead changes twice in this race" in page.text
    assert "Who leads: A lap 1, B lap 2, A laps 3 to 4." in page.text
    assert "10 % of the races dry with a safety car are nearer to the expected" in page.text


def test_race__every_number_of_the_pictures_stands_in_a_table(document, told):
    page = page_of(document, told)
    assert "2 B leads M2 A +20.0 M2" in page.text
    assert "3 safety car A leads M3 B +2.0 M3" in page.text
    assert "2 B 30 % 70 % 0 % 98" in page.text.replace("B A C", "")
    assert "medium to lap 2, hard to lap 4" in page.text
    assert "× retired, lap 2" in page.text
    assert "C crashes out from P3." in page.text


def test_race__one_of_another_forecast_says_so_and_one_of_this_does_not(document, told):
    assert "Of another forecast." in page_of(document, told).text
    odds = tuple(
        replace(told.distribution[0], driver_id=row.driver_id, p_win=row.p_win)
        for row in document.predictions["Monaco Grand Prix"].predictions
    )
    assert "Of another forecast." not in page_of(document, replace(told, distribution=odds)).text


def test_race__hidden_it_does_not_say_that_the_event_is_run(document, told):
    ran = document.predictions["Australian Grand Prix"].result

    def run(_, one):
        return replace(one, result=ran) if one.metadata.event_id == "2025-monaco" else one

    over = each_event(document, run)
    assert "has been run since" in page_of(over, told).text
    hidden = page_of(over, told, hide=True)
    assert "has been run since" not in hidden.text
    assert "/events/2025-monaco?hide=results" in hidden.links


def test_race__without_bands_and_odds_the_rest_stands(document):
    page = page_of(document, replace(small_told(), gap_bands=None, leader_odds=UNSET))
    assert "knowing only who leads" not in page.text
    assert "This race against" not in page.text
    assert "Tyres: Ash stops on lap 2" in page.text


def test_race__its_json_is_the_told_race(document, told):
    found = json.loads(made(document, told)[f"{PATH}.json"]().body)
    assert found["told"]["sim"] == 306
    assert found["race"]["happenings"][0]["kind"] == "start"


def test_race__an_event_leads_to_its_told_race_or_says_how_to_tell_one(document, told):
    path = "/events/2025-monaco"
    assert PATH in page_of(document, told, path=path, maker=event).links
    untold = page_of(document, None, path=path, maker=event)
    assert PATH not in untold.links
    assert "python -m services simulate 2025-monaco --publish" in untold.text


def test_race__one_whose_event_no_document_has_gets_no_page(document, told):
    stranger = replace(told, event=replace(told.event, event_id="1999-monaco"))
    assert made(document, stranger) == {}


def test_race__who_is_lapped_stands_behind_those_who_drive_the_last_lap(document, told):
    *others, third = told.race.result
    lapped = replace(third, status="finished", retired_on_lap=None, laps_down=1)
    changed = replace(told, race=replace(told.race, result=(*others, lapped)))
    assert "4 A leads M4 B +1.5 M4 C 1 lap down" in page_of(document, changed).text
    assert "C 1 lap down" not in page_of(document, told).text


@pytest.mark.parametrize(
    ("stops", "words"),
    [
        ((), "Tyres: Ash never stops"),
        ((2,), "Tyres: Ash stops on lap 2"),
        ((2, 3, 4), "Tyres: Ash stops on laps 2, 3 and 4"),
    ],
)
def test_race__says_when_the_winner_stops(document, told, stops, words):
    first, *others = told.race.result
    changed = replace(first, stops=tuple(replace(first.stops[0], lap=lap) for lap in stops))
    race_then = replace(told.race, result=(changed, *others))
    assert words in page_of(document, replace(told, race=race_then)).text


def test_race__where_all_retire_on_one_lap_nobody_wins_and_the_page_stands(document, told):
    out = [
        replace(one, status="retired", cause="accident", retired_on_lap=2, laps=1,
                laps_down=None, gap_s=None)
        for one in told.race.result
    ]  # fmt: skip
    happenings = tuple(one for one in told.race.happenings if one.lap <= 2)
    short = replace(
        told.race, result=tuple(out), laps=told.race.laps[:1], happenings=happenings
    )  # fmt: skip
    page = page_of(document, replace(told, race=short))
    assert "How Monaco could go: nobody sees the flag" in page.text
    assert page.text.count("retired, lap 2") == 2 * 3  # beside the tyres, and as its finish
    assert "Ash stops" not in page.text


def test_race__names_are_text_whatever_stands_in_them(document, told):
    name = "</title><script>alert(1)</script>"
    named = [replace(one, name=name, team=name, driver_id=name) for one in told.race.result]
    other = replace(
        told, race=replace(told.race, result=tuple(named)), event=replace(told.event, name=name)
    )
    for hide in (False, True):
        text = made(document, other, hide=hide)[PATH]().body.decode()
        assert "<script>alert" not in text
        assert text.count("</title>") == 1
