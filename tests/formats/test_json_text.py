import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.errors import FormatError
from predictor.formats.json_text import MAX_DEPTH, parse_json


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "[1, NaN]"])
def test_parse_json__refuses_numbers_that_are_not_finite(text):
    with pytest.raises(FormatError, match="cannot be trusted"):
        parse_json(text, "x.json")


def test_parse_json__names_the_key_that_stands_twice():
    with pytest.raises(FormatError) as caught:
        parse_json('{"a": 1, "b": {"grid": 1, "grid": 2}}', "x.json")
    assert "'grid' twice" in caught.value.got


@pytest.mark.parametrize("n_digits", [19, 400, 5000])
def test_parse_json__refuses_numbers_of_many_digits(n_digits):
    with pytest.raises(FormatError) as caught:
        parse_json(f'{{"laps": {"9" * n_digits}}}', "x.json")
    assert f"{n_digits} digits" in caught.value.got


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1025, 100_000])
@pytest.mark.parametrize("pair", ["[]", ("{", "}")])
def test_parse_json__refuses_deep_nesting_in_words(depth, pair):
    opening, closing = ("[", "]") if pair == "[]" else ('{"a":', "}")
    with pytest.raises(FormatError, match="nested too deeply"):
        parse_json(opening * depth + "1" + closing * depth, "x.json")


def test_parse_json__takes_the_deepest_nesting_it_promises():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse_json(text, "x.json")


def test_parse_json__refuses_half_a_character():
    with pytest.raises(FormatError, match="surrogate"):
        parse_json('{"name": "\\ud83c"}', "x.json")


def test_parse_json__names_line_and_column_of_a_cut():
    with pytest.raises(FormatError) as caught:
        parse_json('{\n "season": 2025,\n "results": [', "race.json")
    assert caught.value.where.startswith("race.json line 3 column")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=10,
    )
)
def test_parse_json__gives_back_what_was_written(value):
    assert parse_json(json.dumps(value), "x.json") == value
