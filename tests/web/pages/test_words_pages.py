"""How it works, the words and about: made of the forecast at hand, and of the one glossary."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from predictor.published.event_types import ScenarioForecast
from predictor.vocabulary import Scenario
from services import __version__
from services.disk.program import GLOSSARY
from services.web.pages import about, glossary, how
from services.web.world import World
from tests.web.pages.conftest import N_SIMS, each_event, world_of
from tests.web.pages.reading import Page


def page_of(maker, world, *, hide=False):
    [(_, page)] = maker.make(world, hide=hide)
    return Page(page().body.decode())


def test_how__counts_the_races_of_the_event_at_hand(document):
    page = page_of(how, world_of(each_event(document, _with_three_kinds)))
    assert "a count: 15,000 simulated races of each event" in page.text
    assert "Dry, no safety car 42 % Dry, safety car 44 % Wet 14 %" in page.text


def test_how__says_of_level_drivers_that_they_are(document):
    page = page_of(how, world_of(each_event(document, _with_two_level)))
    assert "call it level" in page.text


def test_how__tells_how_right_it_was_and_not_where_results_are_hidden(world):
    said = "The favourite won 0 of 3"
    assert said in page_of(how, world).text
    hidden = page_of(how, world, hide=True)
    assert said not in hidden.text
    assert "points apart" not in hidden.text
    assert "3 races" not in hidden.text


@pytest.mark.parametrize("hide", [False, True])
def test_how__of_one_kind_of_race_or_of_no_forecast_is_still_true(document, hide):
    page = page_of(how, world_of(document), hide=hide)
    assert f"a count: {N_SIMS:,} simulated races of each event" in page.text
    assert "How likely each is" not in page.text
    nothing = page_of(how, World(output=Path("predictions")), hide=hide)
    assert "Every chance here is a count of simulated races" in nothing.text


def test_how__the_words_that_it_leads_to_are_in_the_glossary(world):
    slugs = {one.slug for one in glossary.words()}
    led_to = {
        at.partition("#")[2] for at in page_of(how, world).links if at.startswith("/glossary#")
    }
    assert {"horizon", "scenario", "setback"} <= led_to <= slugs


def test_glossary__has_every_word_of_the_documentation_once_with_an_id_of_its_own(world):
    page = page_of(glossary, world)
    rows = re.findall(r"^\| (?!word \|)([^|]+) \|", GLOSSARY.read_text(encoding="utf-8"), re.M)
    assert len(rows) > 80
    assert [word for word in rows if word not in page.words] == []
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert f"{len(rows)} words" in page.text


def test_about__has_version_credit_and_licence(world):
    page = page_of(about, world)
    assert __version__ in page.text
    for said in ("f1db", "CC BY 4.0", "Apache License 2.0", "in no way associated"):
        assert said in page.text
    assert {"/api", "/health"} <= set(page.links)


def _with_three_kinds(_, event):
    chances = {Scenario.WET: 0.14, Scenario.DRY: 0.42, Scenario.SAFETY_CAR: 0.44}
    kinds = {kind: ScenarioForecast(probability=p, predictions=()) for kind, p in chances.items()}
    return replace(event, scenarios=kinds)


def _with_two_level(_, event):
    first, second, *rest = event.predictions
    rows = (first, replace(second, p_win=first.p_win), *rest)
    return replace(event, predictions=rows)
