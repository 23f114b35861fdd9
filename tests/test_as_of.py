"""The point up to which things are known, as a user names it."""

import pytest

from predictor.as_of import AsOf, parse_as_of
from predictor.errors import UsageError


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("12", AsOf(round=12)),
        ("0", AsOf(round=0)),
        (" 7 ", AsOf(round=7)),
        ("2025-07-05", AsOf(day="2025-07-05")),
    ],
)
def test_parse_as_of__reads_days_and_rounds(text, point):
    assert parse_as_of(text, "--as-of") == point


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "2025", "2025-13-01", "2025-7-5", "20250705", "2025-W27-6", "monaco"]
)
def test_parse_as_of__refuses_what_is_neither(text):
    with pytest.raises(UsageError) as caught:
        parse_as_of(text, "--as-of")
    assert caught.value.where == "--as-of"


def test_as_of__is_told_in_words_and_as_the_document_has_it():
    assert (AsOf(round=12).words, AsOf(round=12).plain) == ("round 12", {"round": 12})
    day = AsOf(day="2025-07-05")
    assert (day.words, day.text, day.plain) == ("2025-07-05", "2025-07-05", {"date": "2025-07-05"})


def test_may_know__a_season_begins_with_its_year():
    day = AsOf(day="2024-12-31")
    assert day.may_know(2024)
    assert not day.may_know(2025)
    assert AsOf(round=1).may_know(2025)
