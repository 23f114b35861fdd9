import json

import pytest

from predictor.errors import FormatError, PartialPageError
from predictor.formats import link_files, parse_file
from predictor.records import PathClaim
from predictor.vocabulary import Compound, ResultStatus, SessionKind

RESULTS = "DriverNumber,Abbreviation,FullName,TeamName,Position,ClassifiedPosition,GridPosition"
RESULTS += ",Q1,Q2,Q3,Time,Status,Points,Laps"
LAPS = "Driver,DriverNumber,LapTime,LapNumber,Stint,PitOutTime,PitInTime,Compound,TyreLife,Team"
LAPS += ",LapStartDate,Deleted,IsAccurate"
PATH = "2025/08-monaco/race.csv"


def table(header, rows):
    return "\n".join([header, *rows, ""]).encode()


def result_row(place, **cells):
    row = {
        "DriverNumber": place,
        "Abbreviation": f"A{place:02d}",
        "FullName": f"Ann Driver{place}",
        "TeamName": "Ferrari",
        "Position": float(place),
        "ClassifiedPosition": place,
        "GridPosition": float(place),
        "Time": "0 days 01:30:00" if place == 1 else f"0 days 00:00:{place:02d}.500000",
        "Status": "Finished",
        "Points": 0.0,
        "Laps": 50.0,
        **cells,
    }
    return ",".join(str(row.get(name, "")) for name in RESULTS.split(","))


def linked(path, data, folder=""):
    """Give a file's records as its path settles them, and its notes."""
    files, reasons = link_files({path: parse_file(path, data)}, folder)
    assert not reasons
    return files[path]


def refused(path, data):
    files, reasons = link_files({path: parse_file(path, data)})
    assert not files
    return str(reasons[path])


def filled(rows):
    return table(RESULTS, [*rows, *map(result_row, range(len(rows) + 1, 13))])


def results(*rows, path=PATH):
    (record,) = linked(path, filled(rows)).records
    return record


def lap_row(driver, number, lap, time, **cells):
    row = {
        "Driver": driver,
        "DriverNumber": number,
        "LapTime": time,
        "LapNumber": float(lap),
        "Stint": 1.0,
        "Compound": "SOFT",
        "TyreLife": 4.0,
        "Team": "Ferrari",
        "LapStartDate": "2025-05-25 13:03:42.342",
        "Deleted": False,
        "IsAccurate": True,
        **cells,
    }
    return ",".join(str(row.get(name, "")) for name in LAPS.split(","))


def test_parse_results__event_and_session_come_from_the_path():
    record = results()
    assert (record.event.season, record.kind) == (2025, SessionKind.RACE)
    assert record.event.path == PathClaim(("monaco",), 8)


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("results.csv", "whether it is of a race"),
        ("05-monaco/race.csv", "which season"),
        ("2025/05-monaco/results.csv", "whether it is of a race"),
    ],
)
def test_settle_by_path__a_path_that_says_too_little_tells_how_to_name_it(path, word):
    reason = refused(path, filled([]))
    assert word in reason
    assert "name it like" in reason


def test_fill_seasons__the_folder_or_the_other_files_tell_the_season():
    path = "08-monaco/race.csv"
    (by_folder,) = linked(path, filled([]), "2024").records
    assert by_folder.event.season == 2024
    calendar = json.dumps(
        {"season": 2023, "events": [{"slug": "monaco", "name": "Monaco Grand Prix", "round": 8}]}
    ).encode()
    files = {path: parse_file(path, filled([])), "c": parse_file("c", calendar)}
    (by_others,) = link_files(files, "drops")[0][path].records
    assert by_others.event.season == 2023


def test_parse_results__times_are_gaps_or_totals_whichever_version_wrote_them():
    gaps = results()
    totals = results(result_row(1), result_row(2, Time="0 days 01:30:02.500000"))
    for record in (gaps, totals):
        assert (record.results[0].time_s, record.results[0].gap_s) == (5400.0, 0.0)
        assert (record.results[1].time_s, record.results[1].gap_s) == (5402.5, 2.5)


