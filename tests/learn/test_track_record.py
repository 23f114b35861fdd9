"""What a document says of its model is read as it stands there, and nonsense is refused."""

from __future__ import annotations

import pytest
from msgspec import UNSET, structs

from predictor.errors import F1Error
from predictor.learn.monitoring.track_record import season_seen, track_record
from predictor.published.learned_types import PlaceLogLoss
from predictor.vocabulary import EventStatus, Horizon
from tests.published.small_document import driver_forecast, small_document
from tests.published.small_document import event as any_event

ODDS = dict(zip("abcd", (0.4, 0.3, 0.2, 0.1), strict=True))


def event(
    number, *, status="completed", horizon="c", winner="a", losses=(2.4, 2.5, 2.6), weight=0.1
):
    """Give a race; without losses it has not been scored."""
    block = any_event(
        f"{number}",
        date=f"2025-03-{number:02d}",
        status=EventStatus(status),
        horizon=Horizon(horizon),
    )
    scored = losses and PlaceLogLoss(**dict(zip(("model", "filter", "grid"), losses, strict=True)))
    said = structs.replace(block.metadata.ml, weight=weight, place_log_loss=scored)
    block = structs.replace(
        block,
        metadata=structs.replace(block.metadata, ml=said),
        predictions=tuple(
            structs.replace(driver_forecast(name, p), driver_id=name) for name, p in ODDS.items()
        ),
    )
    return with_winner(block, winner) if status == "completed" else block


def with_winner(block, winner):
    """Give the same race, won by somebody else."""
    first = structs.replace(block.result.order[0], driver_id=winner)
    return structs.replace(block, result=structs.replace(block.result, order=(first,)))


def document(*events, **layer):
    """Give a season in which a model had a part; ``layer`` is what else is said of it."""
    said = structs.replace(small_document().metadata.ml_layer, **layer)
    return small_document(*events, status="partial", ml_layer=said)


def test_track_record__of_a_season_so_far():
    record = track_record(
        document(event(9, winner="d"), event(2), event(23, status="scheduled", losses=None))
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
    record = track_record(document(event(2, losses=None), event(9)))
    assert record.concept["grid"].n_races == 1
    assert record.in_top_3 == (True, True)


def test_track_record__equals_stand_behind_the_winner():
    block = event(2, winner="d")
    rows = tuple(structs.replace(row, p_win=0.25) for row in block.predictions)
    block = structs.replace(block, predictions=rows)
    assert track_record(document(block)).in_top_3 == (True,)
    assert track_record(document(with_winner(block, "nobody"))).in_top_3 == (False,)


def test_track_record__of_a_season_that_is_over_and_of_none():
    over = document(event(2)).metadata
    assert track_record(small_document(status="complete", ml_layer=over.ml_layer)).is_over
    assert track_record(small_document(ml_layer=UNSET)) is None


def test_track_record__a_layer_without_a_model_has_only_notes():
    none = {"model": None, "version": None, "digest": None, "trained_until": None, "drift": None}
    record = track_record(document(event(2, losses=None), **none))
    assert season_seen(record) is None
    assert record.concept == {}


def test_season_seen__says_what_reasons_follow_from():
    events = [event(day, losses=(3.0, 2.5, 2.5), winner="d") for day in range(1, 20)]
    seen = season_seen(track_record(document(*events)))
    assert seen.worse_than == ("grid baseline", "filter")
    assert seen.drifted == ("gap",)
    assert seen.in_top_3 == (False,) * 19
    assert seen.version == "1.2"


def nobody_ran(block):
    return structs.replace(block, result=structs.replace(block.result, order=()))


def on_no_day(block):
    return structs.replace(block, metadata=structs.replace(block.metadata, date="2025-13-01"))


@pytest.mark.parametrize(
    "damaged",
    [
        document(event(2), trained_until="yesterday"),
        document(event(2), trained_until=None),
        document(nobody_ran(event(2))),
        document(on_no_day(event(2))),
    ],
)
def test_track_record__refuses_nonsense(damaged):
    with pytest.raises(F1Error, match="cannot be read"):
        track_record(damaged)
