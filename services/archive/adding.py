"""Add one row to a table of the archive, and know its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert

__all__ = ["add_row"]


def add_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Add a row; return the number that the table gave it."""
    key = connection.execute(insert(table).values(values)).inserted_primary_key
    if key is None:
        raise TypeError(f"{table.name} gives its rows no numbers")
    return int(key[0])
