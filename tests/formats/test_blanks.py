import pytest

from predictor.errors import FormatError
from predictor.formats.blanks import decimal_of, flag_of, is_blank, whole_of
from predictor.formats.fields import Row


@pytest.mark.parametrize(
    "word", ["", "  ", "nan", "NaN", "NaT", "None", "null", "N/A", "\\N", "-", "<NA>", None]
)
def test_is_blank__every_word_for_nothing_is_nothing(word):
    assert is_blank(word)
    row = Row({"cell": word}, "file.csv")
    assert (row.text("cell"), row.digits("cell", 1, 40), row.clock("cell", 20, 600)) == (None,) * 3


@pytest.mark.parametrize("word", ["NOR", "Nan Ning", "0", "R", "no", "None Such", 0, False])
def test_is_blank__what_says_something_is_no_gap(word):
    assert not is_blank(word)


@pytest.mark.parametrize("value", [1, 1.0, "1", "1.0", "1.00", " 1 ", "01", "1.", "1,0"])
def test_whole_of__one_is_one_however_it_is_written(value):
    assert whole_of(value) == 1


@pytest.mark.parametrize("value", [True, 1.5, "1.5", "one", "1e0", "", None, "1.0.0", [1]])
def test_whole_of__everything_else_is_none(value):
    assert whole_of(value) is None


@pytest.mark.parametrize("value", [-1, -1.0, "-1", "-1.0"])
def test_row__minus_one_is_no_place(value):
    row = Row({"grid": value}, "file.json")
    read = row.digits if isinstance(value, str) else row.integer
    assert read("grid", 0, 40) is None


@pytest.mark.parametrize("value", [-2, 41, 1.5, True])
def test_row__what_is_out_of_range_is_refused_as_before(value):
    with pytest.raises(FormatError, match="grid is not what"):
        Row({"grid": value}, "file.json").integer("grid", 0, 40)


@pytest.mark.parametrize(("true", "false"), [("TRUE", "FALSE"), ("True", "False"), (1, 0)])
def test_flag_of__python_spreadsheets_and_numbers(true, false):
    assert (flag_of(true), flag_of(false)) == (True, False)


@pytest.mark.parametrize(("true", "false"), [("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("1.0", "0.0")])
def test_flag_of__spreadsheets_of_other_languages(true, false):
    assert (flag_of(true), flag_of(false)) == (True, False)


@pytest.mark.parametrize("value", ["maybe", 2, "", None, "TRUE FALSE"])
def test_flag_of__what_says_neither_is_none(value):
    assert flag_of(value) is None


def test_decimal_of__takes_a_point_or_a_comma():
    assert (decimal_of("25.5"), decimal_of("25,5"), decimal_of("25")) == (25.5, 25.5, 25.0)
    assert (decimal_of("25,5,0"), decimal_of("five")) == (None, None)
