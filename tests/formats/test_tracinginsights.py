"""TracingInsights: a driver's laps, column by column; the path says whose and of what."""

import json

import pytest

from predictor.errors import FormatError
from predictor.formats import link_files, parse_file
from predictor.formats.tracinginsights.laps import driver_and_session, without_nan
from predictor.records import DriverRef, LapsRecord, SessionRecord
from predictor.vocabulary import Compound, SessionKind

TIMES = ["None", 92.5, 92.1, 120.4, 91.8]


def laptimes(times=TIMES, **columns):
    n = len(times)
    content = {
        "time": times,
        "lap": [float(lap) for lap in range(1, n + 1)],
        "compound": ["SOFT"] * n,
        **columns,
    }
    return json.dumps(content).encode()


def linked(files):
    parsed = {path: parse_file(path, data) for path, data in files.items()}
    return link_files(parsed, "2025")


def test_parse_file__laps_have_times_tyres_and_stints():
    data = laptimes(stint=[1.0, 1.0, 1.0, "None", 2.0], s1=[30.0] * 5)
    (record,) = parse_file("x", data).records
    assert isinstance(record, LapsRecord)
    assert [lap.lap_time_s for lap in record.laps] == [None, *TIMES[1:]]
    assert [lap.stint for lap in record.laps] == [1, 1, 1, None, 2]
    assert {lap.compound for lap in record.laps} == {Compound.SOFT}
    (driver,) = record.drivers
    assert (driver.n_laps, driver.best_s) == (5, 91.8)


def test_parse_file__bare_nan_is_a_gap_here_and_nowhere_else():
    data = laptimes().replace(b'"None"', b"NaN")
    (record,) = parse_file("x", data).records
    assert record.laps[0].lap_time_s is None
    with pytest.raises(FormatError, match="cannot be trusted"):
        parse_file("x", b'{"session": "fp1", "results": [{"best_s": NaN}]}')
    assert without_nan('{"name": [NaN]}') == '{"name": [NaN]}'


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"lap": [1.0]}, "do not belong together"),
        ({"stint": [1.0]}, "do not belong together"),
        ({"time": 5}, "time"),
        ({"lap": [1.0, 2.0, 3.0, 3.0, 4.0]}, "a lap stands twice"),
        ({"lap": [1.0, 2.0, 3.0, 3.5, 4.0]}, "lap"),
        ({"time": ["x", 1, 1, 1, 1]}, "time"),
    ],
)
def test_parse_file__columns_that_cannot_be_are_refused(columns, said):
    with pytest.raises(FormatError) as caught:
        parse_file("x", laptimes(**columns))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("path", "code", "session"),
    [
        ("2025/china/fp1/VER_laptimes.json", "VER", "2025/china/fp1/laps.json"),
        ("2025/Chinese Grand Prix/Practice 1/VER/laptimes.json", "VER",
         "2025/Chinese Grand Prix/Practice 1/laps.json"),
    ],
)  # fmt: skip
def test_driver_and_session__stand_in_the_path(path, code, session):
    assert driver_and_session(path) == (code, session)


def test_link_files__practice_is_ranked_a_driver_to_a_file():
    files, reasons = linked({"2025/china/fp1/VER_laptimes.json": laptimes()})
    assert reasons == {}
    laps, ranked = files["2025/china/fp1/VER_laptimes.json"].records
    assert laps.kind is ranked.kind is SessionKind.FP1
    assert isinstance(ranked, SessionRecord)
    assert ranked.from_laps
    assert ranked.event.path.words == ("china",)
    (row,) = ranked.results
    assert (row.driver, row.best_s, row.laps) == (DriverRef(code="VER"), 91.8, 5)


def test_link_files__a_path_without_a_driver_is_refused_with_what_to_do():
    _, reasons = linked({"2025/china/fp1/laptimes.json": laptimes()})
    (note,) = reasons.values()
    assert "whose laps" in str(note)
    assert "keep the archive's names" in str(note)


@pytest.mark.real_data
def test_parse_file__real_archives(reference_data):
    folder = reference_data / "ml/laps/tracinginsights_native"
    if not folder.exists():
        pytest.skip("the lap files of TracingInsights are not here")
    paths = sorted(folder.rglob("*_laptimes.json"))
    files = {f"2025/{path.parent.name}/race/{path.name}": path.read_bytes() for path in paths}
    found, reasons = linked(files)
    assert reasons == {}
    codes = {one.driver.code for file in found.values() for one in file.records[0].drivers}
    assert len(codes) == 21  # of three races; one seat changed hands
    assert {file.records[0].kind for file in found.values()} == {SessionKind.RACE}
