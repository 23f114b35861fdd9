"""Which of many forecasts of a race is the one that stood before it, horizon by horizon.

A forecast stands until the session that ends its horizon begins. What was published by then goes
before all else. Where nothing was, a backfill tells what would have been: its look back upon the
season, which takes who starts as known and so says what a backtest and the document say. Where
there is none either, the first that was published afterwards from all that was known before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, or_, select

from predictor.vocabulary import Horizon
from services.archive.rows import Race
from services.archive.schema import event, forecast_set, run, run_event

__all__ = ["Candidate", "frozen_sets", "standing"]


class Candidate(NamedTuple):
    """A forecast of one race at one horizon, and how it came about.

    Instants are as the archive has them: RFC 3339 in UTC with a Z, so that they sort.
    """

    event_no: int
    round: int
    horizon: Horizon
    set_no: int
    run_no: int
    is_backfill: bool
    is_look_back: bool  # see `services.archive.run_values.Backfilled`
    known_round: int
    published_at: str
    as_of: str | None  # of the forecast itself
    stands_until: str | None
    starts_at: str | None  # of the race or sprint

    @property
    def is_live(self) -> bool:
        """Whether it was published while it could stand."""
        until = self.stands_until
        return not self.is_backfill and until is not None and self.published_at <= until

    @property
    def is_hindsight(self) -> bool:
        """Whether it may know something of the race; such a one is never scored."""
        starts_at = self.starts_at or self.stands_until
        return self.as_of is None or starts_at is None or self.as_of > starts_at


def standing(candidates: Iterable[Candidate]) -> dict[tuple[int, Horizon], Candidate]:
    """Choose the forecast that stood, for every event and horizon that has one.

    Parameters
    ----------
    candidates : iterable of Candidate
        In any order.
    """
    found: dict[tuple[int, Horizon], Candidate] = {}
    for one in candidates:
        if one.is_hindsight:
            continue
        key = (one.event_no, one.horizon)
        if key not in found or _rank(one) > _rank(found[key]):
            found[key] = one
    return found


def _rank(one: Candidate) -> tuple[int, int, int]:
    if one.is_live:
        return 2, 0, one.run_no  # the last of them
    seen = min(one.known_round, one.round - 1)  # the race itself and later ones tell it nothing
    if one.is_backfill:
        return 1, seen + one.round * one.is_look_back, one.run_no
    return 0, seen, -one.run_no  # the first that had seen them: later runs must not move it


def frozen_sets(
    connection: Connection,
    condition: ColumnElement[bool],
    session: Race = "race",
) -> dict[tuple[int, Horizon], Candidate]:
    """Return the forecasts that stood, by number of the event and horizon.

    Parameters
    ----------
    connection : Connection
    condition : SQL condition
        On the columns of `event`: which events.
    session : {'race', 'sprint'}
    """
    return standing(map(_candidate, connection.execute(_candidates(session).where(condition))))


def _candidates(session: Race) -> Select[Any]:
    is_race = session == "race"
    horizon = forecast_set.c.horizon if is_race else forecast_set.c.sprint_horizon
    return (
        select(
            run_event.c.event_no,
            event.c.round,
            horizon,
            forecast_set.c.set_no,
            run.c.run_no,
            run.c.is_backfill,
            run.c.backfill_of == cast(run.c.season, Text),
            run.c.known_round,
            run.c.published_at,
            forecast_set.c.as_of if is_race else forecast_set.c.sprint_stands_until,
            forecast_set.c.stands_until if is_race else forecast_set.c.sprint_stands_until,
            event.c.starts_at if is_race else event.c.sprint_starts_at,
        )
        .join_from(run_event, run, run_event.c.run_no == run.c.run_no)
        .join(forecast_set, run_event.c.set_no == forecast_set.c.set_no)
        .join(event, run_event.c.event_no == event.c.event_no)
        .where(horizon.is_not(None))
        # A run that says again what the one before said stands no otherwise.
        .where(or_(run_event.c.is_new == 1, run.c.backfill_of == cast(run.c.season, Text)))
    )


def _candidate(row: Row[Any]) -> Candidate:
    found = Candidate._make(row)
    return found._replace(
        horizon=Horizon(found.horizon),
        is_backfill=bool(found.is_backfill),
        is_look_back=bool(found.is_look_back),
    )
