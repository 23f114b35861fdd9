"""What is possible on paper, against sums worked out by hand."""

import pytest

from predictor.season.standings import Standing
from predictor.season.title_arithmetic import (
    RoundAhead,
    can_still_win,
    is_settled,
    round_ahead,
    settled_at_the_earliest,
)


def row(key, points, *places, position=1):
    return Standing(position, key, float(points), places)


def race(number, *, sprint=False):
    return RoundAhead(f"r{number}", number, 25.0, 8.0 if sprint else 0.0, (1,))


def test_round_ahead__a_drivers_weekend_with_a_sprint():
    found = round_ahead(2025, "2025-belgium", 13, cars=1, race=True, sprint=True)
    assert (found.race, found.sprint, found.points, found.places) == (25.0, 8.0, 33.0, (1,))


def test_round_ahead__a_team_takes_the_first_two_places_of_both():
    found = round_ahead(2025, "2025-belgium", 13, cars=2, race=True, sprint=True)
    assert (found.race, found.sprint, found.places) == (43.0, 15.0, (1, 1))


def test_round_ahead__the_fastest_lap_paid_a_point_until_2024():
    assert round_ahead(2024, "2024-qatar", 23, cars=1, race=True, sprint=False).race == 26.0
    # one car alone drives the fastest lap
    assert round_ahead(2024, "2024-qatar", 23, cars=2, race=True, sprint=False).race == 44.0


def test_round_ahead__the_last_race_of_2014_counted_double():
    assert round_ahead(2014, "2014-abu-dhabi", 19, cars=1, race=True, sprint=False).race == 50.0


def test_round_ahead__a_sprint_that_is_run_pays_no_more():
    found = round_ahead(2025, "2025-belgium", 13, cars=1, race=True, sprint=False)
    assert found.points == 25.0


def test_is_settled__one_point_more_than_is_left():
    ahead = (race(23), race(24))
    assert is_settled([row("a", 301, 9), row("b", 250, 3)], ahead)
    assert not is_settled([row("a", 299, 9), row("b", 250, 3)], ahead)


def test_is_settled__equal_on_points_goes_to_the_wins_that_the_rival_can_still_reach():
    ahead = (race(24),)
    assert is_settled([row("a", 275, 6), row("b", 250, 4)], ahead)  # 6 wins against 5
    assert not is_settled([row("a", 275, 4), row("b", 250, 4)], ahead)  # 4 against 5
    # equal wins, and second places decide
    assert is_settled([row("a", 275, 5, 3), row("b", 250, 4, 2)], ahead)
    assert not is_settled([row("a", 275, 5, 2), row("b", 250, 4, 2)], ahead)


def test_is_settled__every_rival_counts_not_the_second_alone():
    # b is second with few wins; c can still come equal, with more of them
    ahead = (race(24),)
    table = [row("a", 275, 5, 9), row("b", 250, 3), row("c", 250, 5)]
    assert not is_settled(table, ahead)


def test_is_settled__after_the_last_race_and_without_anybody():
    assert is_settled([row("a", 300, 9), row("b", 299, 10)], ())
    assert not is_settled([], ())


def test_can_still_win__the_leader_and_whoever_reaches_his_points():
    table = [row("a", 300, 9), row("b", 250, 3), row("c", 249, 9)]
    ahead = (race(23), race(24))
    assert [can_still_win(one, table, ahead) for one in table] == [True, False, False]
    # b comes equal with 5 wins against 9; a point more, and he is ahead
    assert can_still_win(row("b", 251, 3), table, ahead)


def test_settled_at_the_earliest__2025_after_twelve_rounds():
    # Piastri 234, Norris 226; 12 races and sprints in rounds 13, 19, 21 and 23: 332 points.
    ahead = [race(n, sprint=n in (13, 19, 21, 23)) for n in range(13, 25)]
    assert sum(one.points for one in ahead) == 332.0
    # after round 18 he leads by 8 + 158 with 174 left, after round 19 by 199 with 141 left
    found = settled_at_the_earliest([row("pia", 234, 5), row("nor", 226, 4)], ahead)
    assert found is not None
    assert found.round == 19


def test_settled_at_the_earliest__a_tie_on_paper_is_not_settled():
    # after the one race a has 25 more and one race is left: b could come equal with as many wins
    table = [row("a", 100, 1), row("b", 100, 2)]
    found = settled_at_the_earliest(table, (race(23), race(24)))
    assert found is not None
    assert found.round == 24


@pytest.mark.parametrize("ahead", [(), (race(24),)])
def test_settled_at_the_earliest__settled_already_is_not_to_come(ahead):
    assert settled_at_the_earliest([row("a", 300, 9), row("b", 200, 1)], ahead) is None


def test_settled_at_the_earliest__nobody_and_nothing_left():
    assert settled_at_the_earliest([], (race(1),)) is None
    assert settled_at_the_earliest([row("a", 10, 1), row("b", 10, 1)], ()) is None
