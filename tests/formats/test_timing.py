import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.formats.timing import (
    is_day,
    local_day,
    parse_clock,
    parse_duration,
    parse_laps_down,
    utc_stamp,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:31.295", 91.295),
        ("59.999", 59.999),
        ("1:33:56.736", 5636.736),
        ("+12.3", 12.3),
        ("33:17.667", 1997.667),
        ("28.805", 28.805),
    ],
)
def test_parse_clock__reads_every_way_a_time_is_written(text, seconds):
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "+1 Lap", "1:31,295", "-5.0", "1:2:3:4", "nan", "1e5", "٣"])
def test_parse_clock__gives_none_for_what_is_no_time(text):
    assert parse_clock(text) is None


@given(st.integers(0, 35_999_999))
def test_parse_clock__reads_back_any_time_of_whole_milliseconds(millis):
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
    assert parse_clock(text) == millis / 1000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0 days 00:01:37.284000", 97.284),
        ("0 days 01:01:37", 3697.0),
        ("1 days 00:00:01.5", 86_401.5),
        ("P0DT0H1M37.284S", 97.284),
        ("00:01:37", None),
        ("NaT", None),
    ],
)
def test_parse_duration__reads_pandas_and_iso(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "laps"),
    [
        ("+1 LAP", 1),
        ("+2 LAPS", 2),
        ("+1 Lap", 1),
        ("+12 Laps", 12),
        ("Lapped", None),
        ("+1", None),
    ],
)
def test_parse_laps_down__reads_both_providers(text, laps):
    assert parse_laps_down(text) == laps


def test_utc_stamp__takes_a_time_without_offset_as_utc():
    assert utc_stamp("2024-03-02 15:03:42.342") == "2024-03-02T15:03:42.342000Z"
    assert utc_stamp("2024-03-02T18:03:42+03:00") == "2024-03-02T15:03:42Z"
    assert utc_stamp("soon") is None


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",  # the year 0 in UTC
        "9999-12-31T23:59:59-12:00",  # the year 10000
        "1949-12-31T23:59:59Z",
        "1950-01-01T00:30:00+01:00",
        "2101-01-01T00:00:00Z",
    ],
)
def test_utc_stamp__takes_no_time_out_of_the_years_that_are_read(text):
    assert utc_stamp(text) is None
    assert local_day(text, "14:00:00") is None


def test_local_day__an_offset_leads_to_no_day_out_of_the_years_that_are_read():
    assert local_day("2100-12-31T23:00:00Z", "02:00:00") is None
    assert local_day("1950-01-01T01:00:00Z", "-02:00:00") is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("1950-01-01", True),
        ("2100-12-31", True),
        ("1949-12-31", False),
        ("2101-01-01", False),
        ("0000-00-00", False),
        ("2025-02-29", False),
        ("20250525", False),
    ],
)
def test_is_day__is_a_day_of_the_years_that_are_read(text, is_one):
    assert is_day(text) is is_one


def test_local_day__is_the_day_at_the_circuit():
    # Las Vegas 2024: 22:00 on Saturday there is Sunday morning in UTC.
    assert local_day("2024-11-24T06:00:00+00:00", "-08:00:00") == "2024-11-23"
    assert local_day("2024-03-23T22:00:00+00:00", "11:00:00") == "2024-03-24"
    assert local_day("2024-03-23T22:00:00+00:00", None) == "2024-03-23"


def test_parse_clock__three_digits_behind_a_second_colon_are_thousandths():
    assert parse_clock("1:11:278") == 71.278
    assert parse_clock("1:33:56.736") == 5636.736
    assert parse_clock("1:33:56") == 5636.0
