"""A forecast stands until the session that ends its horizon begins; instants worked out by hand."""

from __future__ import annotations

import pytest

from predictor.evaluate.standing import race_forecast_stands_until, sprint_forecast_stands_until
from predictor.published.event_types import SessionTime
from predictor.vocabulary import Horizon, SessionKind, SprintFormat
from tests.published.small_document import event

A, B, C = Horizon
STARTS = {
    SessionKind.FP1: "2025-03-21T03:30:00Z",
    SessionKind.SPRINT_QUALIFYING: "2025-03-21T07:30:00Z",
    SessionKind.SPRINT: "2025-03-22T03:00:00Z",
    SessionKind.QUALIFYING: "2025-03-22T07:00:00Z",
    SessionKind.RACE: "2025-03-23T07:00:00Z",
}


def metadata(horizon=C, as_of="2025-03-23T06:59:00Z", starts=STARTS, **changed):
    sessions = {kind: SessionTime(starts_at=text) for kind, text in starts.items()}
    return event("x", horizon=horizon, as_of=as_of, sessions=sessions, **changed).metadata


def test_race__with_the_grid_known_until_it_starts():
    assert race_forecast_stands_until(metadata()) == "2025-03-23T07:00:00Z"


@pytest.mark.parametrize("horizon", [A, B])
def test_race__before_that_until_its_knowledge_ends(horizon):
    one = metadata(horizon, as_of="2025-03-22T07:00:00Z")
    assert race_forecast_stands_until(one) == "2025-03-22T07:00:00Z"


def test_race__where_its_start_is_not_known_until_its_knowledge_ends():
    assert race_forecast_stands_until(metadata(starts={})) == "2025-03-23T06:59:00Z"


def test_race__without_a_forecast_nothing_stands():
    assert race_forecast_stands_until(metadata(None)) is None


@pytest.mark.parametrize(
    ("horizon", "kind"),
    [(A, SessionKind.FP1), (B, SessionKind.SPRINT_QUALIFYING), (C, SessionKind.SPRINT)],
)
def test_sprint__until_the_session_that_ends_its_own_horizon(horizon, kind):
    assert sprint_forecast_stands_until(metadata(), horizon) == STARTS[kind]


def test_sprint__whose_grid_qualifying_makes_stands_until_that():
    one = metadata(sprint=SprintFormat.GRID_FROM_QUALIFYING)
    assert sprint_forecast_stands_until(one, B) == STARTS[SessionKind.QUALIFYING]


@pytest.mark.parametrize("horizon", Horizon)
def test_sprint__without_times_nothing_is_known(horizon):
    assert sprint_forecast_stands_until(metadata(starts={}), horizon) is None
