"""What a document says of its model is read as it stands there, and nonsense is refused."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from predictor.errors import F1Error
from predictor.learn.monitoring.track_record import season_seen, track_record
from services.settings.run_request import SCHEMA

DRIFT = {
    "season": 2025,
    "n_races": 6,
    "n_seasons": 10,
    "psi_max": 1.5,
    "ks_max": 0.4,
    "unknown_max": 0.1,
    "psi_feature": "gap",
    "alarms": [{"name": "gap", "statistic": "psi", "value": 1.5, "usual": 0.4, "p": 0.001}],
    "note": "",
}


EVIDENCE = {"best_weight": 0.2, "gain": 0.01, "se": 0.004, "n": 90, "winner_gain": 0.002}


def event(
    number, *, status="completed", horizon="c", winner="a", losses=(2.4, 2.5, 2.6), weight=0.1
):
    block = {
        "metadata": {
            "event_id": f"2025-{number}",
            "date": f"2025-03-{number:02d}",
            "status": status,
            "horizon": horizon,
            "ml": {
                "weight": weight,
                "place_log_loss": dict(zip(("model", "filter", "grid"), losses, strict=True)),
            },
        },
        "predictions": [
            {"driver_id": name, "p_win": p}
            for name, p in zip("abcd", (0.4, 0.3, 0.2, 0.1), strict=True)
        ],
    }
    if status == "completed":
        block["result"] = {"order": [{"driver_id": winner}]}
    return block


def document(*events, **layer):
    return {
        "metadata": {
            "season": 2025,
            "status": "partial",
            "predictions_sha256": "x",
            "ml_layer": {
                "model": "race_outcome",
                "version": "1.2",
                "kind": "small",
                "digest": "sha256:m",
                "trained_until": "2024-12-08",
                "shipped": False,
                "weights": {"c": {"weight": 0.1, **EVIDENCE}},
                "races_scored": 2,
                "place_log_loss": {"filter": 2.5, "model": 2.4, "grid": 2.6},
                "candidate": None,
                "new_regulations": False,
                "notes": ["1.3 is damaged; 1.2 serves"],
                "drift": DRIFT,
                **layer,
            },
        },
        "predictions": {one["metadata"]["event_id"]: one for one in events},
    }


def test_document__follows_the_schema():
    """What these tests read is what is published, as far as they go."""
    schema = json.loads(SCHEMA.read_bytes())
    layer = {"$ref": "#/definitions/LearnedModel", "definitions": schema["definitions"]}
    jsonschema.validate(document()["metadata"]["ml_layer"], layer)
    told = {"$ref": "#/definitions/EventModel", "definitions": schema["definitions"]}
    jsonschema.validate({**event(2)["metadata"]["ml"], **EVIDENCE, "reason": None}, told)


def test_track_record__of_a_season_so_far():
    record = track_record(
        document(event(9, winner="d"), event(2), event(23, status="scheduled", losses=(None,) * 3))
    )
    assert record.model.version == "1.2"
    assert record.race_dates == ("2025-03-02", "2025-03-09")
    assert record.in_top_3 == (True, False)
    assert record.losses == pytest.approx({"filter": 2.5, "grid": 2.6, "model": 2.4})
    assert record.concept["grid"].n_races == 2
    assert record.concept["grid"].mean == pytest.approx(-0.2)
    assert record.drift.alarms[0].name == "gap"
    assert record.weights["c"].weight == 0.1
    assert record.n_blended == 3
    assert record.notes == ("1.3 is damaged; 1.2 serves",)
    assert not record.is_over


def test_track_record__races_that_the_model_has_seen_say_nothing_of_it():
    record = track_record(document(event(2), event(9), trained_until="2025-03-02"))
    assert record.in_top_3 == (True,)
    assert record.concept["filter"].n_races == 1
    assert record.race_dates == ("2025-03-02", "2025-03-09")


def test_track_record__a_forecast_without_the_grid_is_not_scored():
    assert track_record(document(event(2, horizon="b"))).in_top_3 == ()


def test_track_record__a_race_without_losses_is_scored_by_its_winner_alone():
    block = event(2)
    block["metadata"]["ml"]["place_log_loss"] = None
    record = track_record(document(block, event(9)))
    assert record.concept["grid"].n_races == 1
    assert record.in_top_3 == (True, True)


def test_track_record__equals_stand_behind_the_winner():
    block = event(2, winner="d")
    for row in block["predictions"]:
        row["p_win"] = 0.25
    assert track_record(document(block)).in_top_3 == (True,)
    block["result"]["order"][0]["driver_id"] = "nobody"
    assert track_record(document(block)).in_top_3 == (False,)


def test_track_record__of_a_season_that_is_over_and_of_none():
    over = document(event(2))
    over["metadata"]["status"] = "complete"
    assert track_record(over).is_over
    del over["metadata"]["ml_layer"]
    assert track_record(over) is None


def test_track_record__a_layer_without_a_model_has_only_notes():
    none = {"model": None, "version": None, "digest": None, "trained_until": None, "drift": None}
    record = track_record(document(event(2, losses=(None,) * 3), **none))
    assert season_seen(record) is None
    assert record.concept == {}


def test_season_seen__says_what_reasons_follow_from():
    events = [event(day, losses=(3.0, 2.5, 2.5), winner="d") for day in range(1, 20)]
    seen = season_seen(track_record(document(*events)))
    assert seen.worse_than == ("grid baseline", "filter")
    assert seen.drifted == ("gap",)
    assert seen.in_top_3 == (False,) * 19
    assert seen.version == "1.2"


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d["metadata"]["ml_layer"].update(weights=3),
        lambda d: d["metadata"]["ml_layer"].update(trained_until="yesterday"),
        lambda d: d["metadata"]["ml_layer"].update(trained_until=None),
        lambda d: d["metadata"].pop("season"),
        lambda d: d.update(predictions=[]),
        lambda d: d["predictions"]["2025-2"]["result"].update(order=[]),
        lambda d: d["predictions"]["2025-2"]["metadata"].update(date="2025-13-01"),
        lambda d: d["predictions"]["2025-2"]["metadata"].update(
            ml={"place_log_loss": {"model": "x"}}
        ),
    ],
)
def test_track_record__refuses_nonsense(damage):
    damaged = copy.deepcopy(document(event(2)))
    damage(damaged)
    with pytest.raises(F1Error, match="cannot be read"):
        track_record(damaged)
