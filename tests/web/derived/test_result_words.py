"""Sentences of a race that is run, for every branch."""

from __future__ import annotations

import pytest

from services.web.derived import result_words
from services.web.derived.figures import THIN
from tests.web.derived.events import driver, event, field

RESULT = [
    ("norris", 1, "finished", 3),
    ("piastri", 2, "finished", 2),
    ("verstappen", 5, "finished", 1),
    ("lawson", None, "dnf", 15),
]


def race(result=RESULT, **chances):
    return event(field(**chances), result=result)


@pytest.mark.parametrize(
    ("grid", "p", "said"),
    [
        (3, 0.17, f"Norris won from third. We had given him 17{THIN}%"),
        (1, 0.52, f"Norris won from pole. We had given him 52{THIN}%"),
        (None, 0.17, f"Norris won. We had given him 17{THIN}%"),
        (13, 0.001, "Norris won from 13th. We had given him 1 in 1,000"),
        (19, 0.0, "Norris won from 19th. We had given him under 1 in 1,000"),
    ],
)
def test_result_sentence__who_from_where_and_how_likely(grid, p, said):
    made = race([("norris", 1, "finished", grid)], norris=p, piastri=0.3)
    assert result_words.result_sentence(made) == said


def test_result_sentence__of_nobody_and_of_one_without_a_forecast():
    assert result_words.result_sentence(race([], norris=0.3)) == "Nobody was classified"
    assert result_words.result_sentence(race(piastri=0.3)) == "NOR won. We had no forecast for him"


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        (
            {"verstappen": 0.48, "norris": 0.17},
            f"Our favourite, Verstappen (48{THIN}%), came fifth from pole.",
        ),
        ({"norris": 0.6, "piastri": 0.3}, "He was our favourite."),
        (
            {"lawson": 0.6, "norris": 0.3},
            f"Our favourite, Lawson (60{THIN}%), retired from 15th.",
        ),
        ({"tsunoda": 0.6, "norris": 0.3}, f"Our favourite, Tsunoda (60{THIN}%), did not start."),
        (
            {"norris": 0.31, "piastri": 0.3},
            "We had Norris and Piastri level in front, the winner among them.",
        ),
        ({"piastri": 0.31, "verstappen": 0.3}, "We had Piastri and Verstappen level in front."),
        ({f"d{k}": 0.2 for k in range(5)}, "We had five drivers level in front."),
    ],
)
def test_result_lead__what_became_of_our_favourite(chances, said):
    assert result_words.result_lead(race(**chances)) == said


def test_grid_to_finish__who_saw_no_flag_has_a_word():
    rows = race(norris=0.3).result.order
    assert [result_words.grid_to_finish(row) for row in rows] == [
        "3 → 1",
        "2 → 2",
        "1 → 5",
        "15 → ret.",
    ]
    dsq = race([("norris", None, "dsq", None)], norris=0.3).result.order[0]
    assert result_words.grid_to_finish(dsq) == "– → dsq."


def ranged(name, low, high):
    return driver(f"A {name}", 0.1, interval_90=(low, high))


@pytest.mark.parametrize(
    ("norris", "said"),
    [
        ((1, 2), "Forecast and result: all 3 finishers fell inside their range"),
        ((2, 3), "Forecast and result: 1 of 3 cars fell outside their range"),
    ],
)
def test_inside_sentence__counts_finishers_alone(norris, said):
    rows = [ranged("Norris", *norris), ranged("Piastri", 1, 2), ranged("Verstappen", 3, 6)]
    made = event([*rows, ranged("Lawson", 1, 2)], result=RESULT)
    assert result_words.inside_sentence(result_words.finishes(made)) == said


def test_inside_sentence__most_and_none():
    result = [(f"d{place}", place, "finished", place) for place in range(1, 11)]
    rows = [ranged(f"D{place}", 1, 10 if place < 10 else 9) for place in range(1, 11)]
    most = result_words.finishes(event(rows, result=result))
    assert result_words.inside_sentence(most) == (
        "Forecast and result: most cars fell inside their range"
    )
    none = result_words.finishes(event(rows, result=[("x", None, "dnf", 1)]))
    assert result_words.inside_sentence(none).endswith("nobody finished whom we had forecast")


def test_half_range__is_between_the_quarters():
    row = driver("A B", 0.2, p_position=(0.2, 0.1, 0.4, 0.2, 0.1))
    assert result_words.half_range(row) == (2, 4)
    sure = driver("A B", 1.0, p_position=(1.0, 0.0))
    assert result_words.half_range(sure) == (1, 1)


def test_surprises__take_the_rarer_end_and_leave_out_retirements():
    rows = [
        driver("A Norris", 0.1, p_position=(0.1, 0.2, 0.3, 0.2, 0.2)),
        driver("A Piastri", 0.1, p_position=(0.6, 0.3, 0.1, 0.0, 0.0)),
        driver("A Verstappen", 0.1, p_position=(0.9, 0.07, 0.01, 0.01, 0.01)),
        driver("A Lawson", 0.1, p_position=(1.0, 0.0, 0.0, 0.0, 0.0)),
    ]
    found = result_words.surprises(result_words.finishes(event(rows, result=RESULT)))
    said = [(one.finish.row.driver, round(one.chance, 3), one.is_good) for one in found]
    assert said == [("VER", 0.01, False), ("NOR", 0.1, True), ("PIA", 0.4, False)]
    assert result_words.expected_rare(found) == (1, pytest.approx(0.3))


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.001, "Surprises: what we thought nearly impossible"),
        (0.04, "Surprises: what we thought unlikely"),
        (0.2, "No great surprise: every finish was likelier than 1 in 20"),
    ],
)
def test_surprises_sentence__boasts_of_no_surprise_that_was_none(p, said):
    rows = [driver("A Norris", p, p_position=(p, 1 - p))]
    found = result_words.surprises(
        result_words.finishes(event(rows, result=[("norris", 1, "finished", 1)]))
    )
    assert result_words.surprises_sentence(found) == said
    assert result_words.surprises_sentence([]) == "No finish to compare"
