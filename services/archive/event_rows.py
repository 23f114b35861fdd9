"""What is asked of the archive event by event: forecasts, results, scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from predictor.vocabulary import Horizon
from services.archive.frozen import Candidate, frozen_sets
from services.archive.rows import HEADLINE, EventRow, ForecastRow, Frozen, Race, ResultRow, ScoreRow
from services.archive.schema import (
    event,
    forecast,
    forecast_set,
    result,
    result_row,
    run,
    run_event,
    score,
    subject,
)

__all__ = ["Asked", "events", "frozen", "history", "results", "scores"]

_DRIVER = subject.alias("driver")
_TEAM = subject.alias("team")
_ODDS = (
    forecast.c.p_win,
    forecast.c.p_podium,
    forecast.c.p_points,
    forecast.c.p_dnf,
    forecast.c.expected_position,
    forecast.c.expected_points,
    forecast.c.q05,
    forecast.c.q95,
    forecast.c.p_position,
)


class Asked(NamedTuple):
    """Which rows of an event's forecast; None: all drivers, all horizons, the headline."""

    driver_id: str | None = None
    horizon: Horizon | None = None
    scenario: str | None = None
    session: Race = "race"


def history(
    connection: Connection, event_id: str, asked: Asked, *, after: int, limit: int
) -> tuple[ForecastRow, ...]:
    """Return rows run by run; see `services.archive.reader.Archive.event_history`."""
    rows = _history(event_id, asked).where(run_event.c.run_no > after)
    # One more than may be given tells whether the last run is whole.
    found = connection.execute(rows.limit(limit + 1)).all()
    if len(found) > limit:
        last = found[-1].run_no
        whole = [row for row in found if row.run_no != last]
        found = whole or connection.execute(rows.where(run_event.c.run_no == last)).all()
    return tuple(_history_row(row, asked) for row in found)


def events(connection: Connection, season: int) -> tuple[EventRow, ...]:
    """Return the events of a season."""
    columns = [event.c[name] for name in EventRow.__struct_fields__]
    asked = select(*columns).where(event.c.season == season).order_by(event.c.round)
    return tuple(EventRow(**row._mapping) for row in connection.execute(asked))


def frozen(
    connection: Connection, condition: ColumnElement[bool], session: Race
) -> dict[str, Frozen]:
    """Return the forecasts that stood; see `services.archive.reader.Archive.frozen`."""
    chosen = frozen_sets(connection, condition, session)
    by_set = {one.set_no: one for one in chosen.values()}
    events = {
        row.event_no: row.event_id
        for row in connection.execute(select(event).where(condition).order_by(event.c.round))
    }
    run_ids = _run_ids(connection, [one.run_no for one in chosen.values()])
    rows = connection.execute(
        _forecast_columns(forecast.c.set_no)
        .where(
            forecast.c.set_no.in_(list(by_set)),
            forecast.c.session == session,
            forecast.c.scenario == HEADLINE,
        )
        .order_by(forecast.c.set_no, forecast.c.p_win.desc(), _DRIVER.c.id)
    )
    of_sets: dict[int, tuple[ForecastRow, ...]] = {}
    for set_no, group in groupby(rows, key=lambda row: row.set_no):
        one = by_set[set_no]
        of_sets[set_no] = tuple(
            _frozen_row(row, one, run_ids[one.run_no], events[one.event_no], session)
            for row in group
        )
    found: dict[str, Frozen] = {}
    for event_no, event_id in events.items():
        sets = {horizon: chosen.get((event_no, horizon)) for horizon in Horizon}
        found[event_id] = {
            horizon: of_sets[one.set_no] for horizon, one in sets.items() if one is not None
        }
    return {event_id: horizons for event_id, horizons in found.items() if horizons}


def results(
    connection: Connection,
    condition: ColumnElement[bool],
    session: Race,
    *,
    all_revisions: bool = False,
) -> tuple[ResultRow, ...]:
    """Return rows of results; see `services.archive.reader.Archive.results`."""
    asked = (
        select(
            event.c.event_id,
            result_row.c.session,
            result_row.c.revision,
            result_row.c.place,
            subject.c.id,
            subject.c.code,
            subject.c.name,
            result_row.c.position,
            result_row.c.status,
            result_row.c.grid,
            result_row.c.laps,
            result_row.c.points,
            result.c.seen_at,
        )
        .join_from(result_row, event, result_row.c.event_no == event.c.event_no)
        .join(subject, subject.c.subject_no == result_row.c.driver_no)
        .join(
            result,
            and_(
                result.c.event_no == result_row.c.event_no,
                result.c.session == result_row.c.session,
                result.c.revision == result_row.c.revision,
            ),
        )
        .where(condition, result_row.c.session == session)
        .order_by(event.c.season, event.c.round, result_row.c.revision, result_row.c.place)
    )
    if not all_revisions:
        asked = asked.where(result.c.revision == _last_revision(result.c.event_no, session))
    names = ResultRow.__struct_fields__
    return tuple(
        ResultRow(**dict(zip(names, row, strict=True))) for row in connection.execute(asked)
    )


