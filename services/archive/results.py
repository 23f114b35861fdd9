"""Results as they are revised, and the scores of what was forecast by each revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from predictor.published.event_types import Event, Result
from services.archive.document_parts import sha256_of
from services.archive.frozen import Candidate, frozen_sets
from services.archive.rows import HEADLINE, OURS, WEIGHTED, Race
from services.archive.schema import event, forecast, reference, result, result_row, run, score

__all__ = ["add_results", "score_events"]

Numbers = Mapping[tuple[str, str], int]
_SESSIONS: tuple[Race, ...] = ("race", "sprint")


def add_results(
    connection: Connection,
    events: Mapping[int, Event],
    numbers: Numbers,
    seen_at: str,
) -> set[int]:
    """Add the results that are new or other than before; return the events that have one.

    Parameters
    ----------
    connection : Connection
    events : mapping of int to Event
        By their numbers.
    numbers : mapping of (str, str) to int
        Of drivers, by kind and id.
    seen_at : str
        When the document with these results was published.
    """
    last = _last_revisions(connection, events)
    changed = set()
    for event_no, block in events.items():
        for session, told in _told(block):
            sha256 = _facts(told)
            revision, known = last.get((event_no, session), (0, ""))
            if sha256 == known:
                continue
            _add(connection, (event_no, session, revision + 1), told, sha256, seen_at, numbers)
            changed.add(event_no)
    return changed


def score_events(connection: Connection, event_nos: set[int], *, anew: bool = False) -> None:
    """Score what stood before the races of some events, by the last revision of their results.

    Whatever was scored by that revision before is replaced where another forecast has come to
    stand since, as by a backfill.

    Parameters
    ----------
    connection : Connection
    event_nos : set of int
    anew : bool
        Replace it in any case: reference models have said something else.
    """
    for session in _SESSIONS:
        orders = _last_orders(connection, event_nos, session)
        if not orders:
            continue
        stood: dict[int, list[Candidate]] = {}
        for (event_no, _), one in frozen_sets(
            connection, event.c.event_no.in_(list(orders)), session
        ).items():
            stood.setdefault(event_no, []).append(one)
        scored = _scored_runs(connection, list(orders), session)
        rows: list[dict[str, Any]] = []
        for event_no, (revision, order) in orders.items():
            said = stood.get(event_no, [])
            wanted = {(one.horizon.value, one.run_no) for one in said}
            if not anew and scored.get((event_no, revision)) == wanted:
                continue
            key = {"event_no": event_no, "session": session, "revision": revision}
            rows += _scores(connection, key, order, said)
            _forget(connection, key)
        if rows:
            connection.execute(insert(score), rows)


def _scored_runs(
    connection: Connection, event_nos: Sequence[int], session: Race
) -> dict[tuple[int, int], set[tuple[str, int]]]:
    """Return whose forecasts are scored, by event and revision: horizons and runs."""
    asked = (
        select(score.c.event_no, score.c.revision, score.c.horizon, score.c.run_no)
        .where(score.c.event_no.in_(event_nos), score.c.session == session)
        .where(score.c.run_no.is_not(None))
        .distinct()
    )
    found: dict[tuple[int, int], set[tuple[str, int]]] = {}
    for event_no, revision, horizon, run_no in connection.execute(asked):
        found.setdefault((event_no, revision), set()).add((horizon, run_no))
    return found


def _told(block: Event) -> Iterator[tuple[Race, Result]]:
    if block.result:
        yield "race", block.result
    if block.sprint and block.sprint.result:
        yield "sprint", block.sprint.result


def _facts(told: Result) -> str:
    """Return the digest of what makes a result another: codes and names are for display."""
    facts = [
        (row.driver_id, row.position, row.status, row.grid, row.laps, row.points)
        for row in told.order
    ]
    return sha256_of(msgspec.json.encode(facts))


def _last_revisions(
    connection: Connection, events: Mapping[int, Event]
) -> dict[tuple[int, str], tuple[int, str]]:
    asked = select(result).where(result.c.event_no.in_(list(events))).order_by(result.c.revision)
    return {
        (row.event_no, row.session): (row.revision, row.sha256) for row in connection.execute(asked)
    }


def _add(
    connection: Connection,
    key: tuple[int, Race, int],
    told: Result,
    sha256: str,
    seen_at: str,
    numbers: Numbers,
) -> None:
    event_no, session, revision = key
    named = {"event_no": event_no, "session": session, "revision": revision}
    connection.execute(insert(result).values(**named, sha256=sha256, seen_at=seen_at))
    rows = [
        {
            **named,
            "place": place,
            "driver_no": numbers["driver", row.driver_id],
            "position": row.position,
            "status": row.status.value,
            "grid": row.grid,
            "laps": row.laps,
            "points": row.points,
        }
        for place, row in enumerate(told.order, start=1)
    ]
    if rows:  # nobody may have started
        connection.execute(insert(result_row), rows)


def _last_orders(
    connection: Connection, event_nos: set[int], session: Race
) -> dict[int, tuple[int, list[int]]]:
    """Return the last revision of each event's result, and the drivers as they stand in it."""
    last = (
        select(result.c.event_no, func.max(result.c.revision).label("revision"))
        .where(result.c.event_no.in_(event_nos), result.c.session == session)
        .group_by(result.c.event_no)
        .subquery()
    )
    rows = connection.execute(
        select(result_row.c.event_no, result_row.c.revision, result_row.c.driver_no)
        .join(
            last,
            (last.c.event_no == result_row.c.event_no) & (last.c.revision == result_row.c.revision),
        )
        .where(result_row.c.session == session)
        .order_by(result_row.c.event_no, result_row.c.place)
    )
    found: dict[int, tuple[int, list[int]]] = {}
    for event_no, revision, driver_no in rows:
        found.setdefault(event_no, (revision, []))[1].append(driver_no)
    return found


