"""Every driver who raced in 2025 has a forecast in every race he started, for his team."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.conftest import document_2025, results_folder  # noqa: F401 - fixtures

SEASON = Path(__file__).parents[2] / "race-data" / "2025"
STARTED = ("finished", "dnf", "dsq", "nc")


def starters():
    for path in sorted(SEASON.glob("*/race.json")):
        race = json.loads(path.read_text())
        for row in race["results"]:
            if row["status"] in STARTED:
                yield race["grand_prix"], row


DRIVERS = sorted({row["driver_id"] for _, row in starters()})


def test_all_drivers__twenty_one_people_raced_in_2025():
    assert len(DRIVERS) == 21  # twenty seats; Doohan's was Colapinto's from round 7


@pytest.mark.parametrize("driver_id", DRIVERS)
def test_all_drivers__has_a_forecast_in_exactly_the_races_he_started(driver_id, document_2025):  # noqa: F811
    raced = {name: row for name, row in starters() if row["driver_id"] == driver_id}
    shown = {
        name: row
        for name, block in document_2025["predictions"].items()
        for row in block["predictions"]
        if row["driver_id"] == driver_id
    }
    assert shown.keys() == raced.keys()
    for name, row in shown.items():
        assert (row["driver"], row["number"]) == (raced[name]["driver"], raced[name]["number"])
        assert row["team"] == raced[name]["team"]
        assert 0 < row["p_win"] <= row["p_podium"] <= row["p_points"] <= 1
