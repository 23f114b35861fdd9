"""Add rows to a table of the archive, and know their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, select

__all__ = ["add_new", "add_row"]


def add_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Add a row; return the number that the table gave it."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    if key is None:
        raise TypeError(f"{table.name} gives its rows no numbers")
    return int(key[0])


def add_new(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    completed: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
) -> tuple[dict[int, int], set[int]]:
    """Add those rows of events that the table has not, by their digests.

    Parameters
    ----------
    connection : Connection
    table : Table
        With a number of its own first, and ``event_no`` and ``sha256``, which are unique together.
    rows : sequence of mapping
        One to an event.
    completed : callable
        Gives a row that is new as the table is to have it.

    Returns
    -------
    dict of int to int, set of int
        The number of each event's row; the events whose row is new.
    """
    (number,) = table.primary_key.columns
    digests = {row["event_no"]: row["sha256"] for row in rows}
    asked = select(number, table.c.event_no, table.c.sha256).where(
        table.c.event_no.in_(digests), table.c.sha256.in_(digests.values())
    )
    numbers = {
        event_no: row_no
        for row_no, event_no, sha256 in connection.execute(asked)
        if digests[event_no] == sha256
    }
    missing = [row for row in rows if row["event_no"] not in numbers]
    if missing:
        adding = insert(table).returning(number, sort_by_parameter_order=True)
        made = connection.execute(adding, [completed(row) for row in missing]).scalars().all()
        numbers |= dict(zip((row["event_no"] for row in missing), made, strict=True))
    return numbers, {row["event_no"] for row in missing}
