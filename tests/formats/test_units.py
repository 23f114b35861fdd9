import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.errors import FormatError
from predictor.formats import parse_file
from predictor.formats.fields import Row
from predictor.formats.units import ANY_LAP, in_seconds, race_times_in_seconds
from predictor.records import LapsRecord

PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


def column(*values):
    return [Row({"LapTime": value}, "laps.json", f"/{at}") for at, value in enumerate(values)]


def times(rows):
    return [row.values["LapTime"] for row in rows]


@pytest.mark.parametrize("unit", PER_SECOND)
def test_in_seconds__the_unit_that_makes_laps_plausible_is_taken(unit):
    scale = PER_SECOND[unit]
    rows = in_seconds(column(95.12 * scale, None, 92.12 * scale), "LapTime", ANY_LAP)
    assert times(rows) == [95.12, None, 92.12]


@given(
    st.lists(st.floats(21, 14_000), min_size=1, max_size=30), st.sampled_from(sorted(PER_SECOND))
)
def test_in_seconds__one_unit_at_most_fits_a_column(laps, unit):
    scaled = [lap * PER_SECOND[unit] for lap in laps]
    found = times(in_seconds(column(*scaled), "LapTime", ANY_LAP))
    assert found == pytest.approx(laps, abs=1e-5)


def test_in_seconds__texts_and_gaps_stay():
    texts = ["0 days 00:01:35.120000", "", "NaT", None, "1:35.120"]
    assert times(in_seconds(column(*texts), "LapTime", ANY_LAP)) == texts


def test_in_seconds__numbers_in_text_are_numbers():
    assert (
        times(in_seconds(column("95.12", "95120e-3", "95,12"), "LapTime", ANY_LAP)) == [95.12] * 3
    )


def test_in_seconds__single_odd_laps_do_not_hide_the_unit():
    rows = in_seconds(column(95120, 9000, 92120, 93000, 94000), "LapTime", ANY_LAP)
    assert times(rows) == [95.12, 9.0, 92.12, 93.0, 94.0]


@pytest.mark.parametrize(
    "values",
    [
        (1.55, 1.54, 1.53),  # minutes
        (95.12, 92120, 93.4, 94100),  # two units
        (0, 0, 0),
        (0.2, 0.3),
    ],
)
def test_in_seconds__where_no_unit_fits_the_column_is_refused(values):
    with pytest.raises(FormatError, match="unit of LapTime cannot be told") as caught:
        in_seconds(column(*values), "LapTime", ANY_LAP)
    assert caught.value.do == "export the column in seconds and drop the file again"


def race_column(*values):
    return [Row({"Time": value}, "race.json", f"/{at}") for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("winner", "gap", "laps"),
    [
        (6397.418, 0.812, 62),
        (6397418, 812, 62),
        (6397418000000, 812000000, 62),
        (1538.426, 1.43, None),
        (207071, 1995, 1),  # Belgium 2021: one lap
    ],
)
def test_race_times__the_winners_tells_the_unit_of_the_gaps(winner, gap, laps):
    rows = race_column(winner, gap)
    found, note = race_times_in_seconds(rows, "Time", rows[0], laps)
    first, second = (row.values["Time"] for row in found)
    assert note is None
    assert 200 < first < 6400
    assert 0.5 < second < 2


@pytest.mark.parametrize("winner", [106.6, 1.78, 0, 5])
def test_race_times__in_no_unit_they_are_left_out_with_a_note(winner):
    rows = race_column(winner, 0.812, "0 days 00:00:01")
    found, note = race_times_in_seconds(rows, "Time", rows[0], 62)
    assert [row.values["Time"] for row in found] == [None, None, "0 days 00:00:01"]
    assert "left out" in str(note)


@pytest.mark.parametrize("unit", PER_SECOND)
def test_parse_laps__in_any_unit_are_the_same_laps(unit):
    scale = PER_SECOND[unit]
    rows = [
        {
            "Driver": "NOR",
            "DriverNumber": "4",
            "LapNumber": float(lap),
            "LapTime": (80 + lap) * scale,
            "LapStartDate": "2025-05-25 13:03:42.342",
        }
        for lap in (1, 2, 3)
    ]
    records = parse_file("2025/08-monaco/race.json", json.dumps(rows).encode()).records
    (record,) = [one for one in records if isinstance(one, LapsRecord)]
    assert [lap.lap_time_s for lap in record.laps] == [81.0, 82.0, 83.0]


@pytest.mark.parametrize("unit", PER_SECOND)
def test_parse_rows__laps_of_openf1_in_any_unit_are_the_same_laps(unit):
    rows = [
        {
            "session_key": 9000,
            "meeting_key": 1000,
            "driver_number": 4,
            "lap_number": lap,
            "lap_duration": (80 + lap) * PER_SECOND[unit],
        }
        for lap in (1, 2, 3)
    ]
    (record,) = parse_file("laps.json", json.dumps(rows).encode()).records
    assert [lap.lap_time_s for lap in record.laps] == [81.0, 82.0, 83.0]
