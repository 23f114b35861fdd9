"""Scores and calibration of published forecasts, counted by hand."""

from __future__ import annotations

import msgspec
import pytest

from predictor.errors import UsageError
from predictor.vocabulary import EventStatus, ResultStatus
from services.notebook.scores import scores_of
from tests.published.small_document import event, small_document


def without_weights(one):
    """Leave out what small documents have for documents with weights."""
    rows = [msgspec.structs.replace(row, unweighted=msgspec.UNSET) for row in one.predictions]
    return msgspec.structs.replace(one, predictions=tuple(rows))


def scored(*events):
    return scores_of(small_document(*events))


def test_scores__are_of_races_that_are_run():
    found = scored(without_weights(event("first")), event("second", status=EventStatus.SCHEDULED))
    frame = found.to_frame()
    assert list(frame["event_id"]) == ["2025-first"]
    assert frame.loc[0, ["winner", "p_win_of_winner", "favourite"]].to_list() == [
        "Driver AAA",
        0.75,
        "Driver AAA",
    ]
    assert frame.loc[0, "rps"] == 0.5


def test_scores__have_no_opinion_in_them():
    assert scored(event("first")).races[0].p_win == 0.5  # as without weights


def test_calibration__counts_what_was_said_and_what_came():
    found = scored(*(without_weights(event(name)) for name in ("first", "second"))).calibration()
    frame = found.to_frame()
    filled = frame[frame["n"] > 0]
    assert filled[["lower", "n", "mean_forecast", "frequency"]].values.tolist() == [
        [0.2, 2.0, 0.25, 0.0],
        [0.7, 2.0, 0.75, 1.0],
    ]
    assert found.error == pytest.approx(0.25)
    assert frame.loc[5, ["mean_forecast", "low_90"]].isna().all()


def test_calibration__of_retirements_looks_at_what_became_of_each():
    first = event("first")
    order = [msgspec.structs.replace(one, status=ResultStatus.DNF) for one in first.result.order]
    result = msgspec.structs.replace(first.result, order=tuple(order))
    found = scored(msgspec.structs.replace(first, result=result)).calibration("dnf")
    assert [(one.n, one.frequency) for one in found.bins if one.n] == [(2, 1.0)]


def test_calibration__of_no_race_or_no_such_outcome_is_refused():
    with pytest.raises(UsageError, match="no race"):
        scored(event("first", status=EventStatus.SCHEDULED)).calibration()
    with pytest.raises(UsageError, match="no such outcome"):
        scored(event("first")).calibration("pole")
