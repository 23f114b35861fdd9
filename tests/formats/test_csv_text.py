import pytest

from predictor.errors import FormatError
from predictor.formats.csv_text import parse_csv, read_headers

TEXT = 'Driver,Laps\nVER,50\n"Mantz, J",3\n'


def test_parse_csv__gives_rows_by_column_name():
    table = parse_csv(TEXT, "x.csv")
    assert table.rows == ({"Driver": "VER", "Laps": "50"}, {"Driver": "Mantz, J", "Laps": "3"})


@pytest.mark.parametrize("n_bytes", [n for n in range(len(TEXT)) if not TEXT[:n].endswith("\n")])
def test_parse_csv__refuses_a_file_cut_inside_a_line(n_bytes):
    with pytest.raises(FormatError):
        parse_csv(TEXT[:n_bytes], "x.csv")


@pytest.mark.parametrize(
    ("column", "is_whole"),
    [
        (["57", "57", "56"], True),
        (["57", "9", "5"], False),  # of 57?
        (["57.0", "9.0", "5.0"], True),  # what is left of 57.0 has no digit after its point
        (["57.0", "9.0", "57."], False),
        (["57.0", "55.0", "53.0"], True),
        (["4480.727", "4483.391", "4486.88"], False),  # of 4486.881?
        (["4480.727", "4483.391", "4486.880"], True),
        (["Finished", "Engine", "Finished"], True),
        (["Finished", "+1 Lap", "+1 Lap"], True),
        (["Finished", "+1 Laps", "+1 Lap"], False),
        (["Finished", "Engine", "Gearbox"], False),  # nothing shows that it is whole
        (["True", "False", "False"], True),
        (["True", "False", "Fals"], False),
        (["", "", ""], True),
        (["1", "", ""], False),
        (['"a"', '"b"', '"c, d"'], True),
    ],
)
def test_parse_csv__takes_a_last_line_without_an_end_if_its_last_cell_must_be_whole(
    column, is_whole
):
    text = "\n".join(["Driver,X", *(f"D{at},{cell}" for at, cell in enumerate(column))])
    if is_whole:
        assert parse_csv(text, "x.csv") == parse_csv(text + "\n", "x.csv")
        return
    with pytest.raises(FormatError, match="last line has no end"):
        parse_csv(text, "x.csv")
    assert len(parse_csv(text + "\n", "x.csv").rows) == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_parse_csv__lines_end_as_on_any_system(end):
    table = parse_csv(TEXT.replace("\n", end), "x.csv")
    assert table == parse_csv(TEXT, "x.csv")
    assert table.lines == (2, 3)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_parse_csv__reads_what_spreadsheets_of_other_locales_write(separator):
    text = TEXT.replace(",", separator).replace("Mantz; J", "Mantz, J")
    assert list(read_headers(text)) == [separator]
    rows = parse_csv(text, "x.csv", separator).rows
    assert [row["Laps"] for row in rows] == ["50", "3"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("25,0", "25.0"),
        ("-0,5", "-0.5"),
        ("1:31,295", "1:31.295"),
        ("0 days 00:01:37,284000", "0 days 00:01:37.284000"),
        ("+22,457s", "+22.457s"),
        ("Mantz, J", "Mantz, J"),
        ("1,2,3", "1,2,3"),
        ("25.0", "25.0"),
    ],
)
def test_parse_csv__a_comma_is_a_decimal_point_where_it_does_not_separate(cell, read):
    assert parse_csv(f"a;b\nx;{cell}\n", "x.csv", ";").rows[0]["b"] == read
    assert parse_csv(f'a,b\nx,"{cell}"\n', "x.csv").rows[0]["b"] == cell


def test_read_headers__names_the_columns_by_each_separator_that_may_be_meant():
    assert read_headers('"a";"b;c"\n1;2\n') == {";": ("a", "b;c")}
    assert read_headers("a,b;c\n") == {",": ("a", "b;c"), ";": ("a,b", "c")}
    assert read_headers("alone\n") == {",": ("alone",)}
    assert read_headers("sep=;\r\na;b,c\r\n") == {";": ("a", "b,c")}


def test_read_headers__a_line_without_an_end_is_no_header():
    assert read_headers("x" * 200_000) == {}
    assert read_headers('"' + "x" * 15_000 + "\n") in ({",": ()}, {",": ("x" * 15_000,)})


def test_parse_csv__passes_over_what_a_spreadsheet_leaves_at_the_end():
    assert parse_csv("sep=;\na;b\n1;2\n;\n\n", "x.csv", ";").rows == ({"a": "1", "b": "2"},)


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


def test_parse_csv__a_cell_beyond_what_the_library_reads_is_refused_in_words():
    with pytest.raises(FormatError, match="not valid CSV"):
        parse_csv("a,b\n1," + "x" * 140_000 + "\n", "x.csv")


def test_parse_csv__names_what_is_wrong_in_printable_words():
    """The reader's own words hold the separator, which may be a tab."""
    with pytest.raises(FormatError) as caught:
        parse_csv('a\tb\n"1" x\t2\n', "laps.csv", "\t")
    assert caught.value.one_line().isprintable()
