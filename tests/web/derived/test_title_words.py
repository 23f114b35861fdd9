"""Sentences of the titles, for every branch."""

from __future__ import annotations

import pytest

from services.web.derived.figures import THIN
from services.web.derived.title_words import TitleContender, title_clause, title_heading

N = 5000
WON = TitleContender("n", "Norris", 1.0, 423.0)


def order(**chances):
    return [TitleContender(name, name.capitalize(), p, 10.0) for name, p in chances.items()]


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ({}, "No title odds yet"),
        ({"norris": 0.51, "piastri": 0.41}, "For the title, Norris leads by a little"),
        ({"norris": 0.54, "piastri": 0.33}, "For the title, Norris leads Piastri"),
        ({"norris": 0.451, "piastri": 0.449}, "For the title, Norris and Piastri are level"),
        ({f"d{k}": 0.2 for k in range(5)}, "For the title, five are level"),
        ({"norris": 0.995, "piastri": 0.005}, "The title is almost surely Norris’s"),
    ],
)
def test_title_clause__who_is_ahead_and_by_how_much(chances, said):
    assert title_clause(order(**chances), N, None) == said


def test_title_clause__a_title_that_is_won_is_said_as_won():
    assert title_clause(order(norris=0.9, piastri=0.1), N, WON) == "Norris is champion"
    assert title_heading(order(norris=0.9), WON) == "Settled: Norris, with 423 points"


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        (
            {"norris": 0.51, "piastri": 0.41, "verstappen": 0.07, "russell": 0.01},
            "Norris 51 %, Piastri 41 %, Verstappen 7 %",
        ),
        ({"norris": 1.0, "piastri": 0.0}, "Norris >99 %"),
        ({f"d{k}": 0.04 for k in range(25)}, "Wide open: nobody has a chance of 5 in 100"),
    ],
)
def test_title_heading__names_those_with_a_chance(chances, said):
    shown = title_heading(order(**chances), None).replace("\N{NO-BREAK SPACE}", " ")
    assert shown.replace(THIN, " ") == said
