"""Share cards: what they say, that it fits, and that it can be drawn."""

from __future__ import annotations

import struct
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.web.cards.card import HEIGHT, WIDTH, Bar, Card, draw_card, wrapped
from services.web.cards.event_card import event_card
from services.web.cards.raster import as_png
from tests.web.derived.events import event, field

RUN = [("norris", 1, "finished", 3), ("verstappen", 2, "finished", 1), ("piastri", None, "dnf", 2)]


def test_event_card__before_a_race_it_has_the_favourites():
    made = event_card("Belgian Grand Prix", event(field(norris=0.4, piastri=0.2)), hide=False)
    assert made.headline == "Belgian Grand Prix: Norris the clear favourite"
    assert [(one.name, one.came) for one in made.bars] == [("A Norris", ""), ("A Piastri", "")]


def test_event_card__after_a_race_the_winner_is_on_it_even_unthought_of():
    chances = {f"d{k}": 0.15 for k in range(6)} | {"norris": 0.01}
    made = event_card("Belgian Grand Prix", event(field(**chances), result=RUN), hide=False)
    assert made.bars[0].name == "A Norris"
    assert made.bars[0].came == "1st"
    assert len(made.bars) == 5


def test_event_card__hidden_it_tells_no_result():
    rows = field(verstappen=0.48, norris=0.17, piastri=0.1)
    hidden = event_card("Belgian Grand Prix", event(rows, result=RUN), hide=True)
    assert hidden == event_card("Belgian Grand Prix", event(rows), hide=False)
    shown = event_card("Belgian Grand Prix", event(rows, result=RUN), hide=False)
    assert [one.came for one in shown.bars] == ["1st", "2nd", "retired"]


def test_draw_card__what_a_name_holds_is_text():
    nasty = '"><script>alert(1)</script>&'
    svg = draw_card(Card(nasty, nasty, nasty, (Bar(nasty, 0.5, nasty, nasty),), nasty))
    assert not [one for one in ET.fromstring(svg).iter() if "script" in one.tag]  # noqa: S314


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "Zs", "P"]), max_size=400))
def test_draw_card__no_headline_runs_out_of_the_card(words):
    root = ET.fromstring(draw_card(Card("", words, "", (), "")))  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    bold = [one for one in root.iter(f"{space}text") if one.get("font-weight")]
    for one in bold:
        size = float(one.attrib["font-size"])
        assert len(one.text or "") * size * 0.62 <= WIDTH - 2 * 72 + 3 * size
        assert float(one.attrib["y"]) < HEIGHT


def test_wrapped__a_word_longer_than_a_line_is_cut():
    assert wrapped("We had given him 17", 8) == ["We had", "given", "him 17"]
    assert wrapped("Llanfairpwllgwyngyll", 8) == ["Llanfai…"]


@pytest.mark.parametrize("hide", [False, True])
def test_as_png__is_of_the_size_that_readers_of_links_expect(hide):
    made = event(field(verstappen=0.48, norris=0.17, piastri=0.1), result=RUN)
    png = as_png(draw_card(event_card("Belgian Grand Prix", made, hide=hide)).encode())
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (WIDTH, HEIGHT)
