"""As of an earlier point no model serves that has learnt from later races."""

from dataclasses import replace

import pytest

from predictor.as_of import AsOf
from predictor.learn.learned_layer import Layer, without_hindsight
from tests.graph.test_learned_part import bundle, season

# Of the season's four events Miami, 2025-05-04, and Monaco, 2025-05-25, have been run.
SEASON = season()


@pytest.mark.parametrize(
    ("until", "as_of", "is_used"),
    [
        ("2024-12-08", AsOf(round=2), True),
        ("2025-05-25", AsOf(round=2), True),
        ("2025-06-01", AsOf(round=2), False),
        ("2025-05-25", AsOf(day="2025-05-25"), True),
        ("2025-05-25", AsOf(day="2025-05-24"), False),
        ("2024-12-08", AsOf(day="2024-06-01"), False),
    ],
)
def test_without_hindsight__a_model_of_later_races_is_left_out_with_a_note(until, as_of, is_used):
    model = bundle("1.2", trained_until=until)
    layer = without_hindsight(Layer(model, model, ("said before",)), SEASON, as_of)
    assert layer.active == layer.candidate == (model if is_used else None)
    assert layer.notes[0] == "said before"
    assert len(layer.notes) == (1 if is_used else 3)
    if not is_used:
        assert f"trained on races up to {until}" in layer.notes[1]


def test_without_hindsight__once_all_is_run_any_model_may_serve():
    done = replace(SEASON, events=SEASON.events[:2])
    model = bundle("1.2", trained_until="2026-03-01")
    assert without_hindsight(Layer(model), done, AsOf(round=2)).active == model