def test_parse_results__what_became_of_each_driver():
    rows = results(
        result_row(1),
        result_row(2, Status="Lapped", Laps=49.0),
        result_row(3, GridPosition=0.0),
        *map(result_row, range(4, 10)),
        result_row(10, Status="Retired", Time=""),
        result_row(11, Status="Retired", ClassifiedPosition="R", Time=""),
        result_row(12, ClassifiedPosition="W", Status="Did not start", GridPosition=0.0, Laps=0.0),
    ).results
    assert [row.status for row in rows] == [
        *[ResultStatus.FINISHED] * 9,
        ResultStatus.DNF,
        ResultStatus.DNF,
        ResultStatus.DNS,
    ]
    assert (rows[1].gap_laps, rows[1].time_s) == (1, None)
    assert [row.position for row in rows] == [*range(1, 11), None, None]
    assert [row.pit_lane_start for row in rows] == [False, False, True] + [False] * 9


def test_parse_results__a_place_that_is_missing_sets_the_file_aside():
    rows = [result_row(place) for place in range(1, 14) if place != 6]
    with pytest.raises(PartialPageError) as caught:
        parse_file(PATH, table(RESULTS, rows))
    assert caught.value.got == "position 6 missing: 12 of 13 drivers"


def test_parse_results__without_status_places_are_used_and_a_note_says_so():
    bare = {"ClassifiedPosition": "", "Status": "", "GridPosition": "", "Time": "", "Points": ""}
    rows = [result_row(place, **bare) for place in range(1, 13)]
    parsed = linked(PATH, table(RESULTS, rows))
    (record,) = parsed.records
    assert [row.position for row in record.results] == list(range(1, 13))
    assert {row.classified for row in record.results} == {None}
    assert "retirements are missing" in str(parsed.notes[0])


def test_parse_results__an_unknown_word_makes_no_finisher_a_retirement():
    rows = [result_row(place, Status="Im Ziel") for place in range(1, 12)]
    rows += [result_row(12, Status="Im Ziel", Laps=48.0, Time="")]
    parsed = linked(PATH, table(RESULTS, rows))
    (record,) = parsed.records
    assert {row.status for row in record.results} == {ResultStatus.FINISHED}
    assert (record.results[10].gap_s, record.results[11].gap_laps) == (11.5, 2)
    assert "'Im Ziel' of 12" in str(parsed.notes[0])


def test_parse_results__a_race_time_without_its_hours_is_left_out():
    rows = [result_row(1, Time="23:15.5", Laps=78.0), result_row(2, Time="00:07.1", Laps=78.0)]
    parsed = linked(PATH, filled(rows))
    (record,) = parsed.records
    assert {(row.time_s, row.gap_s) for row in record.results} == {(None, None)}
    assert str(parsed.notes[0]) == (
        "race times left out: the winner's, 1395.5 s, is too short for 78 laps"
    )


def test_parse_results__qualifying_has_three_times():
    row = result_row(1, Q1="0 days 00:01:11.5", Q2="0 days 00:01:10.25", Time="", Status="")
    rows = results(row, path="2025/08-monaco/qualifying.csv").results
    assert (rows[0].q1_s, rows[0].q2_s, rows[0].q3_s, rows[0].best_s) == (71.5, 70.25, None, 70.25)


def test_settle_by_path__qualifying_times_contradict_a_race():
    assert "Q1 to Q3" in refused(PATH, filled([result_row(1, Q1="0 days 00:01:11.5")]))


def test_settle_by_path__points_and_grid_contradict_a_qualifying():
    assert "rows are of a race" in refused("2025/08-monaco/q.csv", filled([]))


def test_settle_by_path__a_race_of_the_name_sprint_qualifying_is_the_sprint():
    assert results(path="2021_10_Britain_sprint_qualifying.csv").kind is SessionKind.SPRINT


def test_settle_by_path__places_alone_may_be_of_any_session():
    bare = dict.fromkeys(("ClassifiedPosition", "Status", "GridPosition", "Points", "Laps"), "")
    rows = [result_row(place, **bare, Time="") for place in range(1, 13)]
    file = linked("2025/08-monaco/q.csv", table(RESULTS, rows))
    assert [record.kind for record in file.records] == [SessionKind.QUALIFYING]
    assert file.notes == ()


def test_parse_results__a_practice_export_has_no_places():
    rows = [result_row(place, Position="") for place in range(1, 13)]
    with pytest.raises(FormatError, match="without places"):
        parse_file(PATH, table(RESULTS, rows))


def test_parse_results__too_few_drivers_are_no_session():
    with pytest.raises(PartialPageError):
        parse_file(PATH, table(RESULTS, [result_row(1), result_row(2)]))


