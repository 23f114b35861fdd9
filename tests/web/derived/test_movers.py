"""Who moved, and by what, for every branch."""

from __future__ import annotations

import pytest

from services.web.derived.movers import Move, moves, moves_sentence
from tests.web.derived.events import driver, event


def podium(**chances):
    return event([driver(f"A {name.capitalize()}", 0.1, p_podium=p) for name, p in chances.items()])


def test_moves__below_the_noise_nobody_has_moved():
    found = moves(podium(norris=0.50, piastri=0.40), podium(norris=0.51, piastri=0.39))
    assert found.shown == ()
    assert moves_sentence(found.shown, "practice") == "Nothing moved beyond the noise"
    # 2 * sqrt(2 * 0.25 / 5000) = 0.02 at 50 per cent.
    assert found.noise == pytest.approx(0.02, abs=1e-3)


def test_moves__stand_from_the_largest_rise_to_the_largest_fall():
    before = podium(verstappen=0.49, norris=0.65, russell=0.36, albon=0.02)
    found = moves(before, podium(verstappen=0.63, norris=0.70, russell=0.28, albon=0.02))
    assert [one.name for one in found.shown] == ["Verstappen", "Norris", "Russell"]
    assert moves_sentence(found.shown, "qualifying") == (
        "What moved: qualifying lifted Verstappen and Norris, and cost Russell"
    )


def test_moves__of_more_than_six_the_largest_are_shown():
    names = [f"d{k}" for k in range(9)]
    before = podium(**dict.fromkeys(names, 0.5))
    found = moves(before, podium(**{name: 0.6 + k / 50 for k, name in enumerate(names)}))
    assert (len(found.shown), found.n_moved) == (6, 9)
    assert found.shown[0].name == "D8"


def test_moves__who_was_not_there_before_has_not_moved():
    assert moves(podium(norris=0.5), podium(piastri=0.9)).shown == ()


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (0.2, 0.5, "What moved: practice lifted Norris"),
        (0.5, 0.2, "What moved: practice cost Norris"),
    ],
)
def test_moves_sentence__of_rises_or_falls_alone(before, now, said):
    assert moves_sentence([Move("n", "Norris", before, now)], "practice") == said
