"""An event is found by what people call it."""

from __future__ import annotations

import pytest

from predictor.errors import UsageError
from predictor.season.lookup import find_event
from tests.season.builders import calendar, fold_one, planned

SEASON = fold_one(
    calendar(
        planned("monaco", 8, "2025-05-25"),
        planned("spain", 9, "2025-06-01"),
        planned("sao-paulo", 21, "2025-11-09"),
    )
)


@pytest.mark.parametrize(
    "text", ["2025-monaco", "monaco", "Monaco", "MONACO GRAND PRIX", " monaco ", "8"]
)
def test_find_event__takes_id_slug_name_and_round_in_any_case(text):
    assert find_event(SEASON, text).event_id == "2025-monaco"


@pytest.mark.parametrize("text", ["8.0", "08", "2024-monaco", "", "nowhere"])
def test_find_event__what_nothing_is_called_is_refused(text):
    with pytest.raises(UsageError, match="no such event") as caught:
        find_event(SEASON, text)
    assert caught.value.got == repr(text)


def test_find_event__suggests_the_nearest_event():
    with pytest.raises(UsageError) as caught:
        find_event(SEASON, "monacco")
    assert caught.value.do == "did you mean 2025-monaco?"


def test_find_event__suggests_nothing_for_what_is_like_nothing():
    with pytest.raises(UsageError) as caught:
        find_event(SEASON, "xyzxyz")
    assert "did you mean" not in caught.value.do


def test_find_event__of_a_round_that_is_not_there_says_which_there_are():
    with pytest.raises(UsageError) as caught:
        find_event(SEASON, "99")
    assert caught.value.do == "rounds are 1 to 21; the season document has the ids"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("mona", "monaco"),
        ("PAULO", "sao-paulo"),
        ("sao paulo", "sao-paulo"),
        ("São-Paulo", "sao-paulo"),
    ],
)
def test_find_event__takes_a_part_that_one_event_alone_has(text, slug):
    assert find_event(SEASON, text).slug == slug


def test_find_event__names_all_that_a_part_fits():
    with pytest.raises(UsageError, match="more than one event") as caught:
        find_event(SEASON, "grand prix")
    assert caught.value.do == "name one of 2025-monaco, 2025-spain, 2025-sao-paulo"


@pytest.mark.parametrize("text", ["mo", "2025", "202"])
def test_find_event__two_letters_or_a_number_are_no_part(text):
    with pytest.raises(UsageError, match="no such event"):
        find_event(SEASON, text)
