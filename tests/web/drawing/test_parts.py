"""Every part draws what it is told, safe from what names hold."""

from __future__ import annotations

import itertools

import pytest

from services.web.drawing.bars import bar, nested_bar
from services.web.drawing.heat_map import HeatRow, class_of, heat_map
from services.web.drawing.keys import key
from services.web.drawing.line_picture import Line, Rule, Shade, line_picture
from services.web.drawing.people import Car, car_cell, team_cell
from services.web.drawing.reliability import Bin, reliability_tile
from services.web.drawing.rows import axis_row, dots_row, dumbbell, range_row, span_row
from services.web.drawing.scale import Scale, Tick
from services.web.drawing.strip import column, race_strip
from tests.web.drawing.reading import of_class, percent, read, texts

NASTY = '"><script>alert(1)</script>&<b>'


def test_nested_bar__height_tells_the_three_apart():
    root = read(nested_bar(0.32, 0.72, 0.91))
    drawn = {one.get("class"): (one.get("width"), one.get("height")) for one in root.iter("rect")}
    assert drawn == {
        "bar-win": ("32%", "14"),
        "bar-podium": ("72%", "10"),
        "bar-points": ("91%", "2"),
    }


def test_bar__has_its_upright_line_where_it_is_to_be_compared():
    root = read(bar(0.2, 0.4, tone="other", rule=0.3))
    assert percent(of_class(root, "bar-other")[0], "width") == 50
    assert percent(of_class(root, "bar-rule")[0], "x1") == 75


def test_dumbbell__a_ring_before_and_a_dot_now():
    root = read(dumbbell(0.49, 0.63, Scale(0, 0.8)))
    assert percent(of_class(root, "dot-ring")[0], "cx") == 61.25
    assert percent(of_class(root, "dot-full")[0], "cx") == 78.75


@pytest.mark.parametrize(
    ("chances", "kinds"),
    [
        ((0.1, 0.2, 0.3), ["dot-ring", "dot-half", "dot-full"]),
        ((None, None, 0.3), ["dot-full"]),
        ((0.1, None, 0.3), ["dot-ring", "dot-full"]),
        ((None, None, None), []),
    ],
)
def test_dots_row__draws_the_forecasts_that_are_known(chances, kinds):
    root = read(dots_row(chances, Scale(0, 0.4), [Tick(0.2, "20")]))
    assert [one.get("class") for one in root.iter("circle")] == kinds
    assert len(of_class(root, "row-join")) == (1 if len(kinds) > 1 else 0)


def test_range_row__a_retirement_has_words_in_place_of_a_dot():
    scale = Scale(0.5, 20.5)
    finished = read(range_row((1, 19), (2, 5), 4.1, scale, result=3))
    retired = read(range_row((1, 19), None, 4.1, scale, retired="× retired"))
    assert percent(of_class(finished, "dot-result")[0], "cx") == 12.5
    assert percent(of_class(finished, "range-line")[0], "x") == 2.5
    assert percent(of_class(finished, "range-line")[0], "width") == 90
    assert list(texts(retired)) == ["× retired"]
    assert not of_class(retired, "dot-result")
    assert not of_class(retired, "range-box")


def test_span_row__points_now_and_where_they_end():
    root = read(span_row(226, 355, 428, 490, Scale(0, 500)))
    assert percent(of_class(root, "dot-result")[0], "cx") == 45.2
    assert percent(of_class(root, "range-box")[0], "width") == 27


def test_axis_row__end_words_turn_inwards():
    root = read(axis_row([Tick(0, "0"), Tick(0.5, "50"), Tick(1, "100 %")], Scale(0, 1)))
    assert [one.get("text-anchor") for one in root.iter("text")] == ["start", "middle", "end"]


def picture_of(*lines, **more):
    return read(
        line_picture(
            lines,
            Scale(0, 12),
            Scale(0, 0.6),
            across_ticks=[Tick(0, "start"), Tick(12, "now", True)],
            up_ticks=[Tick(0, "0"), Tick(0.6, "60 %")],
            label="Chance of the title",
            **more,
        )
    )


def test_line_picture__labels_of_lines_that_meet_stand_apart():
    codes = ("NOR", "PIA", "VER", "RUS", "LEC")
    root = picture_of(*(Line(((0, 0.2), (12, 0.004)), code, "t-none") for code in codes))
    heights = sorted(float(one.attrib["y"]) for one in of_class(root, "line-label"))
    assert len(heights) == len(codes)
    assert all(b - a >= 17 - 1e-6 for a, b in itertools.pairwise(heights))


def test_line_picture__grows_when_there_are_more_labels_than_room():
    lines = [Line(((0, 0.2), (12, 0.3)), f"D{k}", "t-none") for k in range(20)]
    root = picture_of(*lines, height=100)
    heights = [float(one.attrib["y"]) for one in of_class(root, "line-label")]
    whole = float(root.findall("svg")[2].attrib["height"])
    assert min(heights) > 8
    assert max(heights) < whole


def test_line_picture__breaks_a_line_at_the_end_of_the_scale():
    points = ((0, 0.1), (1, 0.2), (2, 0.9), (3, 0.2), (4, 0.1))
    root = picture_of(Line(points, "NOR", "t-mclaren"))
    inside = next(one for one in root.iter("svg") if one.get("class") == "lines")
    drawn = [one for one in inside.iter("path") if "line" in one.get("class", "")]
    assert len(drawn) == 2
    assert all(one.attrib["d"].count("L") == 1 for one in drawn)


