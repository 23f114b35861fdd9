"""A card tells of every part, to programs and to people."""

from __future__ import annotations

import json

from predictor.learn.card import Training, card_content, card_markdown
from predictor.learn.features.definitions import FEATURES, features_digest
from predictor.learn.outcome.ruler import Ruler

TRAINING = Training(
    "small", [2021, 2022], 44, 130, "2022-11-20", 7, "cpu", {"width": 32}, 60, 41.4, "torch 2"
)


def figure(mean, se):
    return {"mean": mean, "se": se}


def scores(place, se):
    return {
        "place_log_loss": figure(place, se), "winner_log_loss": figure(1.5, 0.1),
        "rps": figure(0.11, 0.01), "top_3": figure(0.9, None),
    }  # fmt: skip


CARD = card_content(
    "race_outcome",
    "1.3",
    TRAINING,
    {"weights.safetensors": "sha256:ab"},
    {"2022 to 2022": {"c": {"races": 22, "scores": {
        "model": scores(2.25, 0.02), "filter": scores(2.3, 0.02), "grid": scores(2.4, None),
    }}}},
    {"c": {"weight": 0.1, "gain": 0.002, "se": 0.001, "n_races": 22, "best": 0.1}},
    Ruler("sha256:" + "d" * 64, 20_000, 1, "sha256:" + "c" * 64, (2021, 2022), 44),
    "2026-01-02T03:04:05Z",
)  # fmt: skip


def test_card_content__is_plain_and_complete():
    assert json.loads(json.dumps(CARD)) == CARD
    assert CARD["files"] == {"weights.safetensors": "sha256:ab"}
    assert CARD["data"] == {
        "seasons": [2021, 2022], "races": 44, "examples": 130, "trained_until": "2022-11-20",
    }  # fmt: skip
    assert CARD["features"] == {"number": len(FEATURES), "digest": features_digest()}
    assert CARD["training"]["seed"] == 7
    assert len(CARD["limits"]) >= 5
    assert CARD["ruler"]["n_simulations"] == 20_000


def test_card_markdown__shows_data_scores_weights_and_limits():
    text = card_markdown(CARD)
    assert text.startswith("# race_outcome 1.3\n")
    assert "44 races of 2021 to 2022" in text
    assert "Trained in 41 s on cpu with seed 7, 60 epochs" in text
    row = "| (c) grid known, 22 races | this kind alone | 2.2500 ± 0.0200 | 1.500 ± 0.100 |"
    assert row in text
    assert "|  | grid baseline | 2.4000 |" in text
    assert "| (c) grid known | 0.1 | +0.0020 ± 0.0010 | 22 |" in text
    assert (
        "Measured beside the published forecast of 20,000 simulations, 44 races of 2021 to 2022 "
        "(`sha256:dddddddddddd`, code `sha256:cccccccccccc`)."
    ) in text
    for limit in CARD["limits"]:
        assert f"* {limit}" in text