def scores(
    connection: Connection,
    *,
    season: int | None,
    horizon: Horizon | None,
    session: Race,
    all_revisions: bool,
) -> tuple[ScoreRow, ...]:
    """Return scores; see `services.archive.reader.Archive.scores`."""
    asked = (
        select(
            score.c.run_no,
            event.c.event_id,
            score.c.session,
            event.c.season,
            event.c.round,
            score.c.horizon,
            score.c.revision,
            score.c.model,
            score.c.metric,
            score.c.value,
        )
        .join_from(score, event, score.c.event_no == event.c.event_no)
        .where(score.c.session == session)
        .order_by(
            event.c.season,
            event.c.round,
            score.c.horizon,
            score.c.revision,
            score.c.model,
            score.c.metric,
        )
    )
    if season is not None:
        asked = asked.where(event.c.season == season)
    if horizon is not None:
        asked = asked.where(score.c.horizon == horizon.value)
    if not all_revisions:
        asked = asked.where(score.c.revision == _last_revision(score.c.event_no, session))
    names = ScoreRow.__struct_fields__
    rows = (dict(zip(names, row, strict=True)) for row in connection.execute(asked))
    return tuple(ScoreRow(**row | {"horizon": Horizon(row["horizon"])}) for row in rows)


def _last_revision(event_no: ColumnElement[int], session: Race) -> Any:  # noqa: ANN401 - SQLAlchemy's
    last = result.alias("last")
    return (
        select(func.max(last.c.revision))
        .where(last.c.event_no == event_no, last.c.session == session)
        .scalar_subquery()
    )


def _forecast_columns(*columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            *columns,
            forecast.c.scenario,
            _DRIVER.c.id.label("driver_id"),
            _DRIVER.c.code,
            _DRIVER.c.name,
            _TEAM.c.id.label("team_id"),
            *_ODDS,
        )
        .join_from(forecast, _DRIVER, _DRIVER.c.subject_no == forecast.c.driver_no)
        .outerjoin(_TEAM, _TEAM.c.subject_no == forecast.c.team_no)
    )


def _history(event_id: str, asked: Asked) -> Select[Any]:
    is_race = asked.session == "race"
    horizon = forecast_set.c.horizon if is_race else forecast_set.c.sprint_horizon
    until = forecast_set.c.stands_until if is_race else forecast_set.c.sprint_stands_until
    rows = (
        _forecast_columns(
            run_event.c.run_no,
            run.c.run_id,
            forecast_set.c.as_of,
            run.c.published_at,
            run.c.is_backfill,
            until.label("until"),
            event.c.event_id,
            horizon.label("horizon"),
        )
        .join(forecast_set, forecast_set.c.set_no == forecast.c.set_no)
        .join(run_event, run_event.c.set_no == forecast_set.c.set_no)
        .join(run, run.c.run_no == run_event.c.run_no)
        .join(event, event.c.event_no == run_event.c.event_no)
        .where(
            event.c.event_id == event_id,
            run_event.c.is_new == 1,
            forecast.c.session == asked.session,
            forecast.c.scenario == (asked.scenario or HEADLINE),
        )
        .order_by(run_event.c.run_no, forecast.c.p_win.desc(), _DRIVER.c.id)
    )
    if asked.driver_id is not None:
        rows = rows.where(_DRIVER.c.id == asked.driver_id)
    if asked.horizon is not None:
        rows = rows.where(horizon == asked.horizon.value)
    return rows


def _history_row(row: Row[Any], asked: Asked) -> ForecastRow:
    is_live = not row.is_backfill and row.until is not None and row.published_at <= row.until
    return ForecastRow(
        run_no=row.run_no,
        run_id=row.run_id,
        as_of=row.as_of,
        is_live=is_live,
        event_id=row.event_id,
        session=asked.session,
        horizon=Horizon(row.horizon),
        **_driver_values(row),
    )


def _frozen_row(
    row: Row[Any], one: Candidate, run_id: str, event_id: str, session: Race
) -> ForecastRow:
    return ForecastRow(
        run_no=one.run_no,
        run_id=run_id,
        as_of=one.as_of,
        is_live=one.is_live,
        event_id=event_id,
        session=session,
        horizon=one.horizon,
        **_driver_values(row),
    )


def _driver_values(row: Row[Any]) -> dict[str, Any]:
    names = ("scenario", "driver_id", "code", "name", "team_id", *(one.name for one in _ODDS))
    values = {name: getattr(row, name) for name in names}
    return values | {
        "p_position": msgspec.json.decode(values["p_position"], type=tuple[float, ...])
    }


def _run_ids(connection: Connection, run_nos: Iterable[int]) -> dict[int, str]:
    wanted: Sequence[int] = sorted(set(run_nos))
    found = connection.execute(select(run.c.run_no, run.c.run_id).where(run.c.run_no.in_(wanted)))
    return {row.run_no: row.run_id for row in found}
