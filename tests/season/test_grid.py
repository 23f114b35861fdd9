from predictor.season.grid import starting_grid

from .builders import event_state, ref, row, rows, session


def test_starting_grid__race_result_with_pit_lane_last():
    results = [
        row("a", 1, grid=3),
        row("b", 2, pit_lane_start=True),
        row("c", 3, grid=1),
    ]
    grid = starting_grid(event_state(session(ref(), "race", results)))
    assert grid.order == ("c", "a", "b")
    assert grid.pit_lane == {"b"}
    assert not grid.provisional


def test_starting_grid__unknown_place_is_ahead_of_the_pit_lane():
    results = [row("a", 1, pit_lane_start=True), row("b", 2), row("c", 3, grid=1)]
    grid = starting_grid(event_state(session(ref(), "race", results)))
    assert grid.order == ("c", "b", "a")


def test_starting_grid__published_grid_outweighs_qualifying():
    event = event_state(
        session(ref(), "qualifying", rows("a", "b", "c")),
        session(ref(), "starting-grid", rows("c", "a", "b")),
    )
    assert starting_grid(event).order == ("c", "a", "b")
    assert not starting_grid(event).provisional


def test_starting_grid__qualifying_is_provisional_and_who_missed_it_is_last():
    event = event_state(
        session(ref(), "fp3", [row("d", 1, team="X"), row("a", 2, team="X")]),
        session(ref(), "qualifying", [row("b", 1, team="Y"), row("a", 2, team="X")]),
    )
    grid = starting_grid(event)
    assert grid.order == ("b", "a", "d")
    assert grid.provisional


def test_starting_grid__sprint_sets_it_in_2021():
    event = event_state(
        session(ref(), "qualifying", rows("a", "b")),
        session(ref(), "sprint", rows("b", "a")),
        season=2021,
    )
    assert starting_grid(event).order == ("b", "a")


def test_starting_grid__unknown_before_qualifying():
    assert starting_grid(event_state(session(ref(), "fp1", rows("a", "b")))) is None
