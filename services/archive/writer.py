"""Put one document into the archive: all of it in one transaction, and no second time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from predictor.published.event_types import Event
from predictor.published.season_types import SeasonDocument
from predictor.published.title_types import DriverTitle, TeamTitle
from services.archive.adding import add_new, add_row
from services.archive.document_parts import cut, packed, sha256_of
from services.archive.forecast_sets import forecast_rows, set_values
from services.archive.results import add_results, score_events
from services.archive.run_values import Backfilled, run_values
from services.archive.schema import (
    block,
    change,
    event,
    forecast,
    forecast_set,
    reference,
    run,
    run_event,
    score,
    title_odds,
)
from services.archive.subjects import Named, event_numbers, named_in, subject_numbers

__all__ = ["Reference", "add_document", "add_references", "is_archived"]

Numbers = Mapping[tuple[str, str], int]


def is_archived(connection: Connection, document_sha256: str) -> bool:
    """Return whether a document is in the archive, by the digest of its file."""
    asked = select(run.c.run_no).where(run.c.document_sha256 == document_sha256)
    return connection.scalar(asked) is not None


def add_document(
    connection: Connection, payload: bytes, backfilled: Backfilled | None = None
) -> bool:
    """Add a document, unless it is there.

    Parameters
    ----------
    connection : Connection
        In a transaction of `services.archive.connection.writing`; the caller ends it.
    payload : bytes
        The file as published.
    backfilled : Backfilled, optional
        What it stands for in a backfill, whose earlier run for the same it replaces.

    Returns
    -------
    bool
        False where it was there.

    Raises
    ------
    msgspec.MsgspecError
        If it is no season document.
    ValueError
        If another document of the same run is archived: one of the two was edited.
    """
    sha256 = sha256_of(payload)
    if is_archived(connection, sha256):
        return False
    document = msgspec.json.decode(payload, type=SeasonDocument)
    _refuse_another(connection, document)
    parts = cut(payload)
    if backfilled is not None:
        _take_out(connection, backfilled)
    season = document.metadata.season
    is_look_back = backfilled is not None and backfilled.is_look_back
    numbers = subject_numbers(connection, named_in(document).values(), rename=backfilled is None)
    events = event_numbers(connection, season, document.predictions)
    values = run_values(document, sha256, parts.frame, backfilled)
    run_no = add_row(connection, run, values)
    by_number = {events[one.metadata.event_id]: one for one in document.predictions.values()}
    before = _sets_before(connection, season, run_no, is_backfill=backfilled is not None)
    blocks = _add_blocks(connection, list(by_number), parts.events)
    sets = _add_sets(connection, by_number, parts.events, numbers)
    rows = [
        {
            "event_no": event_no,
            "run_no": run_no,
            "place": place,
            "block_no": blocks[event_no],
            "set_no": sets[event_no],
            "is_new": int(not is_look_back and before.get(event_no) != sets[event_no]),
        }
        for place, event_no in enumerate(by_number)
    ]
    if rows:
        connection.execute(insert(run_event), rows)
    _add_titles(connection, document, run_no, numbers)
    touched = add_results(connection, by_number, numbers, values["published_at"])
    stands_anew = {row["event_no"] for row in rows if row["is_new"] or is_look_back}
    score_events(connection, touched | stands_anew)
    connection.execute(update(change).values(n_changes=change.c.n_changes + 1))
    return True


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference model said of a race.

    Attributes
    ----------
    p_position : mapping of str to sequence of float
        By driver id.
    """

    event_id: str
    horizon: str
    model: str
    p_position: Mapping[str, Sequence[float]]


