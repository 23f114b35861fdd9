"""Evidence out of races that two have forecast, and blends that know earlier races alone."""

from __future__ import annotations

import numpy as np

from predictor.evaluate.model_races import (
    FILTER,
    GRID,
    blend_walked_forward,
    evidence_of_races,
)
from predictor.evaluate.model_scores import ModelsOfRace
from predictor.learn.outcome.evidence import MIN_RACES, WEIGHTS
from predictor.vocabulary import Horizon

FLAT = np.full((4, 4), 0.25)
SHARP = np.array([np.roll([0.7, 0.1, 0.1, 0.1], i) for i in range(4)])


def race(number, date, model=SHARP, horizon=Horizon.AFTER_QUALIFYING):
    models = {FILTER: FLAT, GRID: FLAT, "model": model}
    return ModelsOfRace(f"race-{number}", int(date[:4] or 2024), date, horizon, models)


def past(n=MIN_RACES, **changes):
    """Give races in which the model gained by how sure it was, each a little differently."""
    return [
        race(i, "2023-05-07", (1 - i / 99) * SHARP + i / 99 * FLAT, **changes) for i in range(n)
    ]


def weights(*races):
    return [weight for _, _, weight in blend_walked_forward(races, "model", {2024})]


def test_evidence_of_races__leaves_out_who_has_no_date():
    found = evidence_of_races([race(1, ""), race(2, "2024-05-05")], "model")
    assert [one.event_id for one in found] == ["race-2"]


def test_blend_walked_forward__rests_on_earlier_races_of_the_horizon_alone():
    now = race("now", "2024-05-05")
    assert weights(*past(), now) == [WEIGHTS[-1]]
    assert weights(*past(MIN_RACES - 1), now) == [0.0]  # its own race is no evidence
    assert weights(*past(horizon=Horizon.BEFORE_WEEKEND), now) == [0.0]
    later = [race(i, "2024-05-05") for i in range(MIN_RACES)]
    assert set(weights(*later, now)) == {0.0}
