"""Which paths and names mean a day of testing before the season."""

import pytest

from predictor.formats.path_hints import hints_from_path
from predictor.records import DayOfTesting


@pytest.mark.parametrize(
    ("path", "test", "day"),
    [
        ("2025/00-testing/day-1.json", None, 1),
        ("2025/testing/day2.csv", None, 2),
        ("2025/Pre-Season Testing/Practice 3/laps.csv", None, 3),
        ("2025_Pre-Season_Testing_Practice_1_laps.csv", None, 1),
        ("2025_testing_day_2_laps.csv", None, 2),
        ("2025/pre-season-test-2/day-3/laps.csv", 2, 3),
        ("2026/testing1/fp2_laps.csv", 1, 2),
        ("2025/Bahrain Pre Season Test/laps_day3.csv", None, 3),
        ("2025/bahrain-testing/session 1.csv", None, 1),
        ("2025-preseason/d1.csv", None, 1),
        ("2025/testing/laps.csv", None, None),
    ],
)
def test_hints_from_path__a_day_of_testing(path, test, day):
    assert hints_from_path(path).testing == DayOfTesting(test, day)


@pytest.mark.parametrize(
    "path",
    [
        "2025/04-bahrain/fp1.csv",
        "testing/2025/05_monaco/fp1_laps.csv",  # somebody tests this program
        "2025/abu dhabi post-season testing/day 1.csv",
        "2025/young driver testing/day 1.csv",
        "2025/monaco/day 1.csv",
    ],
)
def test_hints_from_path__other_paths_mean_none(path):
    assert hints_from_path(path).testing is None
