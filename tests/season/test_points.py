import pytest

from predictor.errors import UsageError
from predictor.season import fastest_lap_point, points_of_session, race_points, sprint_points
from predictor.vocabulary import ResultStatus

from .builders import event_state, race, ref, row, rows, session

TEN = tuple(f"driver-{n}" for n in range(1, 12))


def score(results, *, season=2025, slug="monaco", scheduled_laps=None, kind="race"):
    record = session(ref(slug, season), kind, results)
    event = event_state(record, slug=slug, season=season, scheduled_laps=scheduled_laps)
    return points_of_session(event, event.sessions[0])


def with_winner_laps(laps):
    return (row("driver-1", 1, laps=laps), *rows(*TEN)[1:])


def test_race_points__full_distance_is_25_to_1():
    assert race_points(2025).tolist() == [25, 18, 15, 12, 10, 8, 6, 4, 2, 1]


def test_race_points__abu_dhabi_2014_counts_double_and_only_there():
    assert race_points(2014, event_id="2014-abu-dhabi")[0] == 50
    assert race_points(2014, event_id="2014-brazil")[0] == 25
    assert race_points(2015, event_id="2015-abu-dhabi")[0] == 25


@pytest.mark.parametrize(
    ("laps", "first", "n_scoring"),
    [(1, 0, 0), (2, 6, 5), (24, 6, 5), (25, 13, 9), (49, 13, 9), (50, 19, 10), (75, 25, 10)],
)
def test_points_of_session__shortened_race_since_2022_slides(laps, first, n_scoring):
    points = score(with_winner_laps(laps), season=2023, scheduled_laps=100)
    assert points["driver-1"] == first
    assert sum(value > 0 for value in points.values()) == n_scoring


def test_points_of_session__belgium_2021_gives_half_for_one_lap():
    points = score(with_winner_laps(1), season=2021, slug="belgium", scheduled_laps=44)
    assert points["driver-1"] == 12.5
    assert points["driver-10"] == 0.5
    assert points["driver-11"] == 0.0


def test_points_of_session__japan_2022_was_resumed_and_gives_full_points():
    points = score(with_winner_laps(28), season=2022, slug="japan", scheduled_laps=53)
    assert points["driver-1"] == 25


def test_points_of_session__unknown_distance_is_full_distance():
    assert score(with_winner_laps(3), season=2023)["driver-1"] == 25


@pytest.mark.parametrize(("season", "bonus"), [(2018, 0), (2019, 1), (2024, 1), (2025, 0)])
def test_points_of_session__fastest_lap_counts_from_2019_to_2024(season, bonus):
    results = (row("a", 1, fastest_lap=True), row("b", 2))
    assert score(results, season=season) == {"a": 25 + bonus, "b": 18}
    assert fastest_lap_point(season) == bonus


def test_points_of_session__fastest_lap_earns_nothing_in_under_half_the_distance():
    for laps, expected in ((49, 13), (50, 20)):
        winner = row("driver-1", 1, laps=laps, fastest_lap=True)
        assert score([winner], season=2023, scheduled_laps=100) == {"driver-1": expected}


def test_points_of_session__fastest_lap_outside_the_top_ten_earns_nothing():
    results = [*rows(*TEN)[:10], row("driver-11", 11, fastest_lap=True)]
    points = score(results, season=2024)
    assert points["driver-11"] == 0
    assert sum(points.values()) == 101


def test_points_of_session__fastest_lap_comes_from_times_where_nobody_is_marked():
    results = (row("a", 1, best_s=80.5), row("b", 2, best_s=80.1), row("c", 3))
    assert score(results, season=2024)["b"] == 19


def test_points_of_session__disqualified_and_unclassified_score_nothing():
    results = (
        row("a", 1),
        row("b", 2, ResultStatus.DSQ),
        row("c", 3, ResultStatus.DNF, classified=True),
        row("d", 4, ResultStatus.DNF, classified=False),
    )
    assert score(results) == {"a": 25, "b": 0, "c": 15, "d": 0}


def test_points_of_session__files_own_points_are_not_copied():
    assert score((row("a", 1, points=99.0),)) == {"a": 25}


def test_points_of_session__sprint_pays_three_in_2021_and_eight_since():
    assert score(rows(*TEN), season=2021, kind="sprint")["driver-1"] == 3
    assert score(rows(*TEN), season=2021, kind="sprint")["driver-4"] == 0
    assert score(rows(*TEN), season=2022, kind="sprint")["driver-8"] == 1
    assert sprint_points(2020).tolist() == []


def test_points_of_session__practice_and_qualifying_pay_nothing():
    assert score(rows(*TEN), kind="qualifying") == {}


def test_race_points__season_before_2010_is_refused():
    with pytest.raises(UsageError, match="2009"):
        race_points(2009)


def test_points_of_session__race_event_keeps_every_driver():
    record = race(ref(), rows("a", "b"))
    event = event_state(record)
    assert set(points_of_session(event, event.sessions[0])) == {"a", "b"}
