"""Fans of gaps: bands where many races ran, a line that breaks where it leaves the picture."""

from __future__ import annotations

import re

from services.web.drawing.fan import fan

ROW = (0.0, 0.0, 10.0, 20.0, 90.0)


def paths(drawn, kind):
    return re.findall(rf'<path class="{kind}" d="([^"]+)"', drawn)


def test_fan__bands_end_at_the_cut_and_lines_break_there():
    drawn = fan([ROW, ROW, ROW, ROW], [0.0, 10.0, 90.0, 40.0], cut=80.0, height=80.0, label="x")
    # Three laps from left to right; the widest band reaches the lower edge and no further.
    assert paths(drawn, "fan-wide") == [
        "M0 0L333.33 0L666.67 0L1000 0L1000 80L666.67 80L333.33 80L0 80Z"
    ]
    assert paths(drawn, "fan-middle") == ["M0 10L333.33 10L666.67 10L1000 10"]
    assert paths(drawn, "fan-one") == ["M0 0L333.33 10"]


def test_fan__laps_that_no_race_has_are_left_out():
    drawn = fan([ROW, (None,) * 5], [1.0, None], cut=80.0, label="x")
    assert paths(drawn, "fan-one") == []
    assert "NaN" not in drawn
    assert len(paths(fan([(None,) * 5], [None], cut=80.0, label="x"), "fan-wide")) == 0
