"""A championship in points: what is left and since when it is settled, by hand."""

from __future__ import annotations

from msgspec.structs import replace

from services.web.derived.title_points import on_paper, points_by_round, what_is_left
from tests.archive.small_archive import document_of, one_event


def season(*orders, points):
    """A season of three races of which some are run, and the points that its drivers have."""
    events = [one_event(k, order=order) for k, order in enumerate(orders, start=1)]
    events += [one_event(k) for k in range(len(events) + 1, 4)]
    made = document_of("run", *events)
    drivers = tuple(
        replace(row, points=replace(row.points, current=points[row.driver_id]))
        for row in made.championship.drivers
    )
    return replace(made, championship=replace(made.championship, drivers=drivers))


def test_on_paper__it_is_settled_after_the_first_race_that_leaves_nobody_in_reach():
    # After the second race 50 to 0, and 25 are left; after the first 25 to 0, and 50 were.
    paper = on_paper(season(["AAA"], ["AAA"], points={"aaa": 50.0, "bbb": 0.0}), "driver")
    assert paper.is_settled
    assert paper.settled == 2
    assert paper.can_win == {"aaa"}
    assert paper.left == 25.0
    assert paper.earliest is None


def test_on_paper__an_open_title_is_settled_at_the_earliest_when_the_leader_takes_all():
    # 25 to 18. AAA takes the second, 50 to 18: BBB could reach 43 with the third.
    paper = on_paper(season(["AAA", "BBB"], points={"aaa": 25.0, "bbb": 18.0}), "driver")
    assert not paper.is_settled
    assert paper.settled is None
    assert paper.can_win == {"aaa", "bbb"}
    assert paper.left == 50.0
    assert paper.earliest.round == 2
    assert what_is_left(paper.ahead) == "2 races at 25"


def test_points_by_round__are_told_only_where_results_give_the_standings():
    run = season(["AAA", "BBB"], ["BBB", "AAA"], points={"aaa": 43.0, "bbb": 43.0})
    assert points_by_round(run, "driver") == {"aaa": (0.0, 25.0, 43.0), "bbb": (0.0, 18.0, 43.0)}
    ruled = season(["AAA"], ["AAA"], points={"aaa": 35.0, "bbb": 0.0})
    assert points_by_round(ruled, "driver") == {}
    # It is settled all the same, only since when cannot be told.
    paper = on_paper(ruled, "driver")
    assert paper.is_settled
    assert paper.settled is None
