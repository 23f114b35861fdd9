import pytest

from predictor.errors import UsageError
from predictor.season.points import race_points, race_scales, scale_of_distance


def test_race_points__full_distance_is_25_to_1():
    assert race_points(2025).tolist() == [25, 18, 15, 12, 10, 8, 6, 4, 2, 1]


def test_race_points__abu_dhabi_2014_counts_double_and_only_there():
    assert race_points(2014, event_id="2014-abu-dhabi")[0] == 50
    assert race_points(2014, event_id="2014-brazil")[0] == 25
    assert race_points(2015, event_id="2015-abu-dhabi")[0] == 25


def test_race_points__season_before_2010_is_refused():
    with pytest.raises(UsageError, match="2009"):
        race_points(2009)


def test_race_scales__no_two_of_a_season_pay_the_same_for_the_same_distance():
    for season in range(2010, 2026):
        scales = race_scales(season)
        assert len({(scale.points, scale.pays_fastest_lap) for scale in scales}) == len(scales)
        assert [scale.since for scale in scales] == sorted({scale.since for scale in scales})


def test_scale_of_distance__fewer_than_two_laps_pay_nothing_since_2022():
    assert scale_of_distance(2021, "2021-belgium", 1 / 44, 1).name == "half points"
    assert scale_of_distance(2022, "2022-belgium", 1 / 44, 1).points == ()