def add_references(connection: Connection, season: int, said: Iterable[Reference]) -> None:
    """Put reference models' forecasts in the place of earlier ones, and score them.

    Parameters
    ----------
    connection : Connection
    season : int
        Whose events are archived; what was said of others is passed over.
    said : iterable of Reference
    """
    asked = select(event.c.event_id, event.c.event_no).where(event.c.season == season)
    events = dict(connection.execute(asked).all())
    known = [one for one in said if one.event_id in events]
    drivers = (Named("driver", name, "", name) for one in known for name in one.p_position)
    numbers = subject_numbers(connection, drivers, rename=False)
    touched = {events[one.event_id] for one in known}
    horizons = {one.horizon for one in known}
    connection.execute(
        delete(reference).where(
            reference.c.event_no.in_(touched), reference.c.horizon.in_(horizons)
        )
    )
    rows = [
        {
            "event_no": events[one.event_id],
            "horizon": one.horizon,
            "model": one.model,
            "driver_no": numbers["driver", driver_id],
            "p_position": msgspec.json.encode(list(p_position)).decode(),
        }
        for one in known
        for driver_id, p_position in one.p_position.items()
    ]
    if rows:
        connection.execute(insert(reference), rows)
    score_events(connection, touched, anew=True)
    connection.execute(update(change).values(n_changes=change.c.n_changes + 1))


def _refuse_another(connection: Connection, document: SeasonDocument) -> None:
    run_id = document.metadata.run.run_id
    asked = select(run.c.run_no).where(run.c.run_id == run_id, run.c.is_backfill == 0)
    if connection.scalar(asked) is not None:
        raise ValueError(f"another document of run {run_id} is archived: this one was edited")


def _take_out(connection: Connection, backfilled: Backfilled) -> None:
    """Remove the run of an earlier backfill; blocks and sets may be others' too and stay."""
    asked = select(run.c.run_no).where(
        run.c.backfill_of == backfilled.of, run.c.horizon == backfilled.horizon
    )
    run_no = connection.scalar(asked)
    if run_no is None:
        return
    for table in (score, title_odds, run_event, run):
        connection.execute(delete(table).where(table.c.run_no == run_no))


def _sets_before(
    connection: Connection, season: int, run_no: int, *, is_backfill: bool
) -> dict[int, int]:
    """Return what the run before said, by event; a backfill follows another alone."""
    before = (
        select(run.c.run_no)
        .where(
            run.c.season == season,
            run.c.run_no < run_no,
            run.c.is_backfill == int(is_backfill),
            func.coalesce(run.c.backfill_of, "") != str(season),  # no look back
        )
        .order_by(run.c.run_no.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = select(run_event.c.event_no, run_event.c.set_no).where(run_event.c.run_no == before)
    return dict(connection.execute(asked).all())


def _add_blocks(
    connection: Connection, event_nos: Sequence[int], payloads: Sequence[bytes]
) -> dict[int, int]:
    """Return the number of each event's block; new ones are added."""
    rows = [
        {"event_no": event_no, "sha256": sha256_of(payload), "payload": payload}
        for event_no, payload in zip(event_nos, payloads, strict=True)
    ]
    return add_new(connection, block, rows, lambda row: {**row, "payload": packed(row["payload"])})[
        0
    ]


def _add_sets(
    connection: Connection,
    events: Mapping[int, Event],
    payloads: Sequence[bytes],
    numbers: Numbers,
) -> dict[int, int]:
    """Return the number of each event's forecast; new ones are added with their rows."""
    values = [
        {"event_no": event_no, **set_values(one, payload)}
        for (event_no, one), payload in zip(events.items(), payloads, strict=True)
    ]
    sets, new = add_new(connection, forecast_set, values)
    rows = [
        row for event_no in new for row in forecast_rows(events[event_no], sets[event_no], numbers)
    ]
    if rows:
        connection.execute(insert(forecast), rows)
    return sets


def _add_titles(
    connection: Connection, document: SeasonDocument, run_no: int, numbers: Numbers
) -> None:
    championship = document.championship
    told: list[tuple[tuple[str, str], DriverTitle | TeamTitle]] = [
        *((("driver", one.driver_id), one) for one in championship.drivers),
        *((("team", one.team_id), one) for one in championship.constructors),
    ]
    rows = [
        {
            "subject_no": numbers[key],
            "run_no": run_no,
            "p_title": row.p_title,
            "points_now": row.points.current,
            "points_mean": row.points.mean,
            "points_p05": row.points.p05,
            "points_p50": row.points.p50,
            "points_p95": row.points.p95,
        }
        for key, row in told
    ]
    if rows:
        connection.execute(insert(title_odds), rows)
