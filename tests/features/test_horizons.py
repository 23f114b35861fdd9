import pytest

from predictor.features.horizons import as_of
from predictor.season.state import EventState
from predictor.vocabulary import EventStatus, Horizon, SessionKind

TIMES = (
    (SessionKind.FP1, "2025-05-23T11:30Z"),
    (SessionKind.QUALIFYING, "2025-05-24T14:00Z"),
    (SessionKind.RACE, "2025-05-25T15:00+02:00"),
)


def event(times=(), date="2025-05-25"):
    return EventState(
        "2025-monaco", "monaco", 2025, 8, "Monaco Grand Prix", date, None, None, None, None,
        EventStatus.SCHEDULED, None, None, "qualifying", "knockout", times, (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("horizon", "instant"),
    [
        ("a", "2025-05-23T11:30:00Z"),
        ("b", "2025-05-24T14:00:00Z"),
        ("c", "2025-05-25T12:59:00Z"),  # a minute before 13:00 UTC
    ],
)
def test_as_of__is_the_start_of_what_is_not_known_yet(horizon, instant):
    assert as_of(event(TIMES), Horizon(horizon)) == instant


@pytest.mark.parametrize(
    ("horizon", "day"), [("a", "2025-05-23"), ("b", "2025-05-24"), ("c", "2025-05-25")]
)
def test_as_of__with_dates_alone_is_midnight_of_the_session_day(horizon, day):
    assert as_of(event(), Horizon(horizon)) == f"{day}T00:00:00Z"


def test_as_of__without_any_date_is_unknown():
    assert as_of(event(date=None), Horizon.AFTER_QUALIFYING) is None
