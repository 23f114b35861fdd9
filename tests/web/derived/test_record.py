"""How right we were, and beside whom, for every branch."""

from __future__ import annotations

import math

import numpy as np
import pytest

from predictor.evaluate.scores import score_race
from predictor.vocabulary import Horizon
from services.web.derived.record import Record, place_among, record_sentence, typical
from services.web.derived.references import score_title, uniform_rps
from tests.web.derived.events import event, field


def record(n, won, top_three):
    return Record(n, won, top_three, 0.4, Horizon.AFTER_QUALIFYING, 20.0)


@pytest.mark.parametrize(
    ("n", "won", "top_three", "said"),
    [
        (0, 0, 0, "No race has been run yet"),
        (1, 1, 1, "Our favourite won the one race so far"),
        (1, 0, 1, "The winner of the one race so far was among our top three"),
        (1, 0, 0, "The winner of the one race so far was not in our top three"),
        (12, 8, 12, "The favourite won 8 of 12; a driver of our top three won all 12"),
        (12, 8, 10, "The favourite won 8 of 12; a driver of our top three won 10"),
    ],
)
def test_record_sentence__counts_hits(n, won, top_three, said):
    assert record_sentence(record(n, won, top_three)) == said


def test_typical__is_the_geometric_mean():
    assert typical([-math.log(0.5), -math.log(0.02)]) == pytest.approx(0.1)
    assert typical([]) == 0.0


@pytest.mark.parametrize(
    ("p", "said"), [(0.6, "best"), (0.4, "2nd best"), (0.2, "2nd worst"), (0.1, "worst")]
)
def test_place_among__counts_from_the_nearer_end(p, said):
    races = [event(field(norris=q), result=[("norris", 1, "finished", 1)]) for q in (0.6, 0.4, 0.2)]
    races.append(event(field(norris=0.1), result=[("norris", 1, "finished", 1)]))
    mine = event(field(norris=p), result=[("norris", 1, "finished", 1)])
    assert place_among(mine, races) == (said, 4)
    assert place_among(mine, [mine]) == ("", 1)
    assert place_among(event(field(norris=0.3)), races) == ("", 4)


@pytest.mark.parametrize("n", [2, 3, 20])
def test_uniform_rps__is_the_score_of_a_forecast_in_which_all_are_alike(n):
    assert uniform_rps(n) == pytest.approx(score_race(np.full((n, n), 1 / n))["rps"])
    assert uniform_rps(1) == 0.0


@pytest.mark.parametrize(
    ("winner", "order", "said"),
    [
        (
            {"ours": 0.17, "grid_frequency": 0.10, "uniform": 0.05},
            {"ours": 0.167, "grid_frequency": 0.162, "uniform": 0.175},
            "Better than the grid on the winner, a little worse on the order",
        ),
        (
            {"ours": 0.50, "uniform": 0.05},
            {"ours": 0.10, "uniform": 0.175},
            "Better than no knowledge, on the winner and on the order",
        ),
        (
            {"ours": 0.30, "grid_frequency": 0.30},
            {"ours": 0.16, "grid_frequency": 0.16},
            "As good as the grid, on the winner and on the order",
        ),
        (
            {"ours": 0.17, "grid_frequency": 0.10, "elo": 0.19},
            {"ours": 0.170, "grid_frequency": 0.20, "elo": 0.158},
            "Better than the grid, on the winner and on the order; "
            "better on both: Form ratings (Elo)",
        ),
    ],
)
def test_score_title__does_not_boast_while_another_is_better(winner, order, said):
    assert score_title(winner, order) == said
