"""Who led when: where spans begin and end, and which are named."""

from __future__ import annotations

import re

from services.web.drawing.lead_bar import LeadSpan, lead_bar

SPANS = (
    LeadSpan("NOR", "t-mclaren", False, 1, 10),
    LeadSpan("LEC", "t-ferrari", False, 11, 11),
    LeadSpan("PIA", "t-mclaren", True, 12, 101),
)


def test_lead_bar__a_change_lies_between_two_laps_and_the_whole_is_covered():
    drawn = lead_bar(SPANS, 101)
    found = re.findall(r'<rect class="([\w -]+)" x="([\d.]+)%"[^>]*width="([\d.]+)%"', drawn)
    assert [(kind, float(x), float(width)) for kind, x, width in found] == [
        ("swatch-full t-mclaren", 0.0, 9.5),
        ("swatch-full t-ferrari", 9.5, 1.0),
        ("swatch-hollow t-mclaren", 10.5, 89.5),
    ]


def test_lead_bar__names_only_those_that_fit_and_on_a_phone_fewer():
    drawn = lead_bar(SPANS, 101)
    assert re.findall(r'class="(strong[ x6]*)"[^>]*>(\w+)<', drawn) == [
        ("strong x6", "NOR"),
        ("strong", "PIA"),
    ]


def test_lead_bar__of_one_lap_is_drawn():
    assert "<rect" in lead_bar((LeadSpan("NOR", "t-mclaren", False, 1, 1),), 1)
