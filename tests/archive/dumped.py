"""All that an archive holds, for comparing two; not its name, which is its own."""

from __future__ import annotations

from sqlalchemy import select

from services.archive.schema import METADATA

__all__ = ["dumped"]


def dumped(archive):
    """Return the rows of every table."""
    with archive, archive._reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(select(*columns_of(table)))), key=repr
            )
            for table in METADATA.sorted_tables
        }


def columns_of(table):
    return [one for one in table.columns if one.name != "archive_id"]