def test_parse_results__names_line_and_column_of_a_wrong_cell():
    with pytest.raises(FormatError) as caught:
        results(result_row(1), result_row(2, GridPosition="2.5"))
    assert caught.value.where == f"{PATH} line 3, GridPosition"


def test_parse_laps__the_clock_gives_date_and_season():
    rows = [lap_row("VER", 1, 1, "0 days 00:01:16.5"), lap_row("VER", 1, 2, "")]
    (record,) = parse_file("laps.csv", table(LAPS, rows)).records
    assert (record.event.season, record.event.date) == (2025, "2025-05-25")
    assert record.started_at == "2025-05-25T13:03:42.342000Z"
    first, second = record.laps
    assert (first.lap_time_s, first.compound, first.tyre_age) == (76.5, Compound.SOFT, 4)
    assert second.lap_time_s is None


def test_parse_laps__practice_makes_a_result_of_the_laps_that_count():
    rows = [
        lap_row("VER", 1, 1, "0 days 00:01:10", Deleted=True),
        lap_row("VER", 1, 2, "0 days 00:01:12"),
        lap_row("NOR", 4, 1, "0 days 00:01:11.5"),
        lap_row("NOR", 4, 2, "0 days 00:01:09", IsAccurate=False),
    ]
    _, result = linked("2025/08-monaco/fp1.csv", table(LAPS, rows)).records
    assert result.kind is SessionKind.FP1
    assert [(row.driver.code, row.best_s) for row in result.results] == [
        ("NOR", 71.5),
        ("VER", 72.0),
    ]


def test_parse_laps__two_sessions_in_one_file_are_refused():
    rows = [lap_row("VER", 1, 1, ""), lap_row("VER", 1, 1, "")]
    with pytest.raises(FormatError, match="more than one session"):
        parse_file("laps.csv", table(LAPS, rows))


def test_parse_laps__json_milliseconds_say_the_same_as_csv():
    row = lap_row("VER", 1, 1, "0 days 00:01:16.5")
    (from_csv,) = parse_file("x", table(LAPS, [row])).records
    cells = {
        "Driver": "VER",
        "DriverNumber": "1",
        "LapTime": 76500,
        "LapNumber": 1.0,
        "Stint": 1.0,
        "PitOutTime": None,
        "Compound": "SOFT",
        "TyreLife": 4.0,
        "Team": "Ferrari",
        "LapStartDate": 1748178222342,
        "Deleted": False,
        "IsAccurate": True,
    }
    (from_json,) = parse_file("x", json.dumps([cells]).encode()).records
    assert from_csv == from_json


def test_parse_laps__without_clock_and_path_nobody_knows_the_season():
    data = table(LAPS, [lap_row("VER", 1, 1, "", LapStartDate="")])
    assert "which season" in refused("laps.csv", data)


# --- real exports


@pytest.mark.real_data
def test_parse_rows__reads_the_laps_of_bahrain_2024(reference_data):
    path = reference_data / "formats/fastf1/2024_Bahrain_laps.csv"
    (record,) = parse_file(path.name, path.read_bytes()).records
    assert len(record.laps) == 1129
    assert (record.event.season, record.event.date) == (2024, "2024-03-02")
    verstappen = [lap for lap in record.laps if lap.driver.code == "VER"]
    assert (verstappen[0].lap_time_s, verstappen[0].tyre_age) == (97.284, 4)
    assert [lap.lap for lap in verstappen if lap.pit_in] == [17, 37]
    path = path.with_name("2024_01_Bahrain_laps_head60.json")
    (other,) = parse_file(path.name, path.read_bytes()).records
    assert [lap.lap_time_s for lap in other.laps[1:57]] == [
        lap.lap_time_s for lap in verstappen[1:57]
    ]


@pytest.mark.real_data
@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_parse_rows__reads_results_exported_without_jolpica(reference_data, suffix):
    name = f"2024_01_Bahrain_race_results_export_offline.{suffix}"
    parsed = linked(name, (reference_data / "formats/fastf1" / name).read_bytes())
    (record,) = parsed.records
    assert [row.driver.driver_id for row in record.results[:3]] == [
        "max-verstappen",
        "sergio-perez",
        "carlos-sainz-jr",
    ]
    assert record.results[18].driver.driver_id == "valtteri-bottas"
    assert "Status is empty" in str(parsed.notes[0])


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["race_weather", "race_control"])
def test_parse_rows__notes_what_is_not_used(reference_data, name):
    path = reference_data / f"formats/fastf1/2024_01_Bahrain_{name}.csv"
    parsed = parse_file(path.name, path.read_bytes())
    assert (parsed.records, len(parsed.notes)) == ((), 1)


