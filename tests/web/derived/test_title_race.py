"""How a title race went: leads, swings and their sentences, from numbers made by hand."""

from __future__ import annotations

import pytest

from predictor.vocabulary import ResultStatus
from services.web.derived.figures import THIN
from services.web.derived.title_race import (
    Lead,
    Swing,
    Told,
    lead_of,
    race_headline,
    since_sentence,
    swings,
    swings_sentence,
    what_happened,
)
from services.web.derived.title_words import TitleContender
from tests.archive.small_archive import document_of, one_event
from tests.web.derived import events

N = 5000
PLAIN = ("code", "settings", "published")
WHERE = {1: "Australia", 2: "China", 3: "Japan"}
NAMES = {"aaa": "Aa", "bbb": "Bb"}
WON = TitleContender("a", "Norris", 1.0, 423.0)


def told(round_no, a, b, made_by=PLAIN, n_sims=N):
    return Told(round_no, {"aaa": a, "bbb": b}, n_sims, made_by)


def season():
    return document_of(
        "run", one_event(1, order=("AAA", "BBB")), one_event(2, order=("BBB", "AAA")), one_event(3)
    )


def test_lead_of__who_is_level_is_not_ahead_and_changes_no_lead():
    # 0.505 against 0.495 of 5,000 is level: two standard errors of the difference are 0.028.
    points = [told(0, 0.6, 0.4), told(1, 0.505, 0.495), told(2, 0.4, 0.6), told(3, 0.3, 0.7)]
    assert lead_of(points[:2]) == Lead(None, 0, is_from_the_start=True, n_changes=0)
    assert lead_of(points[1:3]) == Lead("bbb", 2, is_from_the_start=False, n_changes=0)
    assert lead_of(points) == Lead("bbb", 2, is_from_the_start=False, n_changes=1)
    # Level in between and ahead again is no change.
    assert lead_of([points[0], points[1], told(2, 0.6, 0.4)]).n_changes == 0


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(0, 0.6, 0.4), (1, 0.7, 0.3)], "Aa has been ahead in the forecast since before"),
        (
            [(0, 0.6, 0.4), (1, 0.3, 0.7), (2, 0.3, 0.7)],
            "Bb has been ahead in the forecast since A",
        ),
        ([(0, 0.6, 0.4), (1, 0.6, 0.4), (2, 0.3, 0.7)], "Before China, Bb was not ahead."),
        ([(0, 0.6, 0.4), (1, 0.5, 0.5)], ""),
        # Before the second round nothing is known of: he need not have come to lead there.
        ([(2, 0.6, 0.4), (3, 0.6, 0.4)], "Aa has been ahead in the forecast for as long as any"),
    ],
)
def test_since_sentence__says_since_when_and_nothing_of_those_level(points, said):
    lead = lead_of([told(*one) for one in points])
    found = since_sentence(lead, NAMES, WHERE, points[-1][0])
    assert found.startswith(said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("chances", "lead", "said"),
    [
        ({}, None, "No title odds yet"),
        (
            {"norris": 0.51, "piastri": 0.41},
            Lead("norris", 3, is_from_the_start=False, n_changes=2),
            "Norris 51 %, Piastri 41 %: a title race of two, and the lead changed hands twice",
        ),
        (
            {"norris": 0.451, "piastri": 0.449, "russell": 0.1},
            None,
            "Norris and Piastri are level, 45 % and 45 %: a title race of three",
        ),
        ({f"d{k}": 0.2 for k in range(5)}, None, "Wide open: five are level, a title race of five"),
        ({"norris": 0.97, "piastri": 0.03}, None, "Norris 97 %: nobody else has 5 in 100"),
    ],
)
def test_race_headline__is_the_answer_in_every_state(chances, lead, said):
    order = [TitleContender(key, key.capitalize(), p, 1.0) for key, p in chances.items()]
    found = race_headline(order, N, lead, None, "").replace("\N{NO-BREAK SPACE}", " ")
    assert found.replace(THIN, " ") == said


def test_race_headline__a_title_that_is_won_is_said_as_won():
    assert race_headline([WON], N, None, WON, "") == "Norris is champion"
    since = race_headline([WON], N, None, WON, "in round 22, Las Vegas")
    assert since == "Norris is champion: settled in round 22, Las Vegas"


def test_swings__a_race_lies_between_the_last_that_did_not_know_it_and_the_first_that_did():
    runs = [
        [told(0, 0.5, 0.5), told(0, 0.6, 0.4)],  # what came before the first race
        [told(1, 0.8, 0.2), told(1, 0.79, 0.21)],  # the race, then noise
        [told(2, 0.5, 0.5)],
    ]
    found, left_out = swings(runs, season(), ["aaa"])
    assert [(one.event_id, one.is_race, round(one.difference, 6)) for one in found] == [
        ("2025-second", True, -0.29),
        ("2025-first", True, 0.2),
        ("2025-first", False, 0.1),
    ]
    assert left_out == 0
    # Two standard errors of 0.79 and 0.5 in 5,000: 2 * sqrt(0.1659 / 5000 + 0.25 / 5000).
    assert found[0].noise == pytest.approx(0.01824, abs=1e-5)


def test_swings__what_another_code_or_several_races_may_have_done_is_no_swing_of_a_race():
    other = ("other code", "settings", "published")
    changed = [[told(0, 0.5, 0.5)], [told(1, 0.8, 0.2, other)]]
    assert swings(changed, season(), ["aaa"]) == ((), 1)
    # A look back by the same program before and after the race tells what the race did.
    both = [[told(0, 0.5, 0.5)], [told(1, 0.9, 0.1, other), told(1, 0.8, 0.2)]]
    found, left_out = swings(both, season(), ["aaa"])
    assert [round(one.difference, 6) for one in found] == [0.3]
    assert left_out == 0
    at_once = [[told(0, 0.5, 0.5)], [told(2, 0.8, 0.2)]]
    assert swings(at_once, season(), ["aaa"]) == ((), 1)


def swing(event_id, difference, key="aaa"):
    return Swing(key, event_id, True, 0.5, 0.5 + difference, 0.02)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "Nothing moved it beyond the noise"),
        ([swing("can", -0.2)], "Canada moved it most"),
        ([swing("can", -0.2), swing("can", 0.2, "bbb")], "Canada moved it most"),
        ([swing("can", -0.2), swing("aut", 0.18)], "Canada turned it; Austria turned it back"),
        ([swing("aut", 0.2), swing("can", -0.18)], "Canada turned it; Austria turned it back"),
        ([swing("can", -0.2), swing("aut", -0.18)], "Canada moved it most, then Austria"),
    ],
)
def test_swings_sentence__names_the_races_in_their_order(found, said):
    assert swings_sentence(found, {"can": "Canada", "aut": "Austria"}) == said


def test_what_happened__tells_of_a_driver_and_of_both_cars_of_a_team():
    rows = (events.driver("A Norris", 0.5), events.driver("A Piastri", 0.4))
    run = events.event(
        rows,
        result=[("norris", 1, ResultStatus.FINISHED, 1), ("piastri", 3, ResultStatus.FINISHED, 2)],
    )
    assert what_happened(run, "a-norris", "driver", is_race=True) == "won"
    assert what_happened(run, "mclaren", "team", is_race=True) == "won and 3rd"
    assert what_happened(run, "a-norris", "driver", is_race=False) == "before the race"
