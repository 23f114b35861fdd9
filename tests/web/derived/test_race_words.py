"""Sentences of a race to come, for every branch."""

from __future__ import annotations

import pytest

from predictor.vocabulary import Scenario
from services.web.derived import race_words
from services.web.derived.figures import THIN
from tests.web.derived.events import N_SIMS, driver, event, field


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ({}, "no forecast yet"),
        ({"piastri": 0.32, "norris": 0.31, "leclerc": 0.05}, "Piastri and Norris level"),
        ({"piastri": 0.3, "norris": 0.3, "leclerc": 0.29}, "Piastri, Norris and Leclerc level"),
        ({f"d{k}": 0.2 for k in range(5)}, "five drivers level"),
        ({"piastri": 0.36, "norris": 0.3}, "Piastri ahead of Norris"),
        ({"piastri": 0.54, "norris": 0.33}, "Piastri the clear favourite"),
        ({"piastri": 0.82, "norris": 0.1}, "Piastri very likely to win"),
        ({"piastri": 0.999}, "Piastri almost sure to win"),
        ({"piastri": 0.5}, "Piastri the clear favourite"),
    ],
)
def test_who_is_ahead__says_level_when_it_is_level(chances, said):
    assert race_words.who_is_ahead(field(**chances), N_SIMS) == said


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        (
            {"piastri": 0.32, "norris": 0.31, "verstappen": 0.22},
            "Piastri and Norris level, Verstappen close behind",
        ),
        ({"piastri": 0.32, "norris": 0.31, "verstappen": 0.2}, "Piastri and Norris level"),
        ({"piastri": 0.54, "norris": 0.33}, "Piastri the clear favourite"),
        ({"piastri": 0.36, "norris": 0.3}, "Piastri ahead of Norris"),
        ({"piastri": 0.3, "norris": 0.3, "leclerc": 0.29}, "Piastri, Norris and Leclerc level"),
    ],
)
def test_favourites_sentence__calls_close_only_what_is_close(chances, said):
    assert race_words.favourites_sentence(field(**chances), N_SIMS) == said


def test_gap_sentence__a_point_within_the_noise_is_level():
    said = race_words.gap_sentence(field(piastri=0.32, norris=0.31), N_SIMS)
    assert said == (
        "1.0 points apart, within the noise of the simulation (2.2 points): call it level. "
        f"One of the two wins 63{THIN}% of the races."
    )


def test_gap_sentence__is_of_unrounded_chances():
    # 30.6 and 22.2 per cent are said as 31 and 22, and are 8.4 apart.
    said = race_words.gap_sentence(field(norris=0.306, piastri=0.222), N_SIMS)
    assert said.startswith("8.4 points apart, more than the noise of the simulation (2.0 points).")
    assert race_words.gap_sentence(field(norris=0.3), N_SIMS) == ""


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ({"norris": 0.85, "piastri": 0.1}, "Norris wins 85 % of the races"),
        ({"a": 0.4, "b": 0.3, "c": 0.15, "d": 0.1}, "Three drivers share 85 % of the wins"),
        (
            {f"d{k}": 0.1 for k in range(10)},
            "An open race: the five likeliest share only 50 % of the wins",
        ),
        (
            {"a": 0.4, "b": 0.3},
            "An open race: the two likeliest share only 70 % of the wins",
        ),
    ],
)
def test_wins_sentence__counts_who_shares_the_wins(chances, said):
    assert race_words.wins_sentence(field(**chances)) == said.replace(" %", f"{THIN}%")


def test_podium_sentence__is_the_share_of_the_first_five():
    rows = [driver(f"A D{k}", 0.1, p_podium=0.5) for k in range(5)]
    rows += [driver("A E", 0.1, p_podium=0.5)]
    assert race_words.podium_sentence(rows) == f"Five cars take 83{THIN}% of the podium places"
    assert race_words.podium_sentence(rows[:5]) == "Who finishes where"


def kinds(dry, wet):
    rows = field(norris=0.31, piastri=0.22)
    made = event(
        rows,
        scenarios={
            Scenario.DRY: [("norris", dry[0]), ("piastri", dry[1])],
            Scenario.WET: [("norris", wet[0]), ("piastri", wet[1])],
        },
    )
    return race_words.scenario_sentence(made.predictions, made.scenarios, N_SIMS)


def test_scenario_sentence__a_null_effect_is_none():
    assert kinds((0.31, 0.22), (0.31, 0.22)) == (
        "Rain or a safety car would change little at the front: under 1 point at most"
    )
    assert kinds((0.315, 0.22), (0.301, 0.22)) == (
        "Rain or a safety car would change little at the front: 1 point at most"
    )


def test_scenario_sentence__names_the_largest_effect_and_its_direction():
    assert kinds((0.32, 0.22), (0.26, 0.25)) == (
        f"Rain would hurt Norris most: 31{THIN}% → 26{THIN}%"
    )
    assert kinds((0.31, 0.22), (0.31, 0.30)) == (
        f"Rain would help Piastri most: 22{THIN}% → 30{THIN}%"
    )


def test_scenario_sentence__of_one_kind_alone():
    rows = field(norris=0.31)
    made = event(rows, scenarios={Scenario.DRY: [("norris", 0.31)]})
    assert race_words.scenario_sentence(rows, made.scenarios, N_SIMS) == (
        "One kind of race was simulated"
    )
    assert race_words.scenario_sentence(rows, {}, N_SIMS) == "One kind of race was simulated"
