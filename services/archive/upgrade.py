"""Bring an archive's tables to the newest version, from none or from any."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
)

from services.archive.place import StorePlace
from services.archive.schema import METADATA, REVISION, change
from services.errors import ArchiveOfAnotherVersion, SomebodysFile

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["bring_up_to_date", "upgrade_to", "version_of", "versions"]

_SHOWN = 5
_SCRIPTS = "services.archive:migrations"
# Alembic's own table, as Alembic makes it.
_VERSIONS = MetaData()
_VERSION = Table(
    "alembic_version",
    _VERSIONS,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def version_of(connection: Connection) -> str | None:
    """Return the version of an archive's tables; None where there are none."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found = connection.scalar(select(_VERSION.c.version_num))
    return str(found) if found is not None else None


def bring_up_to_date(connection: Connection, place: StorePlace) -> bool:
    """Take the steps that are missing; return whether there were any.

    Parameters
    ----------
    connection : Connection
        In a transaction of `services.archive.connection.writing`: all steps or none.
    place : StorePlace
        For an error.

    Raises
    ------
    ArchiveOfAnotherVersion
        If a later version of the program has made it.
    SomebodysFile
        If there are tables of somebody else.
    """
    found = version_of(connection)
    if found == REVISION:
        return False
    if found is not None and found not in versions():
        raise ArchiveOfAnotherVersion(
            "the archive was made by a later version of the program",
            where=place.words,
            got=f"tables of version {found}",
            expected=f"{REVISION} or earlier",
            do="use that version, or name another place with --store",
        )
    if found is None:
        _refuse_somebodys(connection, place)
        _make(connection)
    else:
        upgrade_to(connection, REVISION)
    return True


def _refuse_somebodys(connection: Connection, place: StorePlace) -> None:
    """Leave a database alone that somebody else has made."""
    there = set(inspect(connection).get_table_names())
    # A server's database may be shared; a file holds one thing.
    taken = there if place.path is not None else there & METADATA.tables.keys()
    if taken:
        raise SomebodysFile(
            "the archive cannot stand here: there are tables of somebody else",
            where=place.words,
            got=", ".join(sorted(taken)[:_SHOWN]),
            expected="no file, or an archive of this product"
            if place.path is not None
            else "a database without tables of these names",
            do="name another place with --store; nothing there is changed",
        )


def _make(connection: Connection) -> None:
    """Make the newest tables at once: a run need not load Alembic for its first archive."""
    METADATA.create_all(connection, checkfirst=False)
    _VERSIONS.create_all(connection, checkfirst=False)
    connection.execute(insert(_VERSION).values(version_num=REVISION))
    _name(connection)


def upgrade_to(connection: Connection, revision: str) -> None:
    """Take the steps up to one version; a new archive gets its name."""
    from alembic import command  # noqa: PLC0415 - a third of a second, and rarely wanted

    config = _config()
    config.attributes.update(connection=connection, metadata=METADATA)
    command.upgrade(config, revision)
    if connection.scalar(select(change.c.one)) is None:
        _name(connection)


def _name(connection: Connection) -> None:
    """Give a new archive a name that no other has."""
    connection.execute(insert(change).values(one=1, archive_id=secrets.token_hex(8), n_changes=0))


def versions() -> tuple[str, ...]:
    """Return all versions that there are, the first first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([one.revision for one in steps]))


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    return config
