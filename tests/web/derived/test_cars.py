"""Colours and team-mates, in a real season."""

from __future__ import annotations

import pytest

from predictor.published.json_text import read_json
from predictor.published.season_types import SeasonDocument
from services.web.derived.cars import Cars
from services.web.derived.team_colours import team_class


@pytest.fixture(scope="module")
def cars(published):
    return Cars(read_json(published[0].read_bytes(), SeasonDocument))


@pytest.mark.parametrize(
    ("team_id", "season", "name"),
    [
        ("mclaren", 2014, "t-mclaren"),
        ("force-india", 2014, "t-aston-martin"),
        ("renault", 2019, "t-alpine"),
        ("audi", 2026, "t-kick-sauber"),
        ("AlphaTauri", 2021, "t-racing-bulls"),
        ("andretti", 2030, "t-none"),
    ],
)
def test_team_class__goes_with_the_lineage(team_id, season, name):
    assert team_class(team_id, season) == name


def test_cars__the_lower_number_is_the_first_car(cars):
    assert not cars.of("lando-norris").is_second  # 4
    assert cars.of("oscar-piastri").is_second  # 81


def test_cars__who_changes_teams_has_the_team_of_each_event(cars):
    assert cars.of("liam-lawson", "2025-australia").team == "Red Bull"
    assert cars.of("liam-lawson", "2025-japan").team == "Racing Bulls"


def test_cars__one_whom_nothing_tells_of_is_his_id(cars):
    car = cars.of("ayrton-senna")
    assert (car.code, car.name, car.class_) == ("NNA", "ayrton-senna", "t-none")
