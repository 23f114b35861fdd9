import pytest

from predictor.errors import FormatError
from predictor.formats import link_files, parse_file
from predictor.formats.fastf1.event import Named, named_by_columns
from predictor.formats.fields import Row
from predictor.vocabulary import SessionKind
from tests.said import said

from .test_fastf1 import LAPS, RESULTS, result_row, table


def rows_with(**cells):
    return [Row({"DriverNumber": number, **cells}, "x.csv") for number in (1, 4)]


def linked(path, **cells):
    """Give what linking makes of a result with more columns: its record or why not, and notes."""
    header = ",".join([RESULTS, *cells])
    extra = ",".join(str(cell) for cell in cells.values())
    rows = [f"{result_row(place)},{extra}" for place in range(1, 13)]
    files, reasons = link_files({path: parse_file(path, table(header, rows))}, "2025")
    if path in reasons:
        return str(reasons[path]), ()
    return files[path].records[0], said(files[path].notes)


@pytest.mark.parametrize(
    "columns",
    [
        ("Year", "RoundNumber", "EventName", "Session"),
        ("season", "round", "event", "session_name"),
        ("YEAR", "Round", "Grand Prix", "SessionName"),
    ],
)
@pytest.mark.parametrize("number", [8, "8", "8.0", 8.0])
def test_named_by_columns__in_any_spelling(columns, number):
    values = ("2024", number, "Monaco Grand Prix", "Race")
    found = named_by_columns(rows_with(**dict(zip(columns, values, strict=True))))
    assert found == Named(2024, 8, "Monaco Grand Prix", SessionKind.RACE)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("R", SessionKind.RACE),
        ("Q", SessionKind.QUALIFYING),
        ("FP2", SessionKind.FP2),
        ("Practice 3", SessionKind.FP3),
        ("Sprint Shootout", SessionKind.SPRINT_QUALIFYING),
        ("9", None),
        ("", None),
    ],
)
def test_named_by_columns__a_session_as_fastf1_calls_it(cell, kind):
    assert named_by_columns(rows_with(Session=cell)).kind is kind


def test_named_by_columns__what_is_no_season_round_or_name_says_nothing():
    rows = rows_with(Year="x", Round="99", Event="Race")
    assert named_by_columns(rows) == Named()


def test_named_by_columns__several_values_are_several_sessions():
    header = f"{RESULTS},Round"
    rows = [f"{result_row(place)},{8 if place < 7 else 9}" for place in range(1, 13)]
    with pytest.raises(FormatError, match="more than one session in a table") as caught:
        parse_file("2025_results.csv", table(header, rows))
    assert "split it by Round" in str(caught.value.do)


def test_settle_by_path__columns_fill_what_the_path_leaves_open():
    record, notes = linked("x.csv", Year=2025, Round=8, Event="Monaco Grand Prix", Session="Race")
    assert (record.event.season, record.event.round, record.event.name, record.kind) == (
        2025,
        8,
        "Monaco Grand Prix",
        SessionKind.RACE,
    )
    assert notes == ()


def test_settle_by_path__columns_outweigh_the_path_with_a_note():
    record, notes = linked("2025/10-spain/sprint.csv", Year=2024, Session="Race")
    assert (record.event.season, record.event.path, record.kind) == (2024, None, SessionKind.RACE)
    assert notes == (
        "its rows are of 2024, its path says 2025: the rows count",
        "its rows say race, its path sprint: taken as race",
    )


def test_settle_by_path__a_column_says_which_practice_the_laps_are_of():
    header = f"{LAPS},Session"
    laps = [
        "LEC,16,0 days 00:01:11.3,2.0,1.0,,,SOFT,2.0,Ferrari,2025-05-23 12:00:00,False,True,FP2"
    ]
    path = "2025/08-monaco/x.csv"
    files, _ = link_files({path: parse_file(path, table(header, laps))})
    assert {record.kind for record in files[path].records} == {SessionKind.FP2}
