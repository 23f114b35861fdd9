"""Team-mates beside each other, by hand."""

from __future__ import annotations

import pytest

from services.web.derived.mates import Duel, duel_sentence, duels
from services.web.derived.people import Driver, RaceOf
from tests.web.derived.events import driver, event


def person(name, races):
    return Driver(
        f"a-{name}",
        name[:3].upper(),
        f"A {name.capitalize()}",
        4,
        "mclaren",
        "McLaren",
        None,
        tuple(races),
    )


def season(*results, teams=("mclaren", "mclaren")):
    """Two drivers, race after race: place, status and grid of each; None: he did not start."""
    races = {"norris": [], "piastri": []}
    for number, both in enumerate(results, start=1):
        rows = [
            driver(f"A {name.capitalize()}", 0.5, team_id=team)
            for name, team in zip(races, teams, strict=True)
        ]
        came = [(name, *row) for name, row in zip(races, both, strict=True) if row]
        one = event(rows, event_id=f"2025-{number}", result=came, round=number)
        order = {row.driver_id: row for row in one.result.order}
        for row, name in zip(rows, races, strict=True):
            races[name].append(RaceOf(str(number), one, f"a-{name}", row, order.get(f"a-{name}")))
    return {f"a-{name}": person(name, found) for name, found in races.items()}


def test_duels__only_races_that_both_finished_are_counted_at_the_flag():
    people = season(
        ((1, "finished", 2), (3, "finished", 1)),
        ((2, "finished", 3), (1, "finished", 4)),
        ((None, "dnf", 1), (5, "finished", 2)),
        ((4, "finished", 1), None),
    )
    found = duels(people["a-norris"], people)[0]
    assert (found.ahead, found.both_finished) == (1, 2)
    assert (found.ahead_on_grid, found.both_on_grid) == (2, 3)
    assert found.n_together == 4


def test_duels__it_is_the_same_from_either_side():
    people = season(
        ((1, "finished", 2), (3, "finished", 1)), ((2, "finished", 3), (1, "finished", 4))
    )
    one = duels(people["a-norris"], people)[0]
    other = duels(people["a-piastri"], people)[0]
    assert one.ahead + other.ahead == one.both_finished == other.both_finished == 2
    assert (one.points, one.mate_points) == (other.mate_points, other.points)


def test_duels__another_team_is_no_mate():
    people = season(((1, "finished", 2), (3, "finished", 1)), teams=("mclaren", "ferrari"))
    assert duels(people["a-norris"], people) == []


@pytest.mark.parametrize(
    ("ahead", "n", "said"),
    [
        (0, 0, "Norris and Piastri have finished no race together"),
        (1, 1, "Norris was ahead of Piastri in the one race that both finished"),
        (0, 1, "Piastri was ahead of Norris in the one race that both finished"),
        (3, 6, "Norris and Piastri were ahead of each other three times each"),
        (1, 2, "Norris and Piastri were ahead of each other once each"),
        (2, 2, "Norris was ahead of Piastri in both races that both finished"),
        (4, 4, "Norris was ahead of Piastri in all 4 races that both finished"),
        (2, 7, "Piastri was ahead of Norris in 5 of 7 races that both finished"),
    ],
)
def test_duel_sentence__says_who_was_ahead(ahead, n, said):
    mate = person("piastri", [])
    found = Duel(mate, ("mclaren",), n, ahead, n, 0, 0, 0.0, 0.0)
    assert duel_sentence("Norris", [found]) == said