@pytest.mark.parametrize("unknown", [-1.0, "", "nan", "-1", "N/A"])
def test_parse_results__a_grid_that_nobody_knows_leaves_the_result(unknown):
    rows = results(*(result_row(place, GridPosition=unknown) for place in range(1, 13))).results
    assert {(row.grid, row.pit_lane_start) for row in rows} == {(None, False)}
    assert [row.position for row in rows] == list(range(1, 13))


def test_parse_results__grid_zero_for_everybody_is_no_pit_lane():
    rows = results(*(result_row(place, GridPosition=0.0) for place in range(1, 13))).results
    assert {(row.grid, row.pit_lane_start) for row in rows} == {(None, False)}
    mixed = results(result_row(1, GridPosition=-1), result_row(2, GridPosition=0)).results
    assert [(row.grid, row.pit_lane_start) for row in mixed[:3]] == [
        (None, False),
        (None, True),
        (3, False),
    ]


@pytest.mark.parametrize("one", ["1", "1.0", "01", "1,0"])
def test_parse_results__numbers_that_went_through_a_table_are_the_same_numbers(one):
    cells = {"ClassifiedPosition": one, "Position": one, "GridPosition": one, "DriverNumber": one}
    quoted = {name: f'"{cell}"' for name, cell in cells.items()}
    winner = results(result_row(1, **quoted)).results[0]
    assert (winner.position, winner.classified, winner.grid) == (1, True, 1)
    assert (winner.driver.number, winner.time_s) == (1, 5400.0)


def test_parse_results__places_as_fractions_classify_whom_they_placed():
    rows = results(
        *(result_row(place, ClassifiedPosition=f"{place}.0") for place in range(1, 11)),
        result_row(11, ClassifiedPosition="R", Status="Retired", Laps=12.0),
        result_row(12, ClassifiedPosition="R", Status="Retired", Laps=3.0),
    ).results
    assert [row.classified for row in rows] == [True] * 10 + [False] * 2
    assert [row.position for row in rows] == [*range(1, 11), None, None]


def test_parse_results__position_zero_is_no_place():
    rows = results(
        *map(result_row, range(1, 12)),
        result_row(12, Position=0.0, ClassifiedPosition="W", Status="Did not start", Laps=0.0),
    ).results
    assert (rows[11].position, rows[11].status) == (None, ResultStatus.DNS)


def test_parse_results__in_a_list_without_classification_a_place_is_only_a_line():
    row = result_row(12, ClassifiedPosition="", Status="Did not start", Laps=0.0)
    last = results(*map(result_row, range(1, 12)), row).results[11]
    assert (last.position, last.status) == (None, ResultStatus.DNS)


@pytest.mark.parametrize(
    ("true", "false"), [("TRUE", "FALSE"), ("1", "0"), ("WAHR", "FALSCH"), ("1.0", "0.0")]
)
def test_parse_laps__booleans_of_spreadsheets(true, false):
    flags = {"Deleted": false, "IsAccurate": true}
    rows = [
        lap_row("NOR", 4, 1, "0 days 00:01:20", **flags),
        lap_row("NOR", 4, 2, "0 days 00:01:19", **flags | {"Deleted": true}),
        lap_row("PIA", 81, 1, "0 days 00:01:21", **flags),
    ]
    _, practice = linked("2025/08-monaco/fp2.csv", table(LAPS, rows)).records
    assert [row.best_s for row in practice.results] == [80.0, 81.0]


@pytest.mark.parametrize(("cells", "what"), [({}, "of practice"), ({"Points": 0.0}, "places")])
def test_parse_results__without_places_says_what_it_takes_it_for(cells, what):
    names = ("Position", "ClassifiedPosition", "GridPosition", "Time", "Status", "Points", "Laps")
    rows = [result_row(place, **dict.fromkeys(names, "") | cells) for place in range(1, 13)]
    with pytest.raises(FormatError, match=what) as caught:
        parse_file("2025/08-monaco/fp1.csv", table(RESULTS, rows))
    assert ("session.laps" in caught.value.do) == (not cells)