def test_line_picture__the_second_car_is_dashed_and_hollow():
    points = ((0, 0.1), (12, 0.2))
    root = picture_of(Line(points, "PIA", "t-mclaren", is_dashed=True), Line(points))
    assert len(of_class(root, "dashed")) == 2  # the line, and its sample beside the label
    assert len(of_class(root, "dot-hollow")) == 1
    assert len(of_class(root, "faint")) == 1


def test_line_picture__rules_and_shades_carry_their_words():
    root = picture_of(
        Line(((0, 0.1), (12, 0.2)), "NOR", band=((0, 0.05, 0.15), (12, 0.1, 0.3))),
        rules=[Rule(9, "settled, round 9"), Rule(2)],
        shades=[Shade(3, 4, "safety car"), Shade(5, 6)],
    )
    assert {"settled, round 9", "safety car"} <= set(texts(root))
    assert len(of_class(root, "shade")) == 2
    assert len(of_class(root, "band")) == 1


def test_line_picture__a_scale_that_runs_down_has_its_leader_on_top():
    root = read(
        line_picture(
            [Line(((1, 0.0), (78, 0.0)), "NOR"), Line(((1, 5.0), (78, 40.0)), "VER")],
            Scale(1, 78),
            Scale(80, 0),
            across_ticks=[Tick(1, "lap 1"), Tick(78, "78")],
            up_ticks=[Tick(0, "0"), Tick(80, "80 s")],
            label="Gaps",
        )
    )
    leader, other = (float(one.attrib["y"]) for one in of_class(root, "line-label"))
    assert leader < other


@pytest.mark.parametrize(
    ("chance", "step"),
    [(0.0, 0), (0.0049, 0), (0.005, 1), (0.05, 3), (0.12, 6), (0.299, 7), (0.3, 8), (1.0, 8)],
)
def test_class_of__steps_follow_what_cars_share(chance, step):
    assert class_of(chance) == step


def test_heat_map__digits_from_ten_per_cent_and_the_result_outlined():
    rows = [
        HeatRow("NOR", "t-mclaren", False, (0.6, 0.3, 0.1), result=2),
        HeatRow("PIA", "t-mclaren", True, (0.4, 0.52, 0.08)),
    ]
    root = read(heat_map(rows, label="Places"))
    assert [one.text for one in of_class(root, "digit")] == ["60", "30", "10", "40", "52"]
    assert len(of_class(root, "cell")) == 6
    assert percent(of_class(root, "came")[0], "x") == 33.33
    assert len(of_class(root, "swatch-hollow")) == 1


def test_heat_map__of_nobody_is_empty():
    assert not of_class(read(heat_map([], label="Places")), "cell")


def test_reliability_tile__few_forecasts_are_hollow_and_the_ends_are_counted():
    bins = [
        Bin(0.04, 0.03, 0.02, 0.05, 1607, 0.0, 0.1),
        Bin(0.62, 0.7, 0.5, 0.8, 19, 0.6, 0.7),
    ]
    root = read(reliability_tile(bins, label="Wins"))
    assert len(of_class(root, "dot-full")) == 1
    assert len(of_class(root, "dot-ring")) == 1
    assert {"1,607", "19"} <= set(texts(root))
    assert not of_class(read(reliability_tile([], label="Wins")), "whisker")
    assert list(texts(read(reliability_tile(bins[:1], label="Wins")))).count("1,607") == 1


def test_reliability_tile__counts_of_a_few_narrow_bins_stand_in_a_row():
    bins = [Bin(0.05, 0.1, 0.0, 0.2, 240, 0.0, 0.1), Bin(0.15, 0.1, 0.0, 0.2, 13, 0.1, 0.2)]
    found = set(texts(read(reliability_tile(bins, label="Retires"))))
    assert "240 · 13" in found
    assert not {"240", "13"} & found


def test_column__height_is_the_chance():
    won = of_class(read(column(0.5, "hit")), "column-hit")[0]
    assert float(won.attrib["height"]) == pytest.approx(27)
    assert not list(read(column(None, "none")).iter("rect"))
    assert of_class(read(column(0.0, "to-come")), "column-to-come")


def test_race_strip__seasons_of_unlike_length_share_their_columns():
    root = read(race_strip([(0.5, True), (0.2, False)], 4))
    bars = list(root.iter("rect"))
    assert [one.get("class") for one in bars] == ["column-hit", "column-miss"]
    assert [percent(one, "x") for one in bars] == [2, 27]


@pytest.mark.parametrize(
    "markup",
    [
        car_cell(Car("x", NASTY, NASTY, NASTY, NASTY, True, NASTY, NASTY), with_team=True),
        team_cell(NASTY, NASTY, href=NASTY),
        key([("ring", NASTY), (NASTY, NASTY)]),
        heat_map([HeatRow(NASTY, NASTY, False, (1.0,))], label=NASTY),
        axis_row([Tick(0, NASTY)], Scale(0, 1)),
        range_row((1, 2), None, None, Scale(1, 2), retired=NASTY),
        line_picture(
            [Line(((0, 0), (1, 1)), NASTY, NASTY)],
            Scale(0, 1),
            Scale(0, 1),
            across_ticks=[Tick(0, NASTY)],
            up_ticks=[],
            rules=[Rule(0, NASTY)],
            shades=[Shade(0, 1, NASTY)],
            label=NASTY,
        ),
        reliability_tile([], label=NASTY),
    ],
    ids=["car", "team", "key", "heat", "axis", "range", "lines", "tile"],
)
def test_parts__what_a_name_holds_is_text(markup):
    root = read(markup)
    assert not [one for one in root.iter() if one.tag in ("script", "b")]
    assert "<script" not in str(markup)