def _scores(
    connection: Connection, key: Mapping[str, Any], order: Sequence[int], stood: Sequence[Candidate]
) -> Iterator[dict[str, Any]]:
    """Yield the scores of all models by one result."""
    for one in stood:
        asked = select(forecast.c.driver_no, forecast.c.p_position).where(
            forecast.c.set_no == one.set_no,
            forecast.c.session == key["session"],
            forecast.c.scenario == HEADLINE,
        )
        weighted = connection.scalar(select(run.c.weights_used).where(run.c.run_no == one.run_no))
        named = {
            **key,
            "horizon": one.horizon.value,
            "model": WEIGHTED if weighted else OURS,
            "run_no": one.run_no,
        }
        yield from _metrics(named, order, dict(connection.execute(asked).all()))
    if key["session"] != "race":
        return
    asked = select(reference).where(reference.c.event_no == key["event_no"])
    said: dict[tuple[str, str], dict[int, str]] = {}
    for row in connection.execute(asked):
        said.setdefault((row.horizon, row.model), {})[row.driver_no] = row.p_position
    beside = {one.horizon.value for one in stood}  # without ours there is nothing to compare
    for (horizon, model), p_position in said.items():
        if horizon not in beside:
            continue
        named = {**key, "horizon": horizon, "model": model, "run_no": None}
        yield from _metrics(named, order, p_position)


def _metrics(
    named: Mapping[str, Any], order: Sequence[int], p_position: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    """Yield a forecast's scores; drivers go by their numbers."""
    from predictor.evaluate.result_scores import scores_by_result  # noqa: PLC0415 - NumPy loads here

    said = {
        str(driver_no): msgspec.json.decode(text, type=list[float])
        for driver_no, text in p_position.items()
    }
    for metric, value in scores_by_result(said, list(map(str, order))).items():
        yield {**named, "metric": metric, "value": value}


def _forget(connection: Connection, key: Mapping[str, Any]) -> None:
    connection.execute(
        delete(score).where(
            score.c.event_no == key["event_no"],
            score.c.session == key["session"],
            score.c.revision == key["revision"],
        )
    )
