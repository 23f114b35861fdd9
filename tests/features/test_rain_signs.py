"""Which sessions of a weekend were wet, and which forecast of rain was out."""

from dataclasses import replace

import pytest

from predictor.features.rain_signs import RainSigns, rain_signs
from predictor.records import DriverRef, EventRef, RainForecast, ResultRecord, SessionRecord
from predictor.season.state import EventState
from predictor.vocabulary import EventStatus, Horizon, ResultStatus, SessionKind, SprintFormat

A, B, C = Horizon.BEFORE_WEEKEND, Horizon.AFTER_PRACTICE, Horizon.AFTER_QUALIFYING
FP1, FP2, Q = SessionKind.FP1, SessionKind.FP2, SessionKind.QUALIFYING
TIMES = (
    (FP1, "2025-05-23T11:30:00Z"),
    (Q, "2025-05-24T14:00:00Z"),
    (SessionKind.RACE, "2025-05-25T13:00:00Z"),
)


def timed(kind, lap_s, n_cars=6, field="best_s"):
    """Give a session with a tenth from car to car; the mean of five laps is .2 s above the best."""
    rows = tuple(
        ResultRecord(DriverRef(driver_id=f"d{n}"), ResultStatus.FINISHED, **{field: lap_s + n / 10})
        for n in range(n_cars)
    )
    return SessionRecord(EventRef(), kind, rows)


def event(*sessions, rain=(), times=TIMES, sprint_format=None):
    return EventState(
        "2025-monaco", "monaco", 2025, 8, "Monaco Grand Prix", "2025-05-25", None, None, None,
        None, EventStatus.SCHEDULED, sprint_format, None, "qualifying", "knockout", times, (),
        sessions, rain=rain,
    )  # fmt: skip


def test_rain_signs__a_session_far_slower_than_the_quickest_was_wet():
    weekend = event(timed(FP1, 96.3), timed(FP2, 89.8), timed(Q, 97.0, field="q3_s"))
    assert rain_signs(weekend, A) == RainSigns()
    assert rain_signs(weekend, B) == RainSigns((FP1, FP2), (FP1,))
    assert rain_signs(weekend, C) == RainSigns((FP1, FP2, Q), (FP1, Q))


def test_rain_signs__the_limit_is_seven_per_cent():
    assert rain_signs(event(timed(FP1, 106.7), timed(FP2, 99.8)), B).wet == ()
    assert rain_signs(event(timed(FP1, 106.9), timed(FP2, 99.8)), B).wet == (FP1,)


def test_rain_signs__one_session_alone_or_four_times_tell_nothing():
    assert rain_signs(event(timed(FP1, 96.0)), B) == RainSigns()
    assert rain_signs(event(timed(FP1, 96.0), timed(FP2, 80.0, n_cars=4)), B) == RainSigns()


def test_rain_signs__qualifying_before_a_sprint_is_known_after_practice():
    weekend = event(
        timed(FP1, 90.0), timed(Q, 99.0), sprint_format=SprintFormat.GRID_FROM_QUALIFYING
    )
    assert rain_signs(weekend, B).wet == (Q,)
    assert rain_signs(replace(weekend, sprint_format=None), B) == RainSigns()


WEDNESDAY = RainForecast("2025-05-21T13:00:00Z", 0.2)
SATURDAY = RainForecast("2025-05-24T13:00:00Z", 0.6)
MORNING = RainForecast("2025-05-25T10:00:00Z", 0.8)


@pytest.mark.parametrize(
    ("horizon", "out", "lead_days"), [(A, WEDNESDAY, 4.0), (B, SATURDAY, 1.0), (C, MORNING, 0.125)]
)
def test_rain_signs__the_last_forecast_that_was_out(horizon, out, lead_days):
    found = rain_signs(event(rain=(WEDNESDAY, SATURDAY, MORNING)), horizon)
    assert (found.forecast, found.lead_days) == (out, pytest.approx(lead_days))


def test_rain_signs__one_that_was_issued_later_is_not_known():
    assert rain_signs(event(rain=(SATURDAY,)), A) == RainSigns()
    after = RainForecast("2025-05-25T13:30:00Z", 1.0)
    assert rain_signs(event(rain=(after,)), C) == RainSigns()


def test_rain_signs__without_times_the_race_is_at_noon():
    found = rain_signs(event(rain=(WEDNESDAY,), times=()), A)
    assert found.lead_days == pytest.approx(4 - 1 / 24)
