"""What is asked of the archive season by season: runs, and odds of titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, Table, select

from predictor.vocabulary import Horizon
from services.archive.rows import RunRow, Subject, TitleRow
from services.archive.schema import (
    event,
    forecast,
    forecast_set,
    result,
    run,
    score,
    subject,
    title_odds,
)

__all__ = ["COUNTED", "run_of", "runs", "title_by_round", "title_history"]

COUNTED: Mapping[str, Table] = {
    "runs": run,
    "events": event,
    "forecasts": forecast_set,
    "forecast rows": forecast,
    "title odds": title_odds,
    "results": result,
    "scores": score,
}
_RUN = [run.c[name] for name in RunRow.__struct_fields__]


def runs(
    connection: Connection, *, season: int | None, after: int, limit: int, newest_first: bool
) -> tuple[RunRow, ...]:
    """Return runs; see `services.archive.reader.Archive.runs`."""
    asked = select(*_RUN).limit(limit)
    if season is not None:
        asked = asked.where(run.c.season == season)
    if newest_first:
        asked = asked.order_by(run.c.run_no.desc())
        if after:
            asked = asked.where(run.c.run_no < after)
    else:
        asked = asked.order_by(run.c.run_no).where(run.c.run_no > after)
    return tuple(map(_run_row, connection.execute(asked)))


def run_of(connection: Connection, run_id: str) -> RunRow | None:
    """Return one run."""
    found = connection.execute(select(*_RUN).where(run.c.run_id == run_id)).first()
    return _run_row(found) if found is not None else None


def title_history(
    connection: Connection, season: int, kind: Subject, subject_id: str | None
) -> tuple[TitleRow, ...]:
    """Return title odds; see `services.archive.reader.Archive.title_history`."""
    asked = _titles(kind).where(run.c.season == season)
    if subject_id is not None:
        asked = asked.where(subject.c.id == subject_id)
    rows = map(_title_row, connection.execute(asked))
    return tuple(sorted(rows, key=_by_knowledge))


def _by_knowledge(row: TitleRow) -> tuple[int, str, int, float, str]:
    return row.known_round, row.as_of or "", row.run_no, -row.p_title, row.subject_id


def title_by_round(connection: Connection, season: int, kind: Subject) -> tuple[TitleRow, ...]:
    """Return title odds after each round; see `services.archive.reader.Archive.title_by_round`."""
    of_season = connection.execute(
        select(run.c.known_round, run.c.is_backfill, run.c.as_of, run.c.run_no).where(
            run.c.season == season
        )
    ).all()
    speakers = list(_last_of_rounds(of_season).values())
    asked = _titles(kind).where(run.c.run_no.in_(speakers))
    rows = map(_title_row, connection.execute(asked))
    return tuple(sorted(rows, key=lambda row: (row.known_round, -row.p_title, row.subject_id)))


def _last_of_rounds(of_season: Iterable[Any]) -> dict[int, int]:
    """Give the run that speaks for each round, by its number."""
    last: dict[int, tuple[Any, ...]] = {}
    for one in of_season:
        # Backfills come in any order, what was published in its own.
        rank = (0, one.as_of or "", one.run_no) if one.is_backfill else (1, "", one.run_no)
        last[one.known_round] = max(last.get(one.known_round, rank), rank)
    return {known_round: rank[-1] for known_round, rank in last.items()}


def _titles(kind: Subject) -> Select[Any]:
    return (
        select(
            run.c.run_no,
            run.c.run_id,
            run.c.as_of,
            run.c.known_round,
            subject.c.id,
            subject.c.code,
            subject.c.name,
            title_odds.c.p_title,
            title_odds.c.points_now,
            title_odds.c.points_mean,
            title_odds.c.points_p05,
            title_odds.c.points_p95,
        )
        .join_from(title_odds, run, title_odds.c.run_no == run.c.run_no)
        .join(subject, title_odds.c.subject_no == subject.c.subject_no)
        .where(subject.c.kind == kind)
    )


def _title_row(row: Row[Any]) -> TitleRow:
    return TitleRow(**dict(zip(TitleRow.__struct_fields__, row, strict=True)))


def _run_row(row: Row[Any]) -> RunRow:
    values = dict(row._mapping)
    return RunRow(
        **values
        | {
            "changed": msgspec.json.decode(values["changed"], type=tuple[str, ...]),
            "is_backfill": bool(values["is_backfill"]),
            "horizon": Horizon(values["horizon"]),
            "weights_used": bool(values["weights_used"]),
            "ml": bool(values["ml"]),
        }
    )
