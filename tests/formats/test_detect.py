import gzip
import json
import sys
import time

import pytest

from predictor.errors import DropError, FormatError
from predictor.formats import parse_file
from tests.formats.builders import dump, native_race, openf1_row

RACE = dump(native_race())


@pytest.mark.parametrize("name", ["race.json", "race.csv", "notes.txt", ""])
def test_parse_file__name_and_suffix_decide_nothing(name):
    assert parse_file(name, RACE) == parse_file("x", RACE)


def test_parse_file__takes_a_byte_order_mark_and_white_space():
    assert parse_file("x", b"\xef\xbb\xbf" + RACE) == parse_file("x", RACE)
    assert parse_file("x", b"\r\n\t " + RACE + b"\n\n") == parse_file("x", RACE)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (RACE[:50] + b"\xff" + RACE[50:], "not UTF-8"),
        (RACE[:1] + b"\0" + RACE[1:], "not UTF-8"),
        (b"\0" * 4096, "not UTF-8"),
        (b"hello", "not a format"),
        (b"a,b\n1,2\n", "not a format"),
        (b"{}", "not a format"),
        (b"[]", "empty list"),
        (b"[1, 2]", "not an object"),
        (b'[{"a": 1}]', "not a format"),
        (b'{"detail": "Request was throttled."}', "error message"),
        (b'{"DriverNumber": {"0": "1"}}', "column by column"),
        (b'{"results": []}', "session"),
        (b'{"MRData": []}', "MRData"),
        (b'{"MRData": {}}', "RaceTable"),
        (b"raceId,driverId,stop,lap,duration\n1,2,3,4,5\n", "Ergast CSV"),
        (b'{"drivers": [{"id": "a"}], "constructors": [], "races": []}', "f1db's whole database"),
        (b'[{"grandPrixId": "monaco", "round": 8}]', "f1db's database"),
        (b'[{"positionText": "1", "Driver": {}}]', "without their race"),
        (b"Track,Position,No,Driver,Team,Starting Grid,Laps,Time/Retired,Points\n", "formula1.com"),
        (b"Round,Race Date,GP Name,Country,City\n", "formula1.com"),
        (b"Team,Full Team Name,Base,Team Chief\n", "formula1.com"),
        (b"Driver,Abbreviation,Race Number,Team,Country\n", "formula1.com"),
        (b"season: 2025\nround: 3\n", "not a format"),
        (b"2025-11-29 10:00:01,123 INFO started; port|80\n", "not a format"),
        (b"{} {}", "not a format"),
        (b'{"season": NaN}', "cannot be trusted"),
    ],
)
def test_parse_file__says_what_is_wrong_with_everything_else(data, word):
    with pytest.raises(FormatError, match=word) as caught:
        parse_file("drop", data)
    assert "drop" in caught.value.one_line()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_parse_file__takes_utf_8_and_utf_16_with_its_mark(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert parse_file("x", mark + RACE.decode().encode(encoding)) == parse_file("x", RACE)


def test_parse_file__refuses_utf_16_without_its_mark():
    with pytest.raises(FormatError, match="not UTF-8") as caught:
        parse_file("x", RACE.decode().encode("utf-16-le"))
    assert caught.value.expected == "UTF-8, or UTF-16 with its mark"


def test_parse_file__takes_a_packed_file():
    assert parse_file("x", gzip.compress(RACE)) == parse_file("x", RACE)


def test_parse_file__takes_sessions_one_after_the_other():
    """As ``.jsonl`` holds them, a session a line, or as a list."""
    other = native_race(session="sprint")
    lines = parse_file("x", RACE + b"\n" + dump(other) + b"\n")
    assert [record.kind for record in lines.records] == ["race", "sprint"]
    assert parse_file("x", dump([native_race(), other])) == lines


def test_parse_file__refuses_a_session_that_was_appended_instead_of_replaced():
    with pytest.raises(FormatError, match="a session stands twice in one file"):
        parse_file("x", RACE + b"\n" + dump(native_race(20)))


def test_parse_file__takes_the_rows_of_a_list_line_by_line():
    rows = [openf1_row(place) for place in range(1, 21)]
    lines = b"\n".join(map(dump, rows))
    assert parse_file("x", lines) == parse_file("x", dump(rows))


def test_parse_file__refuses_more_bytes_than_allowed_before_reading_them():
    with pytest.raises(FormatError, match="too large"):
        parse_file("x", b"{" * 101, max_bytes=100)
    assert parse_file("x", RACE, max_bytes=len(RACE))


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["car_data_11_head2000", "location_11_head2000"])
def test_parse_file__refuses_telemetry_by_name(reference_data, name):
    data = (reference_data / f"formats/openf1/{name}.csv").read_bytes()
    with pytest.raises(FormatError, match="telemetry is not used by this version"):
        parse_file("telemetry.csv", data)


@pytest.mark.real_data
def test_parse_file__refuses_every_table_of_the_ergast_dump(reference_data):
    paths = sorted((reference_data / "formats/ergast_csv").glob("*.csv"))
    assert len(paths) == 6
    for path in paths:
        with pytest.raises(FormatError, match="Ergast CSV dump"):
            parse_file(path.name, path.read_bytes())


@pytest.mark.real_data
def test_parse_file__every_real_file_is_parsed_or_refused_in_words(reference_data):
    n_parsed, refusals = 0, []
    for path in sorted((reference_data / "formats").glob("*/*")):
        try:
            parse_file(path.name, path.read_bytes())
            n_parsed += 1
        except DropError as error:
            refusals.append(error)
    assert (n_parsed, len(refusals)) == (18, 19)
    assert all(error.got or error.do for error in refusals)


@pytest.mark.real_data
@pytest.mark.skipif(sys.gettrace() is not None, reason="measuring coverage costs more")
def test_parse_file__a_season_costs_a_few_times_what_reading_its_json_does(reference_data):
    folder = reference_data / "seasons/2025"
    files = [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*.json"))]
    assert len(files) > 100

    def cpu_s(work):
        def once():
            start = time.process_time()
            for name, data in files:
                work(name, data)
            return time.process_time() - start

        return min(once() for _ in range(3))

    assert cpu_s(parse_file) < 25 * cpu_s(lambda _name, data: json.loads(data))
