"""Stints as bars: where segments begin and end, letters, and the end of one who is out."""

from __future__ import annotations

import re

from services.web.drawing.stint_bar import StintSegment, stint_bar, tyre_key

STINTS = (StintSegment("MEDIUM", 1, 20), StintSegment("INTERMEDIATE", 21, 50))


def test_stint_bar__a_segment_reaches_over_its_laps_with_its_letter_in_the_middle():
    drawn = stint_bar(STINTS, 100)
    found = re.findall(r'<rect class="tyre ([\w-]+)" x="([\d.]+%)"[^>]*width="([\d.]+%)"', drawn)
    assert found == [("tyre-medium", "0%", "20%"), ("tyre-inter", "20%", "30%")]
    assert re.findall(r'class="letter" x="([\d.]+%)"[^>]*>(\w)<', drawn) == [
        ("10%", "M"),
        ("35%", "I"),
    ]
    assert "retired" not in drawn


def test_stint_bar__the_retired_end_with_words_that_stay_inside():
    early = stint_bar(STINTS, 100, retired_on=51)
    assert re.search(r'x="50%" dx="6"[^>]*text-anchor="start">× retired, lap 51<', early)
    late = stint_bar((StintSegment("WET", 1, 90),), 100, retired_on=91)
    assert re.search(r'x="90%" dx="-6"[^>]*text-anchor="end">× retired, lap 91<', late)


def test_stint_bar__who_drives_no_lap_has_words_alone():
    drawn = stint_bar((), 100, retired_on=1)
    assert "<rect" not in drawn
    assert "× retired, lap 1" in drawn


def test_stint_bar__a_short_stint_keeps_its_letter_for_wide_screens():
    assert 'class="letter x6"' in stint_bar((StintSegment("SOFT", 1, 3),), 100)


def test_tyre_key__names_those_used_from_soft_to_wet():
    assert re.findall(r">(\w)</text></svg> (\w+)<", tyre_key(("WET", "HARD", "SOFT"))) == [
        ("S", "soft"),
        ("H", "hard"),
        ("W", "wet"),
    ]
