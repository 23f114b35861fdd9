"""Tests as arrays, by hand: five cars, gaps to the third."""

import numpy as np
import pytest

from predictor.features.pre_season import pre_season
from predictor.records import DriverRef, ResultRecord
from predictor.season.state import PreSeasonDay, SeasonState
from predictor.vocabulary import ResultStatus

TEAMS = ("ferrari", "ferrari", "mclaren", "mclaren", "williams")
IDS = "abcde"


def day(number, best=(None,) * 5, long_run=(None,) * 5, test=1, teams=TEAMS, laps=50):
    results = tuple(
        ResultRecord(DriverRef(driver), ResultStatus.FINISHED, team=team, best_s=time,
                     long_run_s=run, laps=laps)
        for driver, team, time, run in zip(IDS, teams, best, long_run, strict=True)
    )  # fmt: skip
    return PreSeasonDay(test, number, None, results)


def season(*days):
    return SeasonState(2025, (), (), testing=days)


def test_pre_season__no_test_is_none():
    assert pre_season(season()) is None
    assert pre_season(season(day(1))) is None


def test_pre_season__best_laps_over_all_days_to_the_middle():
    # On the first day all but e are slow; c's best is of the second.
    (test,) = pre_season(
        season(day(1, (91, 92, 99, 95, 90.0)), day(2, (90.9, 99, 91.8, 93.6, None)))
    ).tests
    expected = 100 * (np.array([90.9, 92, 91.8, 93.6, 90.0]) / 90.0 - 1)
    expected = np.minimum(expected, 3.5)
    assert test.best_gap == pytest.approx(expected - np.median(expected))
    assert test.driver_ids == tuple(IDS)
    assert test.lineages == ("ferrari", "ferrari", "mclaren", "mclaren", "williams")
    assert (test.n_days, test.laps.tolist()) == (2, [100.0] * 5)
    assert np.isnan(test.long_run_gap).all()


def test_pre_season__long_runs_are_compared_on_their_own_day():
    # The second day is 3 s slower for all, and a is not there; each day's middle is c's.
    first, second = (94.0, 95.0, 96.0, 97.0, 98.0), (97.0, 98.0, 99.0, 100.0, 101.0)
    (test,) = pre_season(season(day(1, long_run=first), day(2, long_run=second))).tests
    a = (100 * (94 / 94 - 96 / 94) + 100 * (97 / 97 - 99 / 97)) / 2
    assert test.long_run_gap[0] == pytest.approx(a)
    assert test.long_run_gap[2] == 0.0


def test_pre_season__few_cars_have_no_middle():
    four = (90.0, 91.0, 92.0, 93.0, None)
    found = pre_season(season(day(1, four, (94.0,) * 5)))
    assert np.isnan(found.tests[0].best_gap).all()
    assert found.tests[0].long_run_gap.tolist() == [0.0] * 5


def test_pre_season__a_driver_without_a_team_says_nothing_of_a_car():
    found = pre_season(season(day(1, (90.0,) * 5, teams=(*TEAMS[:4], None))))
    assert found is None  # four are left
    best = (90.0, 91.0, 92.0, 93.0, 94.0)
    both = season(day(1, best, teams=(*TEAMS[:4], None)), day(2, best))
    assert pre_season(both).tests[0].driver_ids == tuple(IDS)


def test_pre_season__every_test_is_one_of_its_own():
    found = pre_season(season(day(1, (90.0,) * 5), day(1, (70.0, 70, 70, 70, 71), test=2)))
    assert [test.best_gap[4] for test in found.tests] == pytest.approx([0.0, 100 / 70])
