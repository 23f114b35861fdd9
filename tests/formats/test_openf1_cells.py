"""OpenF1's CSV says what its JSON says."""

import csv
import io
import json

import pytest

from predictor.formats import parse_file
from tests.formats.builders import dump, openf1_row

MEETING = {
    "meeting_key": 1000,
    "circuit_key": 1,
    "circuit_short_name": "Monza",
    "country_name": "Italy",
    "location": "Monza",
    "meeting_name": "Italian Grand Prix",
    "date_start": "2024-08-30T11:30:00+00:00",
    "gmt_offset": "02:00:00",
    "year": 2024,
}
SESSION = {
    "session_key": 9000,
    "session_name": "Race",
    "session_type": "Race",
    **{key: value for key, value in MEETING.items() if key != "meeting_name"},
}
KEYS = {"meeting_key": 1000, "session_key": 9000}
RACE = [openf1_row(place) for place in range(1, 19)] + [
    openf1_row(19, position=None, dnf=True, duration=None, gap_to_leader=None, number_of_laps=12),
    openf1_row(20, position=18, gap_to_leader="+1 LAP", duration=None, number_of_laps=49),
]
QUALIFYING = [
    {
        **KEYS,
        "position": place,
        "driver_number": place,
        "number_of_laps": 20,
        "dnf": False,
        "dns": False,
        "dsq": False,
        "duration": [88.1 + place, None if place > 15 else 87.0 + place, None],
        "gap_to_leader": [0.1 * place, None, None],
    }
    for place in range(1, 21)
]
LAPS = [
    {
        **KEYS,
        "driver_number": 1,
        "lap_number": lap,
        "date_start": None if lap == 1 else f"2024-09-01T13:0{lap}:00.123000+00:00",
        "lap_duration": None if lap == 1 else 85.0,
        "is_pit_out_lap": lap == 1,
        "segments_sector_1": [2049, None, 2051],
    }
    for lap in range(1, 6)
]
STINTS = [
    {
        **KEYS,
        "stint_number": 1,
        "driver_number": 1,
        "lap_start": 1,
        "lap_end": 17,
        "compound": "HARD",
        "tyre_age_at_start": 0,
    },
    {
        **KEYS,
        "stint_number": 2,
        "driver_number": 1,
        "lap_start": None,
        "lap_end": None,
        "compound": None,
        "tyre_age_at_start": None,
    },
]
PIT = [
    {
        **KEYS,
        "driver_number": 1,
        "lap_number": 17,
        "pit_duration": 22.0,
        "date": "2024-09-01T13:30:00+00:00",
    }
]
DRIVERS = [
    {
        **KEYS,
        "driver_number": 1,
        "full_name": "Max VERSTAPPEN",
        "name_acronym": "VER",
        "team_name": "Red Bull Racing",
        "team_colour": "3671C6",
    }
]
GRID = [
    {**KEYS, "position": place, "driver_number": place, "lap_duration": 80.0 + place}
    for place in range(1, 21)
]

ANSWERS = {
    "race": RACE,
    "qualifying": QUALIFYING,
    "laps": LAPS,
    "stints": STINTS,
    "pit": PIT,
    "drivers": DRIVERS,
    "grid": GRID,
    "sessions": [SESSION],
    "meetings": [MEETING],
}


def as_csv(rows, **shown):
    """Write rows as the service does: Python's words for values, nothing for a gap."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _shown(value, **shown) for key, value in row.items()})
    return text.getvalue().encode()


def _shown(value, *, is_float=False, gap=""):
    if value is None:
        return gap
    if is_float and type(value) is int:
        return float(value)
    return value


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("shown", [{}, {"is_float": True}, {"gap": "nan"}, {"gap": "None"}])
def test_parse_file__openf1_csv_is_read_as_its_json(name, shown):
    rows = ANSWERS[name]
    assert parse_file("x", as_csv(rows, **shown)) == parse_file("x", dump(rows))


def test_parse_file__openf1_csv_of_a_spreadsheet_is_read_as_its_json():
    text = as_csv(RACE).decode().replace(",", ";").replace("False", "FALSE").replace(".", ",")
    assert parse_file("x", text.encode()) == parse_file("x", dump(RACE))


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "session_result",
        "sessions",
        "meetings",
        "starting_grid",
        "laps_9488",
        "pit_9488",
        "stints_9488",
    ],
)
def test_parse_file__every_real_answer_is_the_same_as_csv(reference_data, name):
    data = (reference_data / f"formats/openf1/{name}.json").read_bytes()
    rows = json.loads(data)
    columns = dict.fromkeys(key for row in rows for key in row)
    full = [{key: row.get(key) for key in columns} for row in rows]
    assert parse_file("x", as_csv(full)) == parse_file("x", data)
