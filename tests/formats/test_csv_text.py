import pytest

from predictor.errors import FormatError
from predictor.formats.csv_text import parse_csv

TEXT = 'Driver,Laps\nVER,50\n"Mantz, J",3\n'


def test_parse_csv__gives_rows_by_column_name():
    table = parse_csv(TEXT, "x.csv")
    assert table.rows == ({"Driver": "VER", "Laps": "50"}, {"Driver": "Mantz, J", "Laps": "3"})


@pytest.mark.parametrize("n_bytes", [n for n in range(len(TEXT)) if not TEXT[:n].endswith("\n")])
def test_parse_csv__refuses_a_file_cut_inside_a_line(n_bytes):
    with pytest.raises(FormatError):
        parse_csv(TEXT[:n_bytes], "x.csv")


def test_parse_csv__names_the_line_of_a_short_row():
    with pytest.raises(FormatError) as caught:
        parse_csv("a,b\n1,2\n3\n", "x.csv")
    assert caught.value.where == "x.csv line 3"
    assert caught.value.got == "1 cells"


def test_parse_csv__refuses_a_column_that_stands_twice():
    with pytest.raises(FormatError, match="twice"):
        parse_csv("a,a\n1,2\n", "x.csv")


def test_parse_csv__refuses_a_header_alone():
    with pytest.raises(FormatError, match="without any row"):
        parse_csv("a,b\n", "x.csv")
